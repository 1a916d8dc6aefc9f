import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepLivePartitions } from '../../src/tickets/live-partitions.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
})

afterAll(async () => await database.drop())

async function insertHint(daysFromNow: number): Promise<void> {
  await sql`insert into live_event (at, mailbox_id, ticket_id, kind, version)
    values (now() + ${daysFromNow}::int * interval '1 day', 1, ${daysFromNow}::int + 10, 'tagged', 1)`.execute(
    database.db,
  )
}

async function partitionOf(daysFromNow: number): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    select tableoid::regclass::text as name from live_event where ticket_id = ${daysFromNow}::int + 10`.execute(
    database.db,
  )
  return rows[0]?.name ?? 'gone'
}

function dayName(daysFromNow: number): string {
  const day = new Date(Date.now() + daysFromNow * 86_400_000).toISOString().slice(0, 10)
  return `live_event_${day.replaceAll('-', '')}`
}

test('hints go to the partition of their day, and are dropped when they are two days old', async () => {
  await insertHint(-5) // no partition of that day: the rest takes it
  const first = await keepLivePartitions(database.db)
  const again = await keepLivePartitions(database.db)
  await sql`create table ${sql.table(dayName(-4))} (like live_event including defaults including constraints)`.execute(
    database.db,
  )
  const bound = (days: number) =>
    sql.lit(`${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)} 00:00:00+00`)
  await sql`alter table live_event attach partition ${sql.table(dayName(-4))}
    for values from (${bound(-4)}) to (${bound(-3)})`.execute(database.db)
  for (const day of [-4, 0, 2]) await insertHint(day)

  const later = await keepLivePartitions(database.db)

  expect(first).toEqual({ added: [0, 1, 2, 3].map(dayName), dropped: [] })
  expect(again).toEqual({ added: [], dropped: [] })
  expect(later).toEqual({ added: [], dropped: [dayName(-4)] })
  expect(await Promise.all([-5, -4, 0, 2].map(partitionOf))).toEqual(['gone', 'gone', dayName(0), dayName(2)])
})

test('today gets its partition only when the rest holds nothing of today', async () => {
  const other = await createDatabase()
  await sql`insert into live_event (mailbox_id, ticket_id, kind, version) values (1, 1, 'tagged', 1)`.execute(
    other.db,
  )

  const kept = await keepLivePartitions(other.db)

  await other.drop()
  expect(kept.added).toEqual([1, 2, 3].map(dayName))
})
