import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { access, chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { migrate, migrationsFolder } from '../../src/db/migrate.ts'
import { choosePostgresAccount } from '../../src/db/postgres-account.ts'
import { type PostgresBinaries, preparePostgresBinaries } from '../../src/db/postgres-binaries.ts'
import {
  handOver,
  initCluster,
  startPostmaster,
  stopPostmaster,
  superuser,
} from '../../src/db/postgres-process.ts'
import { socketUrl } from '../../src/db/socket-url.ts'
import { migrateJobs } from '../../src/jobs/run-jobs.ts'
import { createLog } from '../../src/lib/log.ts'
import { waitUntil } from './wait-until.ts'

/** The Postgres we carry, or the oldest one we support as Debian packages it. */
export type Flavour = 'embedded' | 'debian15'

/** A throw-away server: `urlOf(database)` connects as its superuser or as the plain owner of our tables. */
export type PostgresServer = {
  superuserUrl: string
  urlOf: (database: string) => string
  /** The postmaster and every process of it, now. */
  pids: () => number[]
  /** Ends it at once, without a checkpoint, as `pg_ctl stop -m immediate` does. */
  stopAtOnce: () => Promise<void>
  /** Starts it again on the same folder after `stopAtOnce`, and returns once it takes connections. */
  startAgain: () => Promise<void>
  stop: () => Promise<void>
}

/** `isDurable`: what was committed outlives `stopAtOnce`, which costs the tests that never call it time. */
export type PostgresServerOptions = { isDurable?: boolean }

export const templateName = 'letterdesk_template'
const debianFolder = '/usr/lib/postgresql/15/bin'
const password = 'throw-away'

/**
 * Starts an empty server in a temporary folder, without fsync, with the role `letterdesk`.
 * A missing Debian package fails, with what to install.
 */
export async function startPostgresServer(
  flavour: Flavour,
  { isDurable = false }: PostgresServerOptions = {},
): Promise<PostgresServer> {
  const account = await choosePostgresAccount()
  const binaries = flavour === 'embedded' ? await preparePostgresBinaries(account) : await debianBinaries()
  const home = await mkdtemp(join(tmpdir(), 'letterdesk-pg-'))
  const folder = join(home, 'pg')
  await handOver(home, account)
  await initCluster({ folder, account, binaries, password, flags: ['--no-sync'] })
  if (process.getuid?.() === 0) await chmod(home, 0o711)
  const start = () =>
    startPostmaster({
      folder,
      account,
      binaries,
      logFile: join(home, 'log'),
      settings: isDurable ? [...settings, 'synchronous_commit=on'] : settings,
    })
  let pid = await start()
  // The server is detached from us: a run that ends without `stop` must not leave it behind.
  const abandon = () => {
    process.kill(pid, 'SIGKILL')
    rmSync(home, { recursive: true, force: true })
  }
  process.once('exit', abandon)
  const urlOf = (name: string, database: string) => socketUrl({ folder, name, password, database })
  const superuserUrl = urlOf(superuser, 'postgres')
  await runSql(superuserUrl, `create role letterdesk login password '${password}'`)
  return {
    superuserUrl,
    urlOf: database => urlOf('letterdesk', database),
    pids: () => [pid, ...childrenOf(pid)],
    stopAtOnce: async () => {
      process.kill(pid, 'SIGQUIT')
      await untilGone(pid)
    },
    startAgain: async () => {
      pid = await start()
    },
    stop: async () => {
      process.off('exit', abandon)
      await stopPostmaster(folder, pid)
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function untilGone(pid: number): Promise<void> {
  await waitUntil(`process ${pid} is gone`, () => parentOf(pid) === undefined || undefined)
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc').flatMap(name => {
    const pid = Number(name)
    return Number.isInteger(pid) && parentOf(pid) === parent ? [pid] : []
  })
}

/** Undefined for a process that has just ended. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}

/** Makes the migrated database, with the tables of the jobs, that `createDatabase` clones. */
export async function makeTemplate(server: PostgresServer): Promise<void> {
  await runSql(server.superuserUrl, `create database ${templateName} owner letterdesk`)
  const directUrl = server.urlOf(templateName)
  const log = createLog({ level: 'warn' })
  await migrate({ directUrl, folder: migrationsFolder, log })
  await migrateJobs({ directUrl, log })
}

/** Runs one statement on a connection of its own. */
export async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

const settings = [
  'listen_addresses=',
  'unix_socket_directories=.',
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'shared_buffers=64MB',
  'max_connections=200',
  'jit=off',
  'autovacuum_naptime=5s',
]

async function debianBinaries(): Promise<PostgresBinaries> {
  const initdb = join(debianFolder, 'initdb')
  await access(initdb).catch(cause => {
    throw new Error('the tests need Debian Postgres 15: apt-get install postgresql', { cause })
  })
  return { initdb, postgres: join(debianFolder, 'postgres'), majorVersion: 15 }
}
