import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { type BlobStore, openBlobStore } from './blobs/blob-store.ts'
import type { Config } from './config.ts'
import { checkServer } from './db/check-server.ts'
import { type Database, type Db, openDatabase } from './db/database.ts'
import { startEmbeddedPostgres } from './db/embedded-postgres.ts'
import { followKeyRing } from './db/follow-key-ring.ts'
import { startInstance } from './db/instances.ts'
import { type KeyRing, openKeyRing } from './db/key-ring.ts'
import { type Bells, openBells } from './db/listen.ts'
import { checkSchema, migrate, migrationsFolder } from './db/migrate.ts'
import { createMailReader, type MailReader } from './inbound/mail-reader.ts'
import { makeReaderCodeFolder } from './inbound/reader-code-folder.ts'
import { migrateJobs } from './jobs/run-jobs.ts'
import { describeError } from './lib/app-error.ts'
import { type Clock, systemClock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import { readOrMakeSecretKey } from './lib/secret-key.ts'
import { loadTemplates, type Templates, templatesFolder } from './lib/templates.ts'
import type { PracticeServers } from './mailboxes/account.ts'
import { startPracticeServers } from './practice/practice-servers.ts'
import type { NodeRole } from './shared/vocabulary.ts'

/** What the command line chose for this run. `practice`: connect practice mailboxes if there are none. */
export type StartOptions = { practice: boolean }

/** What a role says of itself in `/readyz`. */
export type RoleStatus = { isReady: boolean; [fact: string]: unknown }

/** A started role. `ended`, where a role can die by itself, rejects then: the process ends with it. */
export type RunningRole = {
  stop: () => Promise<void>
  status: () => RoleStatus
  ended?: Promise<void>
}

/** Where to reach the database: `url` for queries, `directUrl` for LISTEN, migrations and jobs. */
export type DatabaseUrls = { databaseUrl: string; directUrl: string }

/** What stands before anything else is built: the tables of this version, and the keys to their secrets. */
export type Foundation = DatabaseUrls & { db: Db; pool: pg.Pool; keys: KeyRing }

/** What all roles share, built once. A role takes the pieces it uses out of it and hands those on. */
export type App = Foundation & {
  config: Config
  options: StartOptions
  log: Log
  clock: Clock
  bells: Bells
  /** Our row among the nodes. */
  instanceId: number
  blobs: BlobStore
  random: (sizeBytes: number) => Buffer
  templates: Templates
  /** Reads strangers' mail in processes of its own; they start with the first call. */
  reader: () => MailReader
  /** Where mail is fetched or sent: the servers of the practice mailbox. Null on a node that only serves the web. */
  practice: PracticeServers | null
  /** The roles of this process that have started; filled by `serve`. */
  roles: Map<NodeRole, RunningRole>
  /** Gives back what was built, the database last. Roles have stopped before. */
  stop: () => Promise<void>
}

type Undo = (() => Promise<void>)[]

// Leaves room for bells, jobs, migrations and a look from outside among the embedded server's 60.
const poolConnections = 20
const maxReaders = 2 // each holds up to 256 MB; two keep the filing of one node busy

/**
 * Builds the app: database (started, migrated), connections, keys, blobs, and our row among the nodes.
 * What was opened before a failure is closed again.
 *
 * @throws AppError with what the operator has to do
 */
export async function buildApp(config: Config, options: StartOptions, log: Log): Promise<App> {
  const undo: Undo = []
  try {
    return await build(config, options, log, undo)
  } catch (error) {
    await undoAll(undo, log)
    throw error
  }
}

/** Runs `work` on tables and keys, for commands; with the embedded database while the inbox is stopped. */
export async function withFoundation<Result>(
  config: Config,
  log: Log,
  work: (foundation: Foundation) => Promise<Result>,
): Promise<Result> {
  const undo: Undo = []
  try {
    return await work(await layFoundation(config, log, undo))
  } finally {
    await undoAll(undo, log)
  }
}

/** Runs `work` with the database started and nothing else, for a command that brings the tables itself. */
export async function withDatabase<Result>(
  config: Config,
  log: Log,
  work: (urls: DatabaseUrls) => Promise<Result>,
): Promise<Result> {
  const undo: Undo = []
  try {
    return await work(await startDatabase(config, log, undo))
  } finally {
    await undoAll(undo, log)
  }
}

async function build(config: Config, options: StartOptions, log: Log, undo: Undo): Promise<App> {
  const clock = systemClock
  const foundation = await layFoundation(config, log, undo)
  const { db } = foundation
  const among = config.database.kind === 'embedded' ? 'alone' : 'others'
  const instance = await startInstance({ db, log, among })
  undo.push(instance.stop)
  const bells = await openBells({ directUrl: foundation.directUrl, log })
  undo.push(bells.close)
  undo.push(followKeyRing({ keys: foundation.keys, bells, log }).stop)
  const root = join(config.dataDir, 'blobs')
  const blobs = await openBlobStore({ root, db, instanceId: instance.id, clock, log })
  undo.push(blobs.close)
  const practice = await startPractice(config, { db, bells, log }, undo)
  const shared = {
    practice,
    templates: await loadTemplates(templatesFolder),
    reader: lazyReader(
      {
        log,
        clock,
        blobsRoot: root,
        compiledRoot: makeReaderCodeFolder(),
        processes: Math.min(maxReaders, availableParallelism()),
      },
      undo,
    ),
    config,
    options,
    log,
    clock,
    random: randomBytes,
    bells,
    blobs,
    instanceId: instance.id,
  }
  return { ...foundation, ...shared, roles: new Map(), stop: () => undoAll(undo, log) }
}

async function layFoundation(config: Config, log: Log, undo: Undo): Promise<Foundation> {
  const urls = await startDatabase(config, log, undo)
  const { db, pool } = await connect(urls, log, undo)
  await prepareSchema(config, urls, log)
  const secretKey = config.secretKey ?? (await readOrMakeSecretKey(config.dataDir, randomBytes))
  const keys = await openKeyRing(db, { secretKey, oldSecretKey: config.oldSecretKey })
  return { ...urls, db, pool, keys }
}

async function startPractice(
  config: Config,
  needs: Parameters<typeof startPracticeServers>[0],
  undo: Undo,
): Promise<PracticeServers | null> {
  if (!config.roles.includes('sync') && !config.roles.includes('worker')) return null
  const practice = await startPracticeServers(needs)
  undo.push(practice.stop)
  return practice
}

function lazyReader(options: Parameters<typeof createMailReader>[0], undo: Undo): () => MailReader {
  let reader: MailReader | undefined
  return () => {
    if (reader) return reader
    const made = createMailReader(options)
    undo.push(made.stop)
    reader = made
    return made
  }
}

async function startDatabase(config: Config, log: Log, undo: Undo): Promise<DatabaseUrls> {
  const { database, dataDir } = config
  if (database.kind === 'own') return { databaseUrl: database.url, directUrl: database.directUrl }
  const server = await startEmbeddedPostgres({ dataDir, log })
  undo.push(server.stop)
  return { databaseUrl: server.url, directUrl: server.url }
}

async function connect(urls: DatabaseUrls, log: Log, undo: Undo): Promise<Database> {
  const keepsStatements = urls.databaseUrl === urls.directUrl // else there may be a pooler in between
  const database = openDatabase({
    url: urls.databaseUrl,
    log,
    maxConnections: poolConnections,
    keepsStatements,
  })
  undo.push(database.close)
  await checkServer(database.pool)
  return database
}

async function prepareSchema(config: Config, { directUrl }: DatabaseUrls, log: Log): Promise<void> {
  if (!config.migrate) return await checkSchema({ directUrl, folder: migrationsFolder })
  await migrate({ directUrl, folder: migrationsFolder, log })
  await migrateJobs({ directUrl, log })
}

/** Takes every step, also after one that failed: a database that is away must not leave its server running. */
async function undoAll(undo: Undo, log: Log): Promise<void> {
  for (const step of undo.splice(0).reverse()) {
    try {
      await step()
    } catch (error) {
      log.warn({ err: describeError(error) }, 'not given back cleanly, going on')
    }
  }
}
