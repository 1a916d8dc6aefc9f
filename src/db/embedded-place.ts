import { randomBytes } from 'node:crypto'
import { chmod, chown, lchown, mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AppError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { type Account, choosePostgresAccount } from './postgres-account.ts'
import { preparePostgresBinaries } from './postgres-binaries.ts'
import { type Cluster, initCluster } from './postgres-process.ts'
import { isOurPostmaster, readPidFile } from './postgres-running.ts'

/** One cluster of ours on disk, with the way to reach its server. `socketFolder` is absolute. */
export type EmbeddedPlace = { cluster: Cluster; socketFolder: string; password: string }

const longestSocketFolder = 90 // bytes; with the file name a socket's path may have 107 (unix(7))
const port = 5432 // only a part of the socket's name: nothing listens on TCP

const settings = [
  'listen_addresses=',
  `port=${port}`,
  'shared_buffers=128MB',
  'max_connections=60',
  'io_method=sync', // saves three processes; what we read lies in the system's own cache
  'max_logical_replication_workers=0', // and one that starts them
  'jit=off', // compiling costs more than our short queries take
  'max_parallel_workers_per_gather=0', // two cores, shared with Node; also keeps out of a container's 64 MB /dev/shm
  'random_page_cost=1.1',
  'effective_cache_size=512MB',
  'log_error_verbosity=terse', // the longer form repeats values of rows
  'log_min_error_statement=panic',
  'log_timezone=UTC',
  'timezone=UTC',
]

/**
 * Finds the cluster below `dataDir`, or makes it on the first run, with a password of its own.
 *
 * @throws AppError `other-major-version`, `data-folder-not-ours`, `initdb-failed`, `no-embedded-postgres`
 */
export async function prepareEmbeddedPlace(dataDir: string, log: Log): Promise<EmbeddedPlace> {
  const account = await choosePostgresAccount()
  const binaries = await preparePostgresBinaries(account)
  const folder = join(dataDir, `pg${binaries.majorVersion}`)
  const version = await readVersion(folder)
  await refuseOtherMajor(dataDir, { version, expected: binaries.majorVersion })
  const password = await readOrMakePassword(join(dataDir, 'keys'))
  if (version === undefined) {
    await initCluster({ folder, account, binaries, password })
    log.info({ folder }, 'database made')
  }
  const owner = await agreeOnOwner(folder, account)
  const socketFolder = await chooseSocketFolder(folder, owner)
  const cluster: Cluster = {
    folder,
    account: owner,
    binaries,
    logFile: join(dataDir, 'postgres.log'),
    settings: [...settings, `unix_socket_directories=${socketFolder === folder ? '.' : socketFolder}`],
  }
  return { cluster, socketFolder, password }
}

/** The major version of a whole cluster; undefined when there is none. */
async function readVersion(folder: string): Promise<string | undefined> {
  try {
    return (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim()
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new AppError(
      'data-folder-not-ours',
      `${folder} belongs to another account: start Letterdesk as the user it was first started as`,
      { folder },
      { cause },
    )
  }
}

/** As root, the account that owns the data runs it; a copy that root brought back is handed to ours. */
async function agreeOnOwner(folder: string, account: Account): Promise<Account> {
  if (!account.isOther) return account
  const { uid, gid } = await stat(folder)
  if (uid !== 0) return { uid, gid, isOther: true }
  await chmod(folder, 0o700)
  await chown(folder, account.uid, account.gid)
  for (const name of await readdir(folder, { recursive: true })) {
    await lchown(join(folder, name), account.uid, account.gid)
  }
  return account
}

async function refuseOtherMajor(
  dataDir: string,
  own: { version: string | undefined; expected: number },
): Promise<void> {
  const names = await readdir(dataDir)
  const other = names.find(name => /^pg\d+$/.test(name) && name !== `pg${own.expected}`)
  const found = own.version ?? other?.slice(2)
  if (found === undefined || found === String(own.expected)) return
  throw new AppError(
    'other-major-version',
    `${dataDir} holds the database of Postgres ${found}, this version brings ${own.expected}: start the Letterdesk version that made it, or give an empty DATA_DIR`,
    { found, expected: own.expected },
  )
}

/** The password of both roles, made on the first run; a file of our account only. */
async function readOrMakePassword(keysFolder: string): Promise<string> {
  await mkdir(keysFolder, { recursive: true, mode: 0o700 })
  const path = join(keysFolder, 'database.key')
  const kept = await readFile(path, 'utf8').catch(() => '')
  if (kept.trim() !== '') return kept.trim()
  const made = randomBytes(24).toString('base64url')
  await writeFile(path, `${made}\n`, { mode: 0o600 })
  return made
}

/** The data folder itself, or a short one elsewhere when the path is too long for a socket. */
async function chooseSocketFolder(folder: string, account: Account): Promise<string> {
  if (Buffer.byteLength(folder) <= longestSocketFolder) return folder
  const running = await readPidFile(folder)
  if (running !== undefined && (await isOurPostmaster(running.pid, folder)))
    return resolve(folder, running.socketFolder)
  const short = await mkdtemp('/tmp/letterdesk-') // mode 0700
  if (account.isOther) await chown(short, account.uid, account.gid)
  return short
}
