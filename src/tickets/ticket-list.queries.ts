import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { TicketState } from '../shared/vocabulary.ts'
import type { PagePlace } from './page-cursor.ts'
import type { QueueRule } from './queues.ts'

/** One ticket as lists show it. `atUs` is `lastMessageAt` in microseconds, for cursors. */
export type TicketListRow = {
  id: number
  number: number
  mailboxId: number
  subject: string
  snippet: string
  state: TicketState
  assigneeId: number | null
  customerName: string | null
  customerAddress: string | null
  tags: string[]
  messageCount: number
  lastMessageAt: Date
  waitingSince: Date | null
  hasFailedReply: boolean
  isStorm: boolean
  version: number
  /** The ticket that leads it; null where it leads or is alone. */
  twinOfId: number | null
  /** The other tickets of its group, in whatever mailbox: not everybody may see each. */
  twins: { id: number; number: number; mailboxId: number; isLead: boolean }[]
  atUs: number
}

/** One page of one queue: whose mailboxes, from where on, and how many rows. */
export type PageWish = {
  rule: QueueRule
  agentId: number
  mailboxIds: readonly number[]
  /** The connected mailboxes that are not listed: a twin stands in the list if its lead is in one of them. */
  otherIds: readonly number[]
  after: PagePlace | null
  rowLimit: number
}

/** The mailboxes that were not removed, in order of id. */
export async function selectMailboxIds(db: Db): Promise<number[]> {
  const query = db.selectFrom('mailbox').select('id').where('removed_at', 'is', null)
  return (await query.orderBy('id').execute()).map(row => row.id)
}

/**
 * The rows of one page, newest message first.
 *
 * Each (mailbox, state) or (assignee, state) gives its newest few leads by an index that has exactly
 * that order, and the page is the newest of those: the time depends on the number of mailboxes and not
 * on how many tickets they hold, or on how rare a state is. Twins stand for their lead where it is not
 * listed itself; they have an index by (mailbox, mailbox of the lead, state), so that those that do not
 * stand cost nothing. Measured in test/tickets/list-plan.test.ts.
 */
export async function selectTicketPage(db: Db, page: PageWish): Promise<TicketListRow[]> {
  const { rows } = await sql<TicketListRow>`
    with page as (
      select found.id, found.last_message_at from ${candidates(page)}
      order by found.last_message_at desc, found.id desc limit ${page.rowLimit})
    select ${rowColumns} from page join ticket t on t.id = page.id
      left join customer c on c.id = t.customer_id
    order by page.last_message_at desc, page.id desc`.execute(db)
  return rows
}

/** One ticket as lists show it, or undefined. */
export async function selectTicketRow(db: Db, ticketId: number): Promise<TicketListRow | undefined> {
  const { rows } = await sql<TicketListRow>`
    select ${rowColumns} from ticket t left join customer c on c.id = t.customer_id
    where t.id = ${ticketId}`.execute(db)
  return rows[0]
}

/** How many tickets a queue of open ones holds, twins apart, counted up to `rowLimit`. */
export async function countQueue(db: Db, wish: Omit<PageWish, 'after' | 'otherIds'>): Promise<number> {
  if (wish.rule.isUndelivered) return await countUndelivered(db, wish)
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from ticket t where ${ownerCondition(wish)} and t.state in ('open', 'waiting')
        and t.merged_into_id is null and t.twin_of_id is null
        and t.mailbox_id = any(${[...wish.mailboxIds]}::bigint[])
      limit ${wish.rowLimit}) counted`.execute(db)
  return rows[0]?.count ?? 0
}

async function countUndelivered(db: Db, wish: Omit<PageWish, 'after' | 'otherIds'>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select distinct t.id from ${undeliveredTickets(wish)} limit ${wish.rowLimit}) counted`.execute(db)
  return rows[0]?.count ?? 0
}

function candidates(page: PageWish): RawBuilder<unknown> {
  if (page.rule.isUndelivered) {
    return sql`(select distinct t.id, t.last_message_at from ${undeliveredTickets(page)} ${afterPlace(page)}) found`
  }
  const leads = leadCandidates(page)
  if (page.otherIds.length === 0) return sql`(${leads}) found`
  return sql`(${leads} union all ${twinCandidates(page)}) found`
}

function leadCandidates(page: PageWish): RawBuilder<unknown> {
  const { mailboxes, states } = listsOf(page)
  switch (page.rule.assignee) {
    case 'caller':
      return sql`select found.* from ${states} cross join lateral (${newest(
        page,
        sql`t.assignee_id = ${page.agentId} and t.state = wanted.state and t.twin_of_id is null
          and t.mailbox_id = any(${[...page.mailboxIds]}::bigint[])`,
      )}) found`
    case 'nobody':
      // Written out as the predicate of the partial index ticket_lead_unassigned.
      return sql`select found.* from ${mailboxes} cross join lateral (${newest(
        page,
        sql`t.mailbox_id = mailbox.id and t.twin_of_id is null and t.state in ('open', 'waiting')
          and t.assignee_id is null`,
      )}) found`
    case 'anyone':
      return sql`select found.* from ${mailboxes} cross join ${states} cross join lateral (${newest(
        page,
        sql`t.mailbox_id = mailbox.id and t.twin_of_id is null and t.state = wanted.state`,
      )}) found`
  }
}

function twinCandidates(page: PageWish): RawBuilder<unknown> {
  const { mailboxes, others, states } = listsOf(page)
  return sql`select found.* from ${mailboxes} cross join ${others} cross join ${states} cross join lateral (${newest(
    page,
    sql`t.mailbox_id = mailbox.id and t.twin_of_id is not null and t.twin_mailbox_id = other.id
      and t.state = wanted.state and ${ownerCondition(page)}`,
  )}) found`
}

function listsOf(page: PageWish) {
  return {
    mailboxes: sql`unnest(${[...page.mailboxIds]}::bigint[]) as mailbox(id)`,
    others: sql`unnest(${[...page.otherIds]}::bigint[]) as other(id)`,
    states: sql`unnest(${[...page.rule.states]}::text[]) as wanted(state)`,
  }
}

// By what did not arrive and is not dealt with, of which there is never much; a twin stands by itself.
function undeliveredTickets(wish: Omit<PageWish, 'after' | 'otherIds'>): RawBuilder<unknown> {
  return sql`undelivered u join message m on m.id = u.message_id join ticket t on t.id = m.ticket_id
    where ${isOpenUndelivered} and t.merged_into_id is null
      and t.mailbox_id = any(${[...wish.mailboxIds]}::bigint[])
      and t.state = any(${[...wish.rule.states]}::text[])`
}

function newest(page: PageWish, condition: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select t.id, t.last_message_at from ticket t
    where ${condition} and t.merged_into_id is null ${afterPlace(page)}
    order by t.last_message_at desc, t.id desc limit ${page.rowLimit}`
}

function afterPlace(page: PageWish): RawBuilder<unknown> {
  if (page.after === null) return sql``
  return sql`and (t.last_message_at, t.id)
    < ('epoch'::timestamptz + ${page.after.atUs}::float8 * interval '1 microsecond', ${page.after.id}::bigint)`
}

function ownerCondition(wish: Pick<PageWish, 'rule' | 'agentId'>): RawBuilder<unknown> {
  switch (wish.rule.assignee) {
    case 'caller':
      return sql`t.assignee_id = ${wish.agentId}`
    case 'nobody':
      return sql`t.assignee_id is null`
    case 'anyone':
      return sql`true`
  }
}

// Written out as the predicate of the partial index undelivered_open.
const isOpenUndelivered = sql`u.followed_by_id is null and u.put_aside_at is null`

const hasFailedReply = sql`exists (
  select 1 from message m join undelivered u on u.message_id = m.id
  where m.ticket_id = t.id and m.direction = 'outbound' and ${isOpenUndelivered})`

const rowColumns = sql`t.id, t.number, t.mailbox_id as "mailboxId", t.subject, t.snippet, t.state,
  t.assignee_id as "assigneeId", c.name as "customerName",
  coalesce(
    (select p.address from participant p where p.ticket_id = t.id and p.kind = 'customer'
      order by p.since, p.address limit 1),
    (select a.address from customer_address a where a.customer_id = t.customer_id
      order by a.address limit 1)) as "customerAddress",
  array(select tag.name from ticket_tag tt join tag on tag.id = tt.tag_id
    where tt.ticket_id = t.id order by tag.name) as tags,
  t.message_count as "messageCount", t.last_message_at as "lastMessageAt",
  t.waiting_since as "waitingSince", ${hasFailedReply} as "hasFailedReply",
  exists (select from storm_ticket s where s.ticket_id = t.id) as "isStorm", t.version,
  t.twin_of_id as "twinOfId",
  coalesce((
    select json_agg(json_build_object('id', o.id, 'number', o.number, 'mailboxId', o.mailbox_id,
        'isLead', o.twin_of_id is null) order by o.twin_of_id nulls first, o.id)
    from ticket o where o.id <> t.id
      and (o.id = t.twin_of_id or o.twin_of_id = coalesce(t.twin_of_id, t.id))), '[]') as twins,
  (extract(epoch from t.last_message_at) * 1000000)::bigint as "atUs"`
