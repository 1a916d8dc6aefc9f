import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caller } from '../../src/agents/can.ts'
import { type Db, inTransaction, type Tx } from '../../src/db/database.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { listNotifications } from '../../src/tickets/list-notifications.ts'
import { MAILED_EVENTS, selectDueAgents } from '../../src/tickets/notifications.queries.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'

// A third of all tickets are the agent's, and they follow 2,000 more. Also measured with 100,000 tickets and a million
// events (TICKETS, EVENTS): docs/decisions/0032.
const ticketCount = Number(process.env.TICKETS ?? 20_000)
const eventsPerTicket = Number(process.env.EVENTS ?? 3)

let database: TestDatabase
let caller: Caller

beforeAll(async () => {
  database = await createDatabase()
  const { db } = database
  await sql`insert into mailbox (kind, name, address)
    select 'practice', 'm' || n, 'm' || n || '@desk.test' from generate_series(1, 5) n`.execute(db)
  const agents = await sql<{ id: number }>`insert into agent (email, name, role, state)
    select 'a' || n || '@desk.test', 'a' || n, 'owner', 'active' from generate_series(1, 3) n returning id`.execute(
    db,
  )
  const [agentId = 0, colleague = 0, other = 0] = agents.rows.map(row => row.id)
  caller = { agentId, role: 'owner', mailboxIds: 'all' }
  await sql`insert into ticket (mailbox_id, subject, state, assignee_id, last_message_at)
    select 1 + n % 5, 'subject ' || n, (array['open', 'waiting', 'closed', 'closed'])[1 + n % 4],
      case n % 3 when 0 then ${agentId}::bigint when 1 then ${other}::bigint end,
      now() - n * interval '25 days' / ${ticketCount}::int
    from generate_series(1, ${ticketCount}::int) n`.execute(db)
  await sql`insert into message (ticket_id, mailbox_id, direction, kind, received_at, subject, snippet, placed_by)
    select id, mailbox_id, 'inbound', 'person', last_message_at, '', 'words', 'references' from ticket`.execute(
    db,
  )
  await sql`insert into ticket_event (ticket_id, at, kind, agent_id, data)
    select id, last_message_at - interval '1 second', 'assigned', ${colleague}, jsonb_build_object('to', assignee_id)
    from ticket where assignee_id is not null order by id`.execute(db)
  await sql`insert into ticket_event (ticket_id, at, kind, message_id)
    select ticket_id, received_at, 'message_received', id from message order by received_at`.execute(db)
  await sql`insert into ticket_event (ticket_id, at, kind)
    select id, last_message_at - n * interval '1 minute', 'tagged'
    from ticket cross join generate_series(1, ${eventsPerTicket - 2}::int) n`.execute(db)
  await sql`insert into ticket_follower select id, ${agentId} from ticket where id % 3 = 1 limit 2000`.execute(
    db,
  )
  await sql`with written as (
      insert into note (ticket_id, author_id, text, created_at)
      select id, ${colleague}, 'look', last_message_at from ticket where id % 10 = 0 returning id, created_at)
    insert into mention (note_id, agent_id, mentioned_at) select id, ${agentId}, created_at from written`.execute(
    db,
  )
  await sql`analyze`.execute(db)
}, 120_000)

afterAll(async () => await database.drop())

/** How many rows of each table a reading touches: by index one by one, or all of them in a scan. */
async function touchedBy(read: (db: Db) => Promise<unknown>): Promise<Record<string, number>> {
  return await inTransaction(database.db, async tx => {
    const before = await countTouched(tx)
    await read(tx)
    const after = await countTouched(tx)
    return Object.fromEntries(Object.entries(after).map(([name, rows]) => [name, rows - (before[name] ?? 0)]))
  })
}

async function countTouched(tx: Tx): Promise<Record<string, number>> {
  const { rows } = await sql<{ name: string; touched: number }>`
    select relname as name, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as touched
    from pg_stat_xact_user_tables where relname in ('ticket', 'message', 'ticket_event', 'mention', 'note')`.execute(
    tx,
  )
  return Object.fromEntries(rows.map(row => [row.name, Number(row.touched)]))
}

test('the notifications of an agent are read from their own newest alone, however many tickets and events there are', async () => {
  const read = async (db: Db) => await listNotifications({ db, clock: systemClock }, caller)

  const touched = await touchedBy(read)

  const { told } = await read(database.db)
  expect(told.length).toBe(50)
  expect(new Set(told.map(one => one.event))).toEqual(new Set(['mention', 'assigned', 'answer']))
  for (const rows of Object.values(touched)) expect(rows).toBeLessThan(4000)
})

test('who has nothing new costs the look for a digest the newest of their own tickets', async () => {
  const wish = { agentId: caller.agentId, mailboxIds: [1, 2, 3, 4, 5], events: MAILED_EVENTS, mailedKeys: [] }
  const since = new Date().toISOString()

  const touched = await touchedBy(db => selectDueAgents(db, [{ ...wish, since }], 0))

  const [due] = await selectDueAgents(database.db, [{ ...wish, since: '2000-01-01T00:00:00Z' }], 0)
  expect(due).toBe(caller.agentId)
  for (const rows of Object.values(touched)) expect(rows).toBeLessThan(6000)
})
