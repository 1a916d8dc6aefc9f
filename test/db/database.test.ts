import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction, openDatabase } from '../../src/db/database.ts'
import { isConnectionLoss, isUniqueViolation } from '../../src/db/faults.ts'
import { kept } from '../../src/db/kept-statements.ts'
import { createLog } from '../../src/lib/log.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

test('ids and counts come as numbers, instants as dates, days and decimals as text', async () => {
  const row = await sql<Record<string, unknown>>`select 9007199254740991::bigint as id, count(*) as many,
    '2026-11-22T10:00:00Z'::timestamptz as at, date '2026-11-22' as day, 1.50::numeric as money`
    .execute(database.db)
    .then(result => result.rows[0])

  expect(row).toEqual({
    id: 9_007_199_254_740_991,
    many: 1,
    at: new Date('2026-11-22T10:00:00Z'),
    day: '2026-11-22',
    money: '1.50',
  })
})

test('an id that a number cannot hold is refused rather than rounded', async () => {
  const reading = sql`select 9007199254740993::bigint as id`.execute(database.db)

  await expect(reading).rejects.toThrow(/2\^53/)
})

test('a query, a wait for a lock and an idle transaction each have a limit', async () => {
  const limits = await sql<{ setting: string }>`select setting from pg_settings where name in
    ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by name`.execute(
    database.db,
  )

  expect(limits.rows.map(row => row.setting)).toEqual(['10000', '10000', '30000'])
})

test('a deadlock is run again and both transactions succeed', async () => {
  await database.db
    .insertInto('tag')
    .values([{ name: 'deadlock-a' }, { name: 'deadlock-b' }])
    .execute()
  const bothHoldOne = Promise.withResolvers<void>()
  let holders = 0
  let attempts = 0
  const lockBoth = (first: string, second: string) =>
    inTransaction(database.db, async tx => {
      attempts++
      await tx.selectFrom('tag').select('id').where('name', '=', first).forUpdate().execute()
      holders++
      if (holders >= 2) bothHoldOne.resolve()
      await bothHoldOne.promise
      await tx.selectFrom('tag').select('id').where('name', '=', second).forUpdate().execute()
      return first
    })

  const done = await Promise.all([lockBoth('deadlock-a', 'deadlock-b'), lockBoth('deadlock-b', 'deadlock-a')])

  expect(done).toEqual(['deadlock-a', 'deadlock-b'])
  expect(attempts).toBeGreaterThanOrEqual(3) // on a slow machine the database may break both
})

test('a failing transaction leaves nothing, and a doubled key is recognised by its constraint', async () => {
  const failing = inTransaction(database.db, async tx => {
    await tx.insertInto('tag').values({ name: 'twice' }).execute()
    await tx.insertInto('tag').values({ name: 'twice' }).execute()
  })

  const error = await failing.catch((caught: unknown) => caught)

  expect(isUniqueViolation(error, 'tag_name_key')).toBe(true)
  expect(isUniqueViolation(error, 'agent_email_key')).toBe(false)
  const left = await database.db.selectFrom('tag').select('id').where('name', '=', 'twice').execute()
  expect(left).toEqual([])
})

test('a connection killed inside a transaction fails that transaction only', async () => {
  const { db, close } = openDatabase({
    url: database.url,
    log: createLog({ level: 'silent' }),
    maxConnections: 1,
  })
  const cut = inTransaction(db, async tx => {
    const me = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    await sql`select pg_terminate_backend(${me.rows[0]?.pid}, 5000)`.execute(database.db)
    await sql`select 1`.execute(tx)
  })

  const error = await cut.catch((caught: unknown) => caught)

  expect(isConnectionLoss(error)).toBe(true)
  const after = await sql<{ one: number }>`select 1 as one`.execute(db)
  expect(after.rows).toEqual([{ one: 1 }])
  await close()
})

test('a kept statement is prepared once in a connection, and goes on when its table gets a column', async () => {
  const { db, close } = openDatabase({
    url: database.url,
    log: createLog({ level: 'silent' }),
    maxConnections: 1,
    keepsStatements: true,
  })
  const add = (name: string) =>
    sql`${kept} insert into tag (name) values (${name}) returning name`.execute(db)
  const listPrepared = () =>
    sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db)

  await add('kept-1')
  await add('kept-2')
  await sql`alter table tag add column of_test integer`.execute(db)
  const { rows } = await add('kept-3')
  const prepared = await listPrepared()
  await sql`alter table tag drop column of_test`.execute(db)
  await close()

  expect(rows).toEqual([{ name: 'kept-3' }])
  expect(prepared.rows.map(row => row.statement)).toEqual([
    '/* kept */ insert into tag (name) values ($1) returning name',
  ])
})
