import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { AppError, describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { isLockTimeout } from './faults.ts'
import { type MigrationFile, readMigrationFiles, splitStatements } from './migration-file.ts'

/** The folder of this version's migrations. */
export const migrationsFolder = new URL('../../migrations', import.meta.url).pathname

/** Where and what to migrate. `random` spreads the retries (0 to 1, `Math.random` by default). */
export type MigrateOptions = { directUrl: string; folder: string; log: Log; random?: () => number }

type Landed = { name: string; sha256: string; breaking: boolean }

const runnerLock = 7_236_118_042 // any number: what two runners of ours agree on
const lockTries = 30

/**
 * Brings the schema to this version: each pending file in its own transaction with the row that
 * records it, or statement by statement after `-- transaction: no`. Any number of nodes may call it at
 * once; an advisory lock lets one run. A table lock is waited for 1 s, 30 times, so that no queue of
 * queries builds up behind us.
 *
 * @returns the names of the files landed by this call
 * @throws AppError `schema-too-new`, `migration-changed`, `migration-out-of-order`, `migration-failed`
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const files = await readMigrationFiles(options.folder)
  return await withRunner(options.directUrl, async client => {
    const pending = findPending(files, await readLanded(client))
    for (const file of pending) await landWithRetries(client, file, options)
    return pending.map(file => file.name)
  })
}

/**
 * Checks that this version may run on the schema as it is, changing nothing (`MIGRATE=no`).
 *
 * @throws AppError `schema-too-old` when a migration is missing, else as `migrate`
 */
export async function checkSchema(options: { directUrl: string; folder: string }): Promise<void> {
  const files = await readMigrationFiles(options.folder)
  const client = await connect(options.directUrl)
  try {
    const pending = findPending(files, await readLanded(client))
    if (pending.length === 0) return
    const names = pending.map(file => file.name)
    throw new AppError(
      'schema-too-old',
      `the database lacks ${names.join(', ')}: run \`letterdesk migrate\`, or start without MIGRATE=no`,
      { names },
    )
  } finally {
    await client.end()
  }
}

/** Compares what landed with what this version knows; gives back what is still to land. */
function findPending(files: MigrationFile[], landed: Landed[]): MigrationFile[] {
  const known = new Map(files.map(file => [file.name, file]))
  for (const row of landed) {
    const file = known.get(row.name)
    if (file === undefined && row.breaking) {
      throw new AppError(
        'schema-too-new',
        `the database has ${row.name}, which only newer versions understand`,
        {
          name: row.name,
        },
      )
    }
    if (file !== undefined && file.sha256 !== row.sha256) {
      throw new AppError('migration-changed', `${row.name} is not the file that landed in this database`, {
        name: row.name,
      })
    }
  }
  const landedNames = new Set(landed.map(row => row.name))
  const pending = files.filter(file => !landedNames.has(file.name))
  const last = landed.at(-1)?.name ?? ''
  const early = pending.find(file => file.name < last)
  if (early === undefined) return pending
  throw new AppError('migration-out-of-order', `${early.name} comes before ${last}, which has landed`, {
    name: early.name,
  })
}

async function landWithRetries(
  client: pg.Client,
  file: MigrationFile,
  options: MigrateOptions,
): Promise<void> {
  const random = options.random ?? Math.random
  for (let attempt = 1; ; attempt++) {
    try {
      await (file.isInTransaction ? landInTransaction(client, file) : landByStatement(client, file))
      options.log.info({ migration: file.name, attempt }, 'migration landed')
      return
    } catch (cause) {
      if (!isLockTimeout(cause) || attempt >= lockTries) {
        const reason = `${file.name}: ${describeError(cause)}`
        throw new AppError('migration-failed', reason, { name: file.name, attempt }, { cause })
      }
      options.log.warn({ migration: file.name, attempt }, 'migration waits for a lock')
    }
    await wait(250 + random() * 750)
  }
}

async function landInTransaction(client: pg.Client, file: MigrationFile): Promise<void> {
  await client.query('begin')
  try {
    await setTimeouts(client, file)
    await client.query(file.sql)
    await record(client, file)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/** Safe to run again after a crash between two statements, if each says `if not exists` or builds an index. */
async function landByStatement(client: pg.Client, file: MigrationFile): Promise<void> {
  await setTimeouts(client, file)
  for (const statement of splitStatements(file.sql)) {
    const index = /^create\s+(?:unique\s+)?index\s+concurrently\s+(?:if\s+not\s+exists\s+)?"?(\w+)/i.exec(
      statement,
    )?.[1]
    if (index !== undefined && (await isIndexReady(client, index))) continue
    await client.query(statement)
  }
  await record(client, file)
}

/** A failed concurrent build leaves an invalid index of that name, which is dropped here. */
async function isIndexReady(client: pg.Client, name: string): Promise<boolean> {
  const found = await client.query<{ valid: boolean }>(
    'select indisvalid as valid from pg_index where indexrelid = to_regclass($1)',
    [client.escapeIdentifier(name)],
  )
  const index = found.rows[0]
  if (index?.valid === false) await client.query(`drop index concurrently ${client.escapeIdentifier(name)}`)
  return index?.valid ?? false
}

async function setTimeouts(client: pg.Client, file: MigrationFile): Promise<void> {
  const isLocal = file.isInTransaction
  await client.query("select set_config('lock_timeout', $1, $3), set_config('statement_timeout', $2, $3)", [
    file.lockTimeout,
    file.statementTimeout,
    isLocal,
  ])
}

async function record(client: pg.Client, file: MigrationFile): Promise<void> {
  await client.query('insert into migration (name, sha256, breaking) values ($1, $2, $3)', [
    file.name,
    file.sha256,
    file.isBreaking,
  ])
}

async function readLanded(client: pg.Client): Promise<Landed[]> {
  const table = await client.query<{ oid: string | null }>("select to_regclass('migration')::text as oid")
  if (table.rows[0]?.oid === null) return []
  const landed = await client.query<Landed>('select name, sha256, breaking from migration order by name')
  return landed.rows
}

/** One runner at a time; the lock goes with the connection, so a killed runner leaves none. */
async function withRunner<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = await connect(url)
  try {
    await takeRunnerLock(client)
    await client.query(`create table if not exists migration (
      name text collate "C" primary key, sha256 text collate "C" not null,
      breaking boolean not null, landed_at timestamptz not null default clock_timestamp())`)
    return await work(client)
  } finally {
    await client.end()
  }
}

/**
 * Asks again and again: a runner waiting inside Postgres would hold a snapshot, and an index built
 * concurrently waits for every snapshot, so the two would deadlock.
 */
async function takeRunnerLock(client: pg.Client): Promise<void> {
  for (;;) {
    const asked = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      runnerLock,
    ])
    if (asked.rows[0]?.taken) return
    await wait(50)
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'letterdesk migrate',
    connectionTimeoutMillis: 10_000,
  })
  client.on('error', () => undefined) // a lost connection fails the query that waits for it
  await client.connect()
  return client
}
