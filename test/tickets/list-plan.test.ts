import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Caller } from '../../src/agents/can.ts'
import { type Db, inTransaction, type Tx } from '../../src/db/database.ts'
import { systemClock } from '../../src/lib/clock.ts'
import type { TicketFilter } from '../../src/shared/ticket-filter.ts'
import { LIST_ORDERS, QUEUES, teamQueue } from '../../src/shared/vocabulary.ts'
import { listTickets } from '../../src/tickets/list-tickets.ts'
import { writeCursor } from '../../src/tickets/page-cursor.ts'
import { createQueueCounter } from '../../src/tickets/queue-counts.ts'
import { ruleOf, sortParts } from '../../src/tickets/queues.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'

// 100,000 tickets in 20 mailboxes of very different size, 3 messages each left out: lists do not read them.
const ticketCount = 100_000
const mailboxCount = 20

// Not delivered is read from what did not arrive, of which there is never much; the others from the agent's own.
const ownQueues = ['undelivered', 'mentions', 'drafts', 'sent']
const queues = [...QUEUES.filter(queue => !ownQueues.includes(queue)), teamQueue(1)]

let database: TestDatabase
let mailboxIds: number[]
let agentId: number

beforeAll(async () => {
  database = await createDatabase()
  const { db } = database
  await sql`insert into mailbox (kind, name, address)
    select 'practice', 'm' || n, 'm' || n || '@desk.test' from generate_series(1, ${mailboxCount}::int) n`.execute(
    db,
  )
  mailboxIds = (await sql<{ id: number }>`select id from mailbox order by id`.execute(db)).rows.map(r => r.id)
  const agents = await sql<{ id: number }>`insert into agent (email, name, role, state)
    values ('ben@desk.test', 'ben', 'agent', 'active') returning id`.execute(db)
  agentId = agents.rows[0]?.id ?? 0
  await sql`insert into agent_mailbox select ${agentId}, id from mailbox`.execute(db)
  await sql`insert into team (name) values ('second line')`.execute(db)
  // A few tickets have what is rare: an agent, a priority, a customer's language, and below a tag.
  await sql`insert into agent (email, name, role, state)
    values ('eva@desk.test', 'eva', 'agent', 'active')`.execute(db)
  await sql`insert into customer (language)
    select case when n = 1 then 'pl' else 'bg' end from generate_series(1, 1000) n`.execute(db)
  // The first mailbox holds half of everything and the last ones a handful; spam is one in a thousand.
  await sql`insert into ticket (
      mailbox_id, subject, snippet, state, assignee_id, team_id, customer_id, priority, last_message_at)
    select ${mailboxIds[0]} + least(floor(-ln(1 - (n * 7919 % 99991) / 99991.0) * 2), ${mailboxCount - 1})::int,
      'subject ' || n, repeat('words ', 20),
      case when n % 1000 = 0 then 'spam' when n % 20 = 0 then 'open' when n % 31 = 0 then 'waiting' else 'closed' end,
      case when n % 5003 = 0 then (select id from agent where name = 'eva') when n % 3 = 0 then ${agentId}::bigint end,
      case when n % 7 = 0 then 1 end, 1 + n % 1000, case when n % 3001 = 0 then 'urgent' else 'normal' end,
      timestamptz '2026-01-01' + n * interval '3 minutes'
    from generate_series(1, ${ticketCount}::int) n`.execute(db)
  // Everything in the second mailbox is a twin of a ticket of the first, as where each mail goes to both.
  await sql`
    with lead as (
      select id, mailbox_id, row_number() over (order by id) as n from ticket where mailbox_id = ${mailboxIds[0]}
    ), twin as (
      select id, row_number() over (order by id) as n from ticket where mailbox_id = ${mailboxIds[1]})
    update ticket set twin_of_id = lead.id, twin_mailbox_id = lead.mailbox_id
    from twin join lead on lead.n = twin.n where ticket.id = twin.id`.execute(db)
  // Customers wait for the open ones; some are put away, and some were thrown away.
  await sql`update ticket set
      waiting_since = case when state = 'open' and twin_of_id is null then last_message_at end,
      snoozed_until = case when id % 97 = 0 then last_message_at + interval '1 year'
        when id % 89 = 0 and state <> 'spam' then 'infinity' end,
      deleted_at = case when id % 79 = 0 then last_message_at end
    where state = 'open' or id % 97 = 0 or id % 89 = 0 or id % 79 = 0`.execute(db)
  await sql`insert into tag (name) values ('refund')`.execute(db)
  await sql`insert into ticket_tag select id, 1 from ticket where id % 5 = 0`.execute(db)
  await sql`insert into tag (name) values ('vip')`.execute(db)
  await sql`insert into ticket_tag select id, 2 from ticket where id % 4001 = 0`.execute(db)
  await sql`analyze`.execute(db)
}, 120_000)

afterAll(async () => await database.drop())

/** How many rows of the ticket table a reading touches: by index one by one, or all of them in a scan. */
async function ticketsRead(read: (db: Db) => Promise<unknown>): Promise<number> {
  return await inTransaction(database.db, async tx => {
    const before = await countTouched(tx)
    await read(tx)
    return (await countTouched(tx)) - before
  })
}

async function countTouched(tx: Tx): Promise<number> {
  const { rows } = await sql<{ touched: number }>`
    select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as touched
    from pg_stat_xact_user_tables where relname = 'ticket'`.execute(tx)
  return Number(rows[0]?.touched ?? 0)
}

// 51 of each mailbox and state at most, and once more where twins stand for their leads.
const pageBound = 2 * 51 * mailboxCount * 3

describe('at 100,000 tickets in 20 mailboxes', () => {
  const lists = queues.flatMap(queue =>
    ruleOf(queue).sorts.map(sort => ({ queue, sort, parts: sortParts[sort] })),
  )

  test.each(lists)(
    'the first and a deep page of $queue by $sort read the first of each mailbox alone',
    async ({ queue, sort, parts }) => {
      const caller: Caller = { agentId, role: 'agent', mailboxIds }
      const order = LIST_ORDERS.find(word => word === sort)
      const deep = parts.map((_, part) => writeCursor({ part, atUs: Date.UTC(2026, 2, 1) * 1000, id: 1 }))
      const page = (cursor?: string) =>
        ticketsRead(db => listTickets(db, caller, { queue, order, limit: 50, cursor }))

      const first = await page()
      const later = await Promise.all(deep.map(page))

      expect(first).toBeGreaterThan(0)
      expect(Math.max(first, ...later)).toBeLessThan(pageBound)
    },
  )

  test.each(queues)(
    'a page of %s reads no more where twins stand for leads that are not listed, or are not listed themselves',
    async queue => {
      const [first = 0, second = 0] = mailboxIds
      const unseen: Caller = { agentId, role: 'agent', mailboxIds: mailboxIds.slice(1) }
      const all: Caller = { agentId, role: 'agent', mailboxIds: 'all' }
      const page = async (caller: Caller, mailboxId?: number, db: Db = database.db) =>
        await listTickets(db, caller, { queue, mailboxId, limit: 50 })

      const read = [
        await ticketsRead(db => page(unseen, undefined, db)),
        await ticketsRead(db => page(unseen, second, db)),
        await ticketsRead(db => page(all, second, db)),
      ]

      expect(Math.max(...read)).toBeLessThan(pageBound)
      const seen = (await page(all)).rows.map(row => row.mailboxId)
      expect(seen).not.toContain(second)
      const twins = (await page(unseen, second)).rows
      expect(twins.map(row => row.mailboxId)).not.toContain(first)
      expect(twins.filter(row => row.twinOfId === null)).toEqual([])
      expect(twins.length).toBeGreaterThan(0)
    },
  )

  test('a connection plans a list a few times and then keeps the plan, whoever asks', async () => {
    const few: Caller = { agentId, role: 'agent', mailboxIds: mailboxIds.slice(0, 3) }
    const after = writeCursor({ part: 0, atUs: Date.UTC(2026, 2, 1) * 1000, id: 1 })
    const read = async (db: Db) => {
      for (let time = 1; time <= 7; time++)
        for (const queue of queues)
          for (const cursor of [undefined, after])
            await listTickets(db, few, { queue, order: 'newest', limit: 50, cursor })
    }

    const plans = await database.db.connection().execute(async db => {
      await read(db)
      return await sql<{ made: number; kept: number }>`
        select max(custom_plans)::int as made, max(generic_plans)::int as kept
        from pg_prepared_statements where statement like '%with page as%'`.execute(db)
    })

    const fewest = 5 // so often Postgres looks what values bring before it compares (plancache.c)
    expect(plans.rows[0]?.made).toBe(fewest)
    expect(plans.rows[0]?.kept).toBeGreaterThan(0)
  })

  test('the counts of all queues read what they count, and stop at 1,000', async () => {
    const caller: Caller = { agentId, role: 'agent', mailboxIds }
    const count = async (db: Db) =>
      await createQueueCounter({ db, clock: systemClock }).count(caller, undefined)

    const read = await ticketsRead(count)

    const counts = await count(database.db)
    expect(counts.find(one => one.queue === 'unassigned')?.count).toBe(1000)
    expect(read).toBeLessThan(20_000)
  })
})

describe('at 100,000 tickets a filter', () => {
  test.each<[string, TicketFilter]>([
    ['a tag', { tags: ['vip'] }],
    ['a tag and more', { tags: ['vip'], languages: ['bg'], priorities: ['normal'] }],
    ['a priority', { priorities: ['urgent'] }],
    ['a language', { languages: ['pl', 'zz'] }],
    ['a long wait', { waitingMinutes: 525_600 }],
    ['an agent', { assignees: ['agent-2'] }],
    ['nothing that is there', { tags: ['never used'] }],
  ])('for %s that few tickets have reads those few', async (_, filter) => {
    const caller: Caller = { agentId, role: 'agent', mailboxIds }
    const narrow = { ...filter, foundIds: null }

    const read = await Promise.all(
      (['all', 'closed', 'mine', 'unassigned', 'snoozed', 'trash'] as const).map(queue =>
        ticketsRead(db => listTickets(db, caller, { queue, limit: 50, filter: narrow })),
      ),
    )

    expect(Math.max(...read)).toBeLessThan(pageBound)
  })

  test.each<[string, TicketFilter]>([
    ['a tag', { tags: ['refund'] }],
    ['a language', { languages: ['bg'] }],
    ['a state', { states: ['closed'] }],
    ['an agent', { assignees: ['me'] }],
    ['mailboxes', { mailboxIds: [1, 2, 3] }],
  ])('for %s that many have reads the list in its order until a page is full', async (_, filter) => {
    const caller: Caller = { agentId, role: 'agent', mailboxIds }
    const list = { queue: 'all' as const, limit: 50, filter: { ...filter, foundIds: null } }

    const read = await ticketsRead(db => listTickets(db, caller, list))

    const page = await listTickets(database.db, caller, list)
    expect(page.rows).toHaveLength(50)
    expect(read).toBeLessThan(5 * pageBound) // one in five has the tag
  })

  test('of each of many views is counted by one reading of what is at hand', async () => {
    await sql`insert into view (owner_id, is_shared, name, queue, filter)
      select ${agentId}, true, 'view ' || n, 'all', jsonb_build_object(
        'tags', array['refund', 'vip'], 'languages', array['bg'], 'waitingMinutes', n)
      from generate_series(1, 40) n`.execute(database.db)
    const caller: Caller = { agentId, role: 'agent', mailboxIds }
    const count = async (db: Db) =>
      await createQueueCounter({ db, clock: systemClock }).countViews(caller, undefined)

    const read = await ticketsRead(count)

    expect((await count(database.db)).map(one => one.count)).toEqual(Array(40).fill(1000))
    expect(read).toBeLessThan(20_000)
  })
})
