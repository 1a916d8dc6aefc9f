import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listDeadInstances, startInstance } from '../../src/db/instances.ts'
import { createLog } from '../../src/lib/log.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'

const log = createLog({ level: 'silent' })
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

test('a node that stopped or fell silent is listed as dead, a living one is not', async () => {
  const { db } = database
  const [living, stopped, silent] = await Promise.all([
    startInstance({ db, log }),
    startInstance({ db, log }),
    startInstance({ db, log }),
  ])
  await sql`update instance set alive_at = clock_timestamp() - interval '16 s' where id = ${silent.id}`.execute(
    db,
  )
  await stopped.stop()

  const dead = await listDeadInstances(db)

  expect(dead).toEqual([stopped.id, silent.id].sort((a, b) => a - b))
  await Promise.all([living.stop(), silent.stop()])
})
