import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { indexAll } from '../support/index-all.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'
import { waitUntil } from '../support/wait-until.ts'
import { describePlans, explainQueries } from './explain-queries.ts'
import { listHotQueries } from './hot-queries.ts'
import { seedTickets } from './seed-tickets.ts'

// Below 30,000 rows statistics are of every row, so the plans are the same each time.
const tickets = 4_000
const log = createLog({ level: 'silent' })

let database: TestDatabase
let dataDir: string

beforeAll(async () => {
  database = await createDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'letterdesk-plans-'))
  const { config } = loadConfig({
    DATABASE_URL: database.url,
    SECRET_KEY: 'a secret key of tests, thirty-two letters',
    DATA_DIR: dataDir,
  })
  const until = new Date('2026-11-15T12:00:00Z') // in the midst of a quarter: the newest partition is half full
  await seedTickets(config, log, { tickets, seed: 1, besideRealMail: false, until })
  await waitUntil('every page is known to be visible to all', vacuum, { withinMs: 60_000 })
}, 120_000)

afterAll(async () => {
  await database.drop()
  await rm(dataDir, { recursive: true })
})

test('each of the ten hottest queries is planned as it was when somebody last read its plan', async () => {
  const { rows } = await sql<{ major: string }>`
    select current_setting('server_version_num')::int / 10000 as major`.execute(database.db)
  const queries = await listHotQueries(database.db, systemClock)

  const explained = await explainQueries(database.db, queries, 'plan')

  const actual = describePlans(explained)
  expect(actual).toBe(await golden(`postgres-${rows[0]?.major}.txt`, actual))
})

test('seeded messages and notes have the words the product makes of them', async () => {
  const seeded = await readWords()
  await sql`insert into search_due (message_id, note_id)
    select message_id, note_id from search_row where ${isSampled}`.execute(database.db)

  await indexAll({ db: database.db, log })

  expect(seeded.length).toBeGreaterThan(300)
  expect(await readWords()).toEqual(seeded)
})

const isSampled = sql`coalesce(message_id, note_id) % 50 = 0`

async function readWords(): Promise<unknown[]> {
  const { rows } = await sql`
    select message_id, note_id, ticket_id, received_at, words::text as words, has_places
    from search_row where ${isSampled} order by message_id, note_id`.execute(database.db)
  return rows
}

/**
 * Also what the server would look at by itself, at some time. While it does so the rows it looks at do not count as visible
 * to all, which a plan that reads an index alone is dearer by.
 */
async function vacuum(): Promise<true | undefined> {
  await sql`vacuum (analyze)`.execute(database.db)
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and relallvisible < relpages`.execute(
    database.db,
  )
  return rows.length === 0 || undefined
}

/** Written anew with WRITE_GOLDEN=yes, and read in review: a large table must not be read from end to end. */
async function golden(name: string, actual: string): Promise<string> {
  const folder = join(import.meta.dirname, '..', 'golden', 'plans')
  if (process.env.WRITE_GOLDEN === 'yes') {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, name), actual)
  }
  return await readFile(join(folder, name), 'utf8')
}
