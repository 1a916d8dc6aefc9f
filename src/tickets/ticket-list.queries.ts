import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { kept, unseen } from '../db/kept-statements.ts'
import type { TicketPriority, TicketState } from '../shared/vocabulary.ts'
import { LATE_AFTER_MINUTES } from './late-after.ts'
import type { PagePlace } from './page-cursor.ts'
import type { ListPart, QueueRule } from './queues.ts'
import { filterCondition, type KnownFilter } from './ticket-filter.queries.ts'
import { isUnreadBy } from './unread.queries.ts'

/** One ticket as lists show it to one agent. */
export type TicketListRow = {
  id: number
  number: number
  mailboxId: number
  subject: string
  snippet: string
  state: TicketState
  priority: TicketPriority
  assigneeId: number | null
  teamId: number | null
  isFollowed: boolean
  /** By a note that the agent has not seen. */
  hasUnseenMention: boolean
  isUnread: boolean
  /** Put away; `snoozedUntil` is null then where only a mail of its customer ends it. */
  isSnoozed: boolean
  snoozedUntil: Date | null
  deletedAt: Date | null
  /** By their phone where neither name nor address is known. */
  customerName: string | null
  customerAddress: string | null
  tags: string[]
  messageCount: number
  lastMessageAt: Date
  waitingSince: Date | null
  hasFailedReply: boolean
  hasLateReply: boolean
  isStorm: boolean
  version: number
  /** The ticket that leads it; null where it leads or is alone. */
  twinOfId: number | null
  /** The other tickets of its group, in whatever mailbox: not everybody may see each. */
  twins: { id: number; number: number; mailboxId: number; isLead: boolean }[]
}

/** A row with what its list is sorted by, in microseconds: for cursors. */
export type PageRow = TicketListRow & { atUs: number }

/** One part of one queue: whose mailboxes, from where on, and how many rows. */
export type PartWish = {
  rule: QueueRule
  part: ListPart
  agentId: number
  mailboxIds: readonly number[]
  /** The connected mailboxes that are not listed: a twin stands in the list if its lead is in one of them. */
  otherIds: readonly number[]
  after: PagePlace | null
  rowLimit: number
  /** What each ticket must be like besides; null narrows nothing. */
  filter: KnownFilter | null
  /** The only tickets that can fit the filter, where they are known to be few. */
  fewIds: readonly number[] | null
}

type CountWish = Pick<PartWish, 'rule' | 'agentId' | 'mailboxIds' | 'rowLimit' | 'filter'>

type ValueWish = Partial<Pick<PartWish, 'filter' | 'fewIds'>>

/** The mailboxes that were not removed, in order of id. */
export async function selectMailboxIds(db: Db): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`${kept}
    select id from mailbox where removed_at is null order by id`.execute(db)
  return rows.map(row => row.id)
}

/**
 * The next rows of one part of a list.
 *
 * Each (mailbox, state) or (assignee, state) gives its first few leads by an index that has exactly
 * that order, and the page is the first of those: the time depends on the number of mailboxes and not
 * on how many tickets they hold, or on how rare a state is. Twins stand for their lead where it is not
 * listed itself; they have an index by (mailbox, mailbox of the lead, state), so that those that do not
 * stand cost nothing. Measured in test/tickets/list-plan.test.ts.
 */
export async function selectListPart(db: Db, wish: PartWish): Promise<PageRow[]> {
  const { way } = partRules[wish.part]
  // Of a filter there are too many texts, and its plan depends on what is looked for.
  const { rows } = await sql<PageRow>`${isPlain(wish) ? kept : sql``}
    with page as (
      select found.id, found.at from ${candidates(wish)}
      order by found.at ${way}, found.id ${way} limit ${told(wish, wish.rowLimit)})
    select ${rowColumns(told(wish, wish.agentId))}, (extract(epoch from page.at) * 1000000)::bigint as "atUs"
    from page join ticket t on t.id = page.id left join customer c on c.id = t.customer_id
    order by page.at ${way}, page.id ${way}`.execute(db)
  return rows
}

/** One ticket as lists show it to an agent, or undefined. */
export async function selectTicketRow(
  db: Db,
  by: { ticketId: number; agentId: number },
): Promise<TicketListRow | undefined> {
  const { rows } = await sql<TicketListRow>`${kept}
    select ${rowColumns(sql`${by.agentId}`)} from ticket t left join customer c on c.id = t.customer_id
    where t.id = ${by.ticketId}`.execute(db)
  return rows[0]
}

/** What the page of a ticket shows of it besides: what language its customer last wrote in, and what their clock says. */
export type TicketFacts = {
  createdAt: Date
  closedAt: Date | null
  customerLanguage: string | null
  customerUtcOffsetMinutes: number | null
}

/** The row of one ticket as in lists, with the facts of its page. */
export async function selectTicketPage(
  db: Db,
  by: { ticketId: number; agentId: number },
): Promise<(TicketListRow & TicketFacts) | undefined> {
  const { rows } = await sql<TicketListRow & TicketFacts>`${kept}
    select ${rowColumns(sql`${by.agentId}`)}, t.created_at as "createdAt", t.closed_at as "closedAt",
      c.language as "customerLanguage", c.utc_offset_minutes as "customerUtcOffsetMinutes"
    from ticket t left join customer c on c.id = t.customer_id where t.id = ${by.ticketId}`.execute(db)
  return rows[0]
}

/** How many tickets a queue holds, twins apart, counted up to `rowLimit`. */
export async function countQueue(db: Db, wish: CountWish): Promise<number> {
  const { rows } = await sql<{ count: number }>`${wish.filter === null ? kept : sql``}
    select count(*) as count from (${counted(wish)} limit ${told(wish, wish.rowLimit)}) counted`.execute(db)
  return rows[0]?.count ?? 0
}

function isPlain({ filter, fewIds = null }: ValueWish): boolean {
  return filter === null && fewIds === null
}

/** A value as a statement is told it: a kept one has one plan for all, that of a filter is made for what is looked for. */
function told(wish: ValueWish, value: number | readonly number[]): RawBuilder<unknown> {
  const [bound, type] =
    typeof value === 'number' ? [value, 'bigint' as const] : [[...value], 'bigint[]' as const]
  return isPlain(wish) ? unseen(bound, type) : sql`${bound}::${sql.raw(type)}`
}

function counted(wish: CountWish): RawBuilder<unknown> {
  const { rule } = wish
  if (rule.holds === 'undelivered') return sql`select distinct t.id from ${undeliveredTickets(wish)}`
  if (rule.holds === 'drafted') return sql`select 1 from ${draftedTickets(wish)}`
  if (rule.holds === 'mentioned')
    return sql`select distinct t.id from ${mentionedTickets(wish)} and m.seen_at is null`
  const isOfState =
    rule.holds === 'at-hand' ? sql`t.state in ('open', 'waiting')` : sql`t.state = any(${statesOf(rule)})`
  return sql`select 1 from ticket t where ${ownerCondition(wish)} and ${isOfState} and ${holdings[rule.holds]}
    and t.merged_into_id is null and t.twin_of_id is null
    and ${isOfMailboxes(wish)} and ${fits(wish)}`
}

// Written out as the predicates of the partial indexes of migrations/0039_put_away_lists.sql.
const holdings: Readonly<Record<QueueRule['holds'], RawBuilder<unknown>>> = {
  'at-hand': sql`t.snoozed_until is null and t.deleted_at is null`,
  kept: sql`t.deleted_at is null`,
  undelivered: sql`t.deleted_at is null`,
  drafted: sql`t.deleted_at is null`,
  sent: sql`t.deleted_at is null`,
  mentioned: sql`t.deleted_at is null`,
  snoozed: sql`t.snoozed_until is not null and t.deleted_at is null`,
  deleted: sql`t.deleted_at is not null`,
}

type PartRule = { column: RawBuilder<unknown>; condition: RawBuilder<unknown>; way: RawBuilder<unknown> }

const up = sql`asc`
const down = sql`desc`
const partRules: Readonly<Record<ListPart, PartRule>> = {
  awaited: { column: sql`t.waiting_since`, condition: sql`t.waiting_since is not null`, way: up },
  rest: { column: sql`t.last_message_at`, condition: sql`t.waiting_since is null`, way: down },
  newest: { column: sql`t.last_message_at`, condition: sql`true`, way: down },
  timed: { column: sql`t.snoozed_until`, condition: sql`t.snoozed_until < 'infinity'`, way: up },
  untimed: { column: sql`t.last_message_at`, condition: sql`t.snoozed_until = 'infinity'`, way: down },
  deleted: { column: sql`t.deleted_at`, condition: sql`true`, way: down },
  drafted: { column: sql`d.saved_at`, condition: sql`true`, way: down },
  sent: { column: sql`m.received_at`, condition: sql`true`, way: down },
  mentioned: { column: sql`m.mentioned_at`, condition: sql`true`, way: down },
}

function candidates(wish: PartWish): RawBuilder<unknown> {
  const { holds } = wish.rule
  if (holds === 'undelivered') {
    return sql`(select distinct t.id, t.last_message_at as at from ${undeliveredTickets(wish)} ${afterPlace(wish)}) found`
  }
  if (holds === 'drafted' || holds === 'sent' || holds === 'mentioned') {
    const own = ownTickets[holds](wish)
    const { column } = partRules[wish.part]
    return sql`(select t.id, ${column} as at from ${own} ${afterPlace(wish)}
      order by ${column} desc, t.id desc limit ${told(wish, wish.rowLimit)}) found`
  }
  if (wish.fewIds !== null) return sql`(${first(wish, oneOfFew(wish, wish.fewIds))}) found`
  if (holds === 'snoozed') return sql`(${first(wish, sql`${isOfMailboxes(wish)} and ${stands(wish)}`)}) found`
  if (holds === 'deleted') {
    const { mailboxes } = listsOf(wish)
    return sql`(select each.* from ${mailboxes} cross join lateral (${first(
      wish,
      sql`t.mailbox_id = mailbox.id and ${stands(wish)}`,
    )}) each) found`
  }
  const leads = leadCandidates(wish)
  // Nobody waits for a twin.
  if (wish.otherIds.length === 0 || wish.part === 'awaited') return sql`(${leads}) found`
  return sql`(${leads} union all ${twinCandidates(wish)}) found`
}

// Of few tickets all are read, in whatever order their keys give them.
function oneOfFew(wish: PartWish, ids: readonly number[]): RawBuilder<unknown> {
  return sql`t.id = any(${[...ids]}::bigint[]) and ${isOfMailboxes(wish)} and ${stands(wish)}
    and ${ownerCondition(wish)} and t.state = any(${statesOf(wish.rule)})`
}

function leadCandidates(wish: PartWish): RawBuilder<unknown> {
  const { mailboxes, states } = listsOf(wish)
  if (wish.part === 'awaited') {
    return sql`select found.* from ${mailboxes} cross join lateral (${first(
      wish,
      sql`t.mailbox_id = mailbox.id and ${ownerCondition(wish)}`,
    )}) found`
  }
  switch (wish.rule.assignee) {
    case 'nobody':
      return sql`select found.* from ${mailboxes} cross join lateral (${first(
        wish,
        sql`t.mailbox_id = mailbox.id and t.twin_of_id is null and t.state in ('open', 'waiting')
          and t.assignee_id is null and t.team_id is null`,
      )}) found`
    case 'anyone':
      return sql`select found.* from ${mailboxes} cross join ${states} cross join lateral (${first(
        wish,
        sql`t.mailbox_id = mailbox.id and t.twin_of_id is null and t.state = wanted.state`,
      )}) found`
    default:
      return sql`select found.* from ${states} cross join lateral (${first(
        wish,
        sql`${ownerCondition(wish)} and t.state = wanted.state and t.twin_of_id is null
          and ${isOfMailboxes(wish)}`,
      )}) found`
  }
}

function twinCandidates(wish: PartWish): RawBuilder<unknown> {
  const { mailboxes, others, states } = listsOf(wish)
  return sql`select found.* from ${mailboxes} cross join ${others} cross join ${states} cross join lateral (${first(
    wish,
    sql`t.mailbox_id = mailbox.id and t.twin_of_id is not null and t.twin_mailbox_id = other.id
      and t.state = wanted.state and ${ownerCondition(wish)}`,
  )}) found`
}

// Written out, so that a plan that is kept knows how many they are.
function statesOf({ states }: QueueRule): RawBuilder<unknown> {
  return sql`${sql.lit(`{${states.join()}}`)}::text[]`
}

function listsOf(wish: PartWish) {
  return {
    mailboxes: sql`unnest(${told(wish, wish.mailboxIds)}) as mailbox(id)`,
    others: sql`unnest(${told(wish, wish.otherIds)}) as other(id)`,
    states: sql`unnest(${statesOf(wish.rule)}) as wanted(state)`,
  }
}

// By what did not arrive and is not dealt with, of which there is never much; a twin stands by itself.
function undeliveredTickets(wish: CountWish): RawBuilder<unknown> {
  return sql`undelivered u join message m on m.id = u.message_id join ticket t on t.id = m.ticket_id
    where ${isOpenUndelivered} and t.merged_into_id is null and ${holdings.undelivered}
      and ${isOfMailboxes(wish)} and t.state = any(${statesOf(wish.rule)}) and ${fits(wish)}`
}

function draftedTickets(wish: CountWish): RawBuilder<unknown> {
  return sql`draft d join ticket t on t.id = d.ticket_id
    where d.agent_id = ${told(wish, wish.agentId)} and t.merged_into_id is null and ${holdings.drafted} and ${isOfMailboxes(wish)}
      and ${fits(wish)}`
}

// Each ticket by the last reply of the caller that was not taken back, by the index message_author.
function sentTickets(wish: CountWish): RawBuilder<unknown> {
  return sql`message m join outbox o on o.message_id = m.id join ticket t on t.id = m.ticket_id
    where m.author_id = ${told(wish, wish.agentId)} and m.direction = 'outbound' and o.state <> 'cancelled'
      and not exists (
        select from message n join outbox p on p.message_id = n.id
        where n.ticket_id = m.ticket_id and n.author_id = m.author_id and n.direction = 'outbound'
          and p.state <> 'cancelled' and (n.received_at, n.id) > (m.received_at, m.id))
      and t.merged_into_id is null and ${holdings.sent} and ${isOfMailboxes(wish)} and ${fits(wish)}`
}

function mentionedTickets(wish: CountWish): RawBuilder<unknown> {
  return sql`mention m join note n on n.id = m.note_id join ticket t on t.id = n.ticket_id
    where m.agent_id = ${told(wish, wish.agentId)} and t.merged_into_id is null and ${holdings.mentioned}
      and t.state = any(${statesOf(wish.rule)}) and ${isOfMailboxes(wish)} and ${fits(wish)}`
}

// Each ticket by the last note that mentions the caller, by the index mention_agent.
function lastMentions(wish: CountWish): RawBuilder<unknown> {
  return sql`${mentionedTickets(wish)} and not exists (
    select from note o join mention p on p.note_id = o.id
    where o.ticket_id = n.ticket_id and p.agent_id = m.agent_id
      and (p.mentioned_at, p.note_id) > (m.mentioned_at, m.note_id))`
}

const ownTickets = { drafted: draftedTickets, sent: sentTickets, mentioned: lastMentions }

function first(wish: PartWish, condition: RawBuilder<unknown>): RawBuilder<unknown> {
  const { column, condition: isOfPart, way } = partRules[wish.part]
  return sql`select t.id, ${column} as at from ticket t
    where ${condition} and ${isOfPart} and ${holdings[wish.rule.holds]} and t.merged_into_id is null
      and ${fits(wish)} ${afterPlace(wish)}
    order by ${column} ${way}, t.id ${way} limit ${told(wish, wish.rowLimit)}`
}

function afterPlace(wish: PartWish): RawBuilder<unknown> {
  const { after, part } = wish
  if (after === null) return sql``
  const { column, way } = partRules[part]
  return sql`and (${column}, t.id) ${way === up ? sql`>` : sql`<`}
    ('epoch'::timestamptz + ${told(wish, after.atUs)}::float8 * interval '1 microsecond', ${told(wish, after.id)})`
}

function fits({ filter }: Pick<PartWish, 'filter'>): RawBuilder<unknown> {
  return filter === null ? sql`true` : filterCondition(filter)
}

function isOfMailboxes(wish: ValueWish & Pick<PartWish, 'mailboxIds'>): RawBuilder<unknown> {
  return sql`t.mailbox_id = any(${told(wish, wish.mailboxIds)}::bigint[])` // or a subquery is taken for rows
}

/** Leads, and twins whose lead is not listed. */
function stands(wish: PartWish): RawBuilder<unknown> {
  return sql`(t.twin_of_id is null or t.twin_mailbox_id = any(${told(wish, wish.otherIds)}::bigint[]))`
}

/** Whose tickets a queue holds. */
export function ownerCondition(wish: ValueWish & Pick<PartWish, 'rule' | 'agentId'>): RawBuilder<unknown> {
  const { assignee } = wish.rule
  if (typeof assignee === 'object') return sql`t.assignee_id = ${told(wish, assignee.agentId)}`
  switch (assignee) {
    case 'caller':
      return sql`t.assignee_id = ${told(wish, wish.agentId)}`
    case 'nobody':
      return sql`t.assignee_id is null and t.team_id is null`
    case 'anyone':
      return sql`true`
    default:
      return sql`t.team_id = ${told(wish, assignee)}`
  }
}

// Written out as the predicate of the partial index undelivered_open.
const isOpenUndelivered = sql`u.followed_by_id is null and u.put_aside_at is null`

const hasFailedReply = sql`exists (
  select 1 from message m join undelivered u on u.message_id = m.id
  where m.ticket_id = t.id and m.direction = 'outbound' and ${isOpenUndelivered})`

// Read once for all rows, each half by its own partial index: few mails are on their way for so long.
const hasLateReply = sql`t.id in (
  select m.ticket_id from (
    select message_id, lane from outbox where state in ('held', 'deferred')
    union all select message_id, lane from outbox where state = 'sending') o
    join message m on m.id = o.message_id
  where o.lane = 0 and m.sent_at < now() - make_interval(mins => ${sql.lit(LATE_AFTER_MINUTES)}))`

const rowColumns = (
  agentId: RawBuilder<unknown>,
) => sql`t.id, t.number, t.mailbox_id as "mailboxId", t.subject, t.snippet, t.state, t.priority,
  t.assignee_id as "assigneeId", t.team_id as "teamId", t.snoozed_until is not null as "isSnoozed",
  nullif(t.snoozed_until, 'infinity') as "snoozedUntil", t.deleted_at as "deletedAt",
  exists (select from ticket_follower f where f.ticket_id = t.id and f.agent_id = ${agentId}) as "isFollowed",
  t.id in (select n.ticket_id from mention me join note n on n.id = me.note_id
    where me.agent_id = ${agentId} and me.seen_at is null) as "hasUnseenMention",
  ${isUnreadBy(agentId)} as "isUnread", coalesce(c.name,
    case when (select a.address from customer_address a where a.customer_id = c.id limit 1) is null then c.phone end) as "customerName",
  coalesce(
    (select p.address from participant p where p.ticket_id = t.id and p.kind = 'customer'
      order by p.since, p.address limit 1),
    (select a.address from customer_address a where a.customer_id = t.customer_id
      order by a.address limit 1)) as "customerAddress",
  array(select tag.name from ticket_tag tt join tag on tag.id = tt.tag_id
    where tt.ticket_id = t.id order by tag.name) as tags,
  t.message_count as "messageCount", t.last_message_at as "lastMessageAt",
  t.waiting_since as "waitingSince", ${hasFailedReply} as "hasFailedReply", ${hasLateReply} as "hasLateReply",
  exists (select from storm_ticket s where s.ticket_id = t.id) as "isStorm", t.version,
  t.twin_of_id as "twinOfId",
  coalesce((
    select json_agg(json_build_object('id', o.id, 'number', o.number, 'mailboxId', o.mailbox_id,
        'isLead', o.twin_of_id is null) order by o.twin_of_id nulls first, o.id)
    from ticket o where o.id <> t.id
      and (o.id = t.twin_of_id or o.twin_of_id = coalesce(t.twin_of_id, t.id))), '[]') as twins`
