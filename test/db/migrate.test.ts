import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkSchema, migrate, migrationsFolder } from '../../src/db/migrate.ts'
import { createLog } from '../../src/lib/log.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/postgres.ts'

const log = createLog({ level: 'silent' })
let database: TestDatabase
let folder: string
const run = () => migrate({ directUrl: database.url, folder, log, random: () => 0 })
const check = () => checkSchema({ directUrl: database.url, folder })
const write = (name: string, sql: string) => writeFile(join(folder, name), sql)
const ask = async (sql: string) => (await database.pool.query(sql)).rows

beforeEach(async () => {
  database = await createEmptyDatabase()
  folder = await mkdtemp(join(tmpdir(), 'letterdesk-migrations-'))
  await write('0001_first.sql', 'create table first (id int primary key);')
  await write('0002_second.sql', 'create table second (id int);\ninsert into second values (1);')
})
afterEach(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

test('twenty nodes that start at once land every file once', async () => {
  const landed = await Promise.all(
    Array.from({ length: 20 }, () => migrate({ directUrl: database.url, folder: migrationsFolder, log })),
  )

  const rows = await ask('select name from migration order by name')
  expect(landed.flat().toSorted()).toEqual(rows.map(row => row.name))
  expect(rows.length).toBeGreaterThan(0)
})

test('a file that fails leaves nothing of itself, keeps the earlier ones, and lands once it is mended', async () => {
  await write('0003_third.sql', 'create table third (id int);\nselect no_such_function();')

  await expect(run()).rejects.toMatchObject({ code: 'migration-failed', details: { name: '0003_third.sql' } })

  expect(
    await ask("select to_regclass('second') is not null as second, to_regclass('third') is null as third"),
  ).toEqual([{ second: true, third: true }])
  await write('0003_third.sql', 'create table third (id int);')
  expect(await run()).toEqual(['0003_third.sql'])
})

test('a landed file that was changed is refused', async () => {
  await run()
  await write('0001_first.sql', 'create table first (id bigint primary key);')

  await expect(run()).rejects.toMatchObject({
    code: 'migration-changed',
    details: { name: '0001_first.sql' },
  })
})

test('a file that comes before landed ones is refused', async () => {
  await run()
  await rename(join(folder, '0001_first.sql'), join(folder, '0001_renamed.sql'))

  await expect(run()).rejects.toMatchObject({
    code: 'migration-out-of-order',
    details: { name: '0001_renamed.sql' },
  })
})

test('older code runs on a newer schema until a breaking migration landed', async () => {
  await write('0003_third.sql', 'create table third (id int);')
  await run()
  await rm(join(folder, '0003_third.sql'))
  const beforeBreak = await run()
  await write('0003_third.sql', 'create table third (id int);')
  await write('0004_fourth.sql', '-- breaking: yes\ndrop table third;')
  await run()
  await rm(join(folder, '0004_fourth.sql'))

  const afterBreak = run()

  expect(beforeBreak).toEqual([])
  await expect(afterBreak).rejects.toMatchObject({ code: 'schema-too-new' })
  await expect(check()).rejects.toMatchObject({ code: 'schema-too-new' })
})

test('without permission to migrate, code newer than the schema refuses to start', async () => {
  const empty = check()
  await expect(empty).rejects.toMatchObject({ code: 'schema-too-old' })
  await run()
  await check()
  await write('0003_third.sql', 'create table third (id int);')

  const behind = check()

  await expect(behind).rejects.toMatchObject({
    code: 'schema-too-old',
    details: { names: ['0003_third.sql'] },
  })
})

test('numbers without a gap are required', async () => {
  await write('0004_fourth.sql', 'select 1;')

  await expect(run()).rejects.toMatchObject({ code: 'bad-migration' })
})

test('a table that is in use is waited for in short tries, and others are not held up meanwhile', async () => {
  await run()
  await write('0003_third.sql', '-- lock_timeout: 50ms\nalter table second add column more int;')
  const holder = new pg.Client({ connectionString: database.url })
  await holder.connect()
  await holder.query('begin; lock table second in row exclusive mode')
  const retried = Promise.withResolvers<void>()
  const watching = Object.assign(Object.create(log), { warn: () => retried.resolve() })

  const migrating = migrate({ directUrl: database.url, folder, log: watching, random: () => 0 })

  await retried.promise
  await holder.query('commit')
  expect(await migrating).toEqual(['0003_third.sql'])
  await holder.end()
})

test('an index built outside a transaction replaces the invalid one of a broken try', async () => {
  await run()
  await database.pool.query('insert into second values (1)')
  await write(
    '0003_index.sql',
    '-- transaction: no\ncreate unique index concurrently second_id on second (id);',
  )
  await expect(run()).rejects.toMatchObject({ code: 'migration-failed' })
  const broken = await ask("select indisvalid from pg_index where indexrelid = 'second_id'::regclass")
  await database.pool.query('delete from second')

  const landed = await run()

  expect(broken).toEqual([{ indisvalid: false }])
  expect(landed).toEqual(['0003_index.sql'])
  expect(await ask("select indisvalid from pg_index where indexrelid = 'second_id'::regclass")).toEqual([
    { indisvalid: true },
  ])
})

test('a migration killed in its middle lands on the next start', async () => {
  await write('0003_third.sql', 'create table third (id int);\nselect pg_sleep(20);')
  const killed = run()
  const guarded = killed.catch((error: unknown) => error)
  await expect
    .poll(() => ask("select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'"))
    .toHaveLength(1)
  await guarded
  await write('0003_third.sql', 'create table third (id int);')

  const landed = await run()

  expect(landed).toEqual(['0003_third.sql'])
})
