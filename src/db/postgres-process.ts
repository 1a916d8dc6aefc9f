import { spawn } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../lib/app-error.ts'
import type { Account } from './postgres-account.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { isOurPostmaster } from './postgres-running.ts'

/** One cluster: its folder, who runs it, with which programs, and where its output goes. */
export type Cluster = {
  folder: string
  account: Account
  binaries: PostgresBinaries
  logFile: string
  /** Command line settings, each `name=value`. */
  settings: readonly string[]
}

/** The superuser of a cluster made by us. */
export const superuser = 'postgres'

const startTimeoutMs = 60_000 // recovery after a crash replays at most max_wal_size, seconds on a slow disk
const stopTimeoutMs = 15_000

/**
 * Makes an empty cluster at `folder`, which appears only when it is whole. UTF-8, sorted by code
 * point by the built-in provider: no library update can change an index.
 *
 * @throws AppError `initdb-failed` with what initdb said
 */
export async function initCluster(
  cluster: Pick<Cluster, 'folder' | 'account' | 'binaries'> & { password: string; flags?: readonly string[] },
): Promise<void> {
  const { account } = cluster
  const fresh = `${cluster.folder}.new`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { mode: 0o700 })
  const secrets = await mkdtemp(join(tmpdir(), 'letterdesk-initdb-'))
  const passwordFile = join(secrets, 'password')
  await writeFile(passwordFile, `${cluster.password}\n`, { mode: 0o600 })
  for (const path of account.isOther ? [fresh, secrets, passwordFile] : []) {
    await chown(path, account.uid, account.gid)
  }
  try {
    await runInitdb(fresh, passwordFile, cluster)
    await rename(fresh, cluster.folder)
  } finally {
    await rm(secrets, { recursive: true, force: true })
  }
}

/**
 * Starts the server and waits until it takes connections. It is detached from our terminal, so that
 * Ctrl-C reaches us and not the database, which stops last; it outlives a crash of ours.
 *
 * @returns the postmaster's process id
 * @throws AppError `postgres-failed` with the end of its log
 */
export async function startPostmaster(cluster: Cluster): Promise<number> {
  const output = await open(cluster.logFile, 'a', 0o600)
  const settings = cluster.settings.flatMap(setting => ['-c', setting])
  const child = spawn(cluster.binaries.postgres, ['-D', folderAsSeen(cluster.account), ...settings], {
    ...spawnOptions(cluster.folder, cluster.account),
    stdio: ['ignore', output.fd, output.fd],
    detached: true,
  })
  const end: { reason?: string } = {}
  child.once('exit', (code, signal) => {
    end.reason = `ended with ${signal ?? code}`
  })
  child.once('error', error => {
    end.reason = error.message
  })
  child.unref()
  try {
    const failure = await waitUntilReady(cluster.folder, child.pid, end)
    if (failure === null && child.pid !== undefined) return child.pid
    throw new AppError(
      'postgres-failed',
      `Postgres did not start: ${failure}. ${await tailOf(cluster.logFile)}`,
    )
  } finally {
    await output.close()
  }
}

/** Stops the server, ending open sessions; after 15 s without a checkpoint, which the next start makes up for. */
export async function stopPostmaster(folder: string, pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!(await isOurPostmaster(pid, folder))) return
    process.kill(pid, signal)
    if (await isGone(pid, folder, signal === 'SIGINT' ? stopTimeoutMs : 3_000)) return
  }
}

async function isGone(pid: number, folder: string, timeoutMs: number): Promise<boolean> {
  const until = performance.now() + timeoutMs
  while (performance.now() < until) {
    if (!(await isOurPostmaster(pid, folder))) return true
    await wait(10)
  }
  return false
}

async function runInitdb(
  folder: string,
  passwordFile: string,
  cluster: { account: Account; binaries: PostgresBinaries; flags?: readonly string[] },
): Promise<void> {
  const said: string[] = []
  for (const locale of ['C.UTF-8', 'C']) {
    const child = spawn(
      cluster.binaries.initdb,
      [
        `--pgdata=${folderAsSeen(cluster.account)}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        `--locale=${locale}`,
        '--lc-messages=C',
        ...(cluster.binaries.majorVersion >= 17
          ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']
          : []),
        ...(cluster.flags ?? []),
      ],
      { ...spawnOptions(folder, cluster.account), stdio: ['ignore', 'pipe', 'pipe'] },
    )
    child.stdout.on('data', chunk => said.push(String(chunk)))
    child.stderr.on('data', chunk => said.push(String(chunk)))
    const failure = await new Promise<string | null>(resolve => {
      child.once('error', error => resolve(error.message))
      child.once('close', code => resolve(code === 0 ? null : `exit ${code}`))
    })
    if (failure === null) return
    said.push(failure)
  }
  throw new AppError('initdb-failed', `initdb failed: ${said.join('').slice(-1_000)}`)
}

/**
 * As another account, on Linux, the folder is named by the working directory, which is entered before
 * the account is changed: so the data may lie below a folder that only root can pass (`/root`, a 0700 home).
 */
function folderAsSeen(account: Account): string {
  return account.isOther && process.platform === 'linux' ? '/proc/self/cwd' : '.'
}

function spawnOptions(cwd: string, account: Account) {
  const env = { PATH: '/usr/bin:/bin', LC_MESSAGES: 'C', TZ: 'UTC' } // none of our secrets
  return account.isOther ? { cwd, env, uid: account.uid, gid: account.gid } : { cwd, env }
}

/** Waits for `ready` in the last line of postmaster.pid, as pg_ctl does. @returns why it never was, or null */
async function waitUntilReady(
  folder: string,
  pid: number | undefined,
  end: { reason?: string },
): Promise<string | null> {
  const until = performance.now() + startTimeoutMs
  while (end.reason === undefined && performance.now() < until) {
    const lines = (await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
    if (Number(lines[0]) === pid && lines[7]?.trim() === 'ready') return null
    await wait(10)
  }
  return end.reason ?? `not ready after ${startTimeoutMs} ms`
}

/** Keeps the server's log to a few MB: called before a start, while nothing writes to it. */
export async function trimLog(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    found => found.size,
    () => 0,
  )
  if (size > 5_000_000) await rename(logFile, `${logFile}.1`)
}

async function tailOf(logFile: string): Promise<string> {
  return (await readFile(logFile, 'utf8')).slice(-600).trim()
}

/** Gives `path` to the account that runs the server, as far as it is another than ours. */
export async function handOver(path: string, account: Account): Promise<void> {
  await chmod(path, 0o700)
  if (account.isOther) await chown(path, account.uid, account.gid)
}
