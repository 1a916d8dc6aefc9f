import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { type EmbeddedPlace, prepareEmbeddedPlace } from './embedded-place.ts'
import { type OwnerLock, takeOwnerLock } from './owner-lock.ts'
import { startPostmaster, stopPostmaster, superuser, trimLog } from './postgres-process.ts'
import { isOurPostmaster, listServerProcesses, readPidFile } from './postgres-running.ts'
import { socketUrl } from './socket-url.ts'

/** The running database. */
export type EmbeddedPostgres = {
  /** For pg: a socket below `dataDir`, as the plain owner of our tables. */
  url: string
  /** The postmaster of this moment; another one after a crash of the server, which is started again. */
  postmasterPid: () => number
  /** Ends all sessions, writes a checkpoint and gives the folder free. */
  stop: () => Promise<void>
}

type Place = EmbeddedPlace & { log: Log }

const ownerName = 'letterdesk'
const watchMs = 500
/**
 * Starts the carried Postgres on `dataDir/pg18`, or takes over the one a killed owner left running.
 * One process owns the folder at a time; if the server dies while we live, it is started again.
 *
 * As root it runs as `postgres` or `nobody`, who own `pg18` and nothing else; `dataDir` itself may
 * lie where they could not go. Sessions need the password in `dataDir/keys/database.key`.
 *
 * @param dataDir absolute; made with mode 0700 when missing
 * @throws AppError `already-running`, `other-major-version`, `postgres-failed`, `no-embedded-postgres`…
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string
  log: Log
}): Promise<EmbeddedPostgres> {
  const { dataDir, log } = options
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const lock = await takeOwnerLock(join(dataDir, 'owner.lock'))
  try {
    return await startOwned(dataDir, log, lock)
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function startOwned(dataDir: string, log: Log, lock: OwnerLock): Promise<EmbeddedPostgres> {
  const place: Place = { ...(await prepareEmbeddedPlace(dataDir, log)), log }
  const state = { pid: await adoptOrStart(place) }
  const stopServer = async () => {
    await stopPostmaster(place.cluster.folder, state.pid)
    if (!place.socketFolder.startsWith(dataDir))
      await rm(place.socketFolder, { recursive: true, force: true })
  }
  try {
    await prepareDatabase(place)
  } catch (error) {
    await stopServer()
    throw error
  }
  const stopping = new AbortController()
  const watching = keepRunning(place, state, stopping.signal)
  return {
    url: urlOf(place, ownerName, ownerName),
    postmasterPid: () => state.pid,
    stop: async () => {
      stopping.abort()
      await watching
      await stopServer()
      await lock.release()
    },
  }
}

async function adoptOrStart(place: Place): Promise<number> {
  const { folder } = place.cluster
  const left = await readPidFile(folder)
  if (left !== undefined && (await isOurPostmaster(left.pid, folder))) {
    const isSame = resolve(folder, left.socketFolder) === place.socketFolder
    if (isSame && (await answers(place))) {
      place.log.warn({ postmasterPid: left.pid }, 'took over the database of an owner that was killed')
      return left.pid
    }
    await stopPostmaster(folder, left.pid)
  }
  return await start(place)
}

/** Clears what a dead server left behind, then starts a new one. */
async function start(place: Place): Promise<number> {
  const { socketFolder } = place
  const { folder, logFile } = place.cluster
  // Sessions outlive a killed server for a moment; two servers on one folder would destroy it.
  while ((await listServerProcesses(folder)).length > 0) await wait(20)
  // Each names a pid that may live again as another process, or as a zombie nobody buries in a container.
  const socket = join(socketFolder, '.s.PGSQL.5432')
  const leftovers = [join(folder, 'postmaster.pid'), socket, `${socket}.lock`]
  if (process.platform === 'linux') await Promise.all(leftovers.map(path => rm(path, { force: true })))
  await trimLog(logFile)
  return await startPostmaster(place.cluster)
}

/** A server in recovery or frozen refuses or keeps silent: then it is stopped and started anew. */
async function answers(place: Place): Promise<boolean> {
  const until = performance.now() + 10_000
  while (performance.now() < until) {
    const isUp = await ask(place, superuser, 'postgres', ['select 1']).then(
      () => true,
      error => place.log.debug({ err: describeError(error) }, 'database does not answer yet'),
    )
    if (isUp === true) return true
    await wait(100)
  }
  return false
}

/** The role and the database of our tables: the role is no superuser. */
async function prepareDatabase(place: Place): Promise<void> {
  const literal = pg.escapeLiteral(place.password)
  await ask(place, superuser, 'postgres', [
    `do $$ begin
       if not exists (select from pg_roles where rolname = '${ownerName}') then
         create role ${ownerName} login password ${literal};
       end if;
     end $$`,
  ])
  const found = await ask(place, superuser, 'postgres', [
    `select 1 from pg_database where datname = '${ownerName}'`,
  ])
  if (found === 0)
    await ask(place, superuser, 'postgres', [`create database ${ownerName} owner ${ownerName}`])
}

/** Runs statements one by one. @returns the number of rows of the last */
async function ask(place: Place, name: string, database: string, statements: string[]): Promise<number> {
  const client = new pg.Client({
    connectionString: urlOf(place, name, database),
    connectionTimeoutMillis: 3_000,
    query_timeout: 30_000,
  })
  client.on('error', error => place.log.debug({ err: describeError(error) }, 'database connection lost'))
  await client.connect()
  try {
    let rows = 0
    for (const statement of statements) rows = (await client.query(statement)).rowCount ?? 0
    return rows
  } finally {
    await client.end()
  }
}

function urlOf(place: Place, name: string, database: string): string {
  return socketUrl({ folder: place.socketFolder, name, password: place.password, database })
}

/** Starts the server again when it dies; gives up never, since without it nothing can be done. */
async function keepRunning(place: Place, state: { pid: number }, stopping: AbortSignal): Promise<void> {
  while (await pause(watchMs, stopping)) {
    if (await isOurPostmaster(state.pid, place.cluster.folder)) continue
    place.log.error({ postmasterPid: state.pid }, 'the database died, starting it again')
    try {
      state.pid = await start(place)
    } catch (error) {
      place.log.error({ err: describeError(error) }, 'the database did not start')
    }
  }
}

/** Waits without keeping the process alive. @returns false as soon as `signal` aborts */
async function pause(delayMs: number, signal: AbortSignal): Promise<boolean> {
  return await wait(delayMs, true, { ref: false, signal }).catch(() => false)
}
