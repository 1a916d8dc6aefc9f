import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { ThriftyPool } from '../../src/db/thrifty-pool.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
})

afterAll(async () => await database.drop())

const never = 600_000

function openPool(options: { patienceMs: number; max: number }): ThriftyPool {
  const pool = new ThriftyPool({ connectionString: database.url, ...options })
  onTestFinished(async () => await pool.end())
  return pool
}

test('statements that meet go over the connection that is there, one after the other', async () => {
  const pool = openPool({ patienceMs: never, max: 5 })
  const asked = Array.from({ length: 12 }, (_, at) => at)

  const answers = await Promise.all(asked.map(at => pool.query<{ at: number }>('select $1::int as at', [at])))

  expect(answers.map(({ rows }) => rows[0]?.at)).toEqual(asked)
  expect(pool.totalCount).toBe(1)
})

test('whoever waited long enough gets a connection of their own, up to the most', async () => {
  const pool = openPool({ patienceMs: 1, max: 2 })
  const [first, second] = [await pool.connect(), await pool.connect()]

  const third = pool.connect()

  expect(pool.totalCount).toBe(2)
  first.release()
  expect(await third).toBe(first)
  first.release()
  second.release()
})

test('a connection that breaks while others wait for it lets them have another one', async () => {
  const pool = openPool({ patienceMs: never, max: 5 })
  pool.on('error', () => undefined)
  const lent = await pool.connect()

  const waiting = pool.query<{ one: number }>('select 1 as one')
  lent.release(new Error('broken'))

  expect((await waiting).rows).toEqual([{ one: 1 }])
})
