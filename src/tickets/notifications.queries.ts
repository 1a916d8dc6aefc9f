import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { NotificationEvent } from '../shared/vocabulary.ts'
import { ASKING_KINDS } from './kind-rules.ts'
import { isMissed } from './undelivered.queries.ts'

/** The latest of one kind of event on one ticket. `sourceId`: of the note, the event or the message. */
export type NotificationRow = {
  event: NotificationEvent
  sourceId: number
  at: Date
  ticketNumber: number
  mailboxId: number
  subject: string
  name: string
  excerpt: string
  hit: string | null
  /** The ticket was on the agent's screen, or they did something in the ticket since. */
  isSeen: boolean
}

/** A notification as a mail tells of it. `key` is another one when it happens again. */
export type MailedRow = NotificationRow & { key: string; customer: string }

/** Whose notifications, of which events and in which mailboxes. */
export type NotificationWish = {
  agentId: number
  mailboxIds: readonly number[]
  events: readonly NotificationEvent[]
}

/** The notifications a mail may tell of: later than `since`, as the database wrote it, and none of `mailedKeys`. */
export type DigestWish = NotificationWish & { since: string; mailedKeys: readonly string[] }

/**
 * What concerns an agent, newest first; nothing of it is kept as a row.
 *
 * Each kind is read by an index of the agent's own that has its order, no further than its newest 200 and 30 days back,
 * and mail from the 150 tickets with the newest messages among those they have or follow: the time depends on none of what
 * others do. Measured in test/tickets/notification-plan.test.ts.
 */
export async function selectNotifications(
  db: Db,
  wish: NotificationWish & { rowLimit: number },
): Promise<NotificationRow[]> {
  if (wish.events.length === 0 || wish.mailboxIds.length === 0) return []
  const { rows } = await sql<NotificationRow>`${latest(askedBy(wish), wish)}
    select page.event, page.source_id as "sourceId", page.at, t.number as "ticketNumber",
      t.mailbox_id as "mailboxId", t.subject, coalesce(page.name, '') as name, left(page.excerpt, 200) as excerpt, page.hit,
      page.is_seen or ${wasSeen(wish.agentId, sql`page`)} as "isSeen"
    from page join ticket t on t.id = page.ticket_id
    order by page.at desc, page.source_id desc`.execute(db)
  return rows
}

/** What an agent has not seen and was not mailed, newest first, at most 200. */
export async function selectUnseen(db: Db, wish: DigestWish): Promise<MailedRow[]> {
  if (wish.events.length === 0 || wish.mailboxIds.length === 0) return []
  const asked = {
    ...askedBy(wish),
    since: sql`${wish.since}::timestamptz`,
    ticketsSince: ticketsSince(sql`${wish.since}::timestamptz`),
  }
  const { rows } = await sql<MailedRow>`${latest(asked, { ...wish, rowLimit: 200 })}
    select page.event, page.source_id as "sourceId", page.at, t.number as "ticketNumber",
      t.mailbox_id as "mailboxId", t.subject, coalesce(page.name, '') as name, left(page.excerpt, 200) as excerpt, page.hit,
      false as "isSeen", ${keyOf(sql`page`)} as key,
      coalesce(c.name, (select a.address from customer_address a where a.customer_id = c.id order by a.address limit 1), '')
        as customer
    from page join ticket t on t.id = page.ticket_id left join customer c on c.id = t.customer_id
    where not page.is_seen and not ${wasSeen(wish.agentId, sql`page`)}
      and ${keyOf(sql`page`)} <> all(${[...wish.mailedKeys]}::text[])
    order by page.at desc, page.source_id desc`.execute(db)
  return rows
}

/**
 * Which of some agents have not seen something for `unseenMs` that they were not mailed, by one statement for all. Whose
 * tickets are quiet since their `since` costs the look at the tickets with mail of the last week.
 */
export async function selectDueAgents(
  db: Db,
  wishes: readonly DigestWish[],
  unseenMs: number,
): Promise<number[]> {
  if (wishes.length === 0) return []
  const asked: Asked = {
    agentId: sql`wish."agentId"`,
    mailboxIds: sql`wish."mailboxIds"`,
    since: sql`wish.since`,
    ticketsSince: ticketsSince(sql`wish.since`),
    until: sql`(now() - make_interval(secs => ${unseenMs / 1000}))`,
  }
  const parts = MAILED_EVENTS.map(event => sql`(${sources[event](asked, sql`${event} = any(wish.events)`)})`)
  const { rows } = await sql<{ agentId: number }>`
    select wish."agentId" from jsonb_to_recordset(${JSON.stringify(wishes)}::jsonb) as wish(
      "agentId" bigint, "mailboxIds" bigint[], events text[], since timestamptz, "mailedKeys" text[])
    where exists (
      select from (${sql.join(parts, sql` union all `)}) found
      where not found.is_seen and not ${wasSeen(sql`wish."agentId"`, sql`found`)}
        and ${keyOf(sql`found`)} <> all(wish."mailedKeys"))
    order by 1`.execute(db)
  return rows.map(row => row.agentId)
}

/** What a digest tells of; of replies that did not arrive there is a mail of its own. */
export const MAILED_EVENTS = ['mention', 'assigned', 'answer'] as const satisfies readonly NotificationEvent[]

/** Whose notifications are asked for, as parts of a statement. */
type Asked = {
  agentId: RawBuilder<unknown>
  mailboxIds: RawBuilder<unknown>
  /** What happened later than that. */
  since: RawBuilder<unknown>
  /** In tickets with a message later than that. */
  ticketsSince: RawBuilder<unknown>
  /** No later than that; without it also what happens meanwhile. */
  until?: RawBuilder<unknown>
}

const sourceLimit = sql`200`
/** How far notifications go back. */
export const notifiedDays = 30
const horizon = sql`(now() - interval ${sql.lit(`${notifiedDays} days`)})`

function askedBy({ agentId, mailboxIds }: NotificationWish): Asked {
  return {
    agentId: sql`${agentId}::bigint`,
    mailboxIds: sql`${[...mailboxIds]}::bigint[]`,
    since: horizon,
    ticketsSince: horizon,
  }
}

/** Mail is told of by the time it was filed, and may be a week older (newestMail). */
function ticketsSince(since: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(${since} - interval '7 days')`
}

function latest(
  asked: Asked,
  { events, rowLimit }: { events: readonly NotificationEvent[]; rowLimit: number },
): RawBuilder<unknown> {
  const parts = events.map(event => sql`(${sources[event](asked, sql`true`)})`)
  return sql`
    with found as (${sql.join(parts, sql` union all `)}),
    latest as (
      select distinct on (event, ticket_id) * from found order by event, ticket_id, at desc, source_id desc),
    page as (select * from latest order by at desc, source_id desc limit ${rowLimit})`
}

/** Whether the agent had the ticket of a notification on the screen, or did something in it, since it came. */
function wasSeen(agentId: number | RawBuilder<unknown>, row: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(
      exists (select from ticket_event o
        where o.ticket_id = ${row}.ticket_id and o.at > ${row}.at and o.agent_id = ${agentId})
      or exists (select from ticket_seen v
        where v.agent_id = ${agentId} and v.ticket_id = ${row}.ticket_id and v.at >= ${row}.at)
      or exists (select from presence p
        where p.agent_id = ${agentId} and p.ticket_id = ${row}.ticket_id and p.doing = 'viewing' and p.seen_at >= ${row}.at))`
}

function keyOf(row: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`(${row}.event || '-' || ${row}.source_id || '-' || extract(epoch from ${row}.at))`
}

function untilOf(at: RawBuilder<unknown>, { until }: Asked): RawBuilder<unknown> {
  return until === undefined ? sql`` : sql`and ${at} <= ${until}`
}

type Source = (asked: Asked, isWanted: RawBuilder<unknown>) => RawBuilder<unknown>

const sources: Readonly<Record<NotificationEvent, Source>> = {
  mention: (asked, isWanted) => sql`
    select 'mention' as event, n.id as source_id, m.mentioned_at as at, t.id as ticket_id,
      (select a.name from agent a where a.id = n.author_id) as name, n.text as excerpt, 'n' || n.id as hit,
      m.seen_at is not null as is_seen
    from (
        select note_id, mentioned_at, seen_at from mention
        where agent_id = ${asked.agentId} and mentioned_at > ${asked.since}
          ${untilOf(sql`mentioned_at`, asked)} and ${isWanted}
        order by mentioned_at desc, note_id desc limit ${sourceLimit}) m
      cross join lateral (select * from note where id = m.note_id limit 1) n join ticket t on t.id = n.ticket_id
    where n.author_id <> ${asked.agentId} and ${isReachable(asked)}`,
  // Of a ticket that was merged since: the one it went into, where that is theirs.
  assigned: (asked, isWanted) => sql`
    select 'assigned' as event, e.id as source_id, e.at, t.id as ticket_id, a.name, t.snippet as excerpt,
      null::text as hit, false as is_seen
    from (
        select id, at, agent_id, ticket_id from ticket_event
        where ${isGiven} and data ->> 'to' = (${asked.agentId})::text and at > ${asked.since}
          ${untilOf(sql`at`, asked)} and ${isWanted}
        order by at desc, id desc limit ${sourceLimit}) e
      join agent a on a.id = e.agent_id join ticket o on o.id = e.ticket_id
      join ticket t on t.id = coalesce(o.merged_into_id, o.id)
    where t.assignee_id = ${asked.agentId} and ${isReachable(asked)}`,
  answer: (asked, isWanted) => sql`
    select 'answer' as event, came.id as source_id, came.at, c.id as ticket_id,
      coalesce(came.from_name, came.from_address) as name, came.snippet as excerpt, 'm' || came.id as hit,
      false as is_seen
    from (${ownTickets(asked)}) c cross join lateral (${newestMail(asked)}) came
    where ${isWanted}`,
  undelivered: (asked, isWanted) => sql`
    select 'undelivered' as event, m.id as source_id, u.since as at, t.id as ticket_id,
      array_to_string(array(select r.address from outbox_recipient r where r.message_id = m.id
        and ${isMissed} order by r.address limit 3), ', ') as name,
      m.snippet as excerpt, 'm' || m.id as hit, false as is_seen
    from undelivered u join message m on m.id = u.message_id join ticket t on t.id = m.ticket_id
    where u.followed_by_id is null and u.put_aside_at is null and m.author_id = ${asked.agentId}
      and u.since > ${asked.since} and ${isWanted} and ${isReachable(asked)}
    order by u.since desc limit ${sourceLimit}`,
}

function isReachable({ mailboxIds }: Asked): RawBuilder<unknown> {
  return sql`t.mailbox_id = any(${mailboxIds}) and t.deleted_at is null
    and t.merged_into_id is null and t.state <> 'spam'`
}

// Written out as the predicate of the index ticket_event_assigned: by somebody else, and not by the product.
const isGiven = sql`kind = 'assigned' and data ->> 'to' <> agent_id::text`

/** The tickets an agent has or follows with the newest messages, and since when: what came before is no news to them. */
function ownTickets(asked: Asked): RawBuilder<unknown> {
  const { agentId } = asked
  return sql`
    select own.id, least(own.followed_at, case when own.is_assigned then coalesce(
      (select max(e.at) from ticket_event e where e.ticket_id = own.id and e.kind = 'assigned'
        and e.data -> 'to' = to_jsonb(${agentId})), '-infinity') end) as since
    from (
      select id, bool_or(is_assigned) as is_assigned, min(followed_at) as followed_at from (
        select assigned.id, assigned.last_message_at, true as is_assigned, null::timestamptz as followed_at
        from unnest(array['open', 'waiting', 'closed']) as wanted(state) cross join lateral (
          select t.id, t.last_message_at from ticket t
          where t.assignee_id = ${agentId} and t.state = wanted.state and t.twin_of_id is null
            and t.last_message_at > ${asked.ticketsSince} and ${isReachable(asked)}
          order by t.last_message_at desc, t.id desc limit 150) assigned
        union all
        select followed.id, followed.last_message_at, false, f.since
        from (select ticket_id, since from ticket_follower where agent_id = ${agentId}
          order by ticket_id desc limit 1000) f cross join lateral (
          select t.id, t.last_message_at from ticket t
          where t.id = f.ticket_id and t.last_message_at > ${asked.ticketsSince} and ${isReachable(asked)} limit 1) followed) each
      group by id order by max(last_message_at) desc limit 150) own`
}

/**
 * The last mail that came into ticket `c` or into one of its twins alone, of those that ask for an answer: not what was
 * grouped as a storm, nor from who failed the check, nor what an import brought (more than a week old when it came).
 */
function newestMail(asked: Asked): RawBuilder<unknown> {
  return sql`
    select e.at, m.id, m.from_name, m.from_address, m.snippet
    from (select c.id union all
        select w.id from ticket w where w.twin_of_id = c.id and w.mailbox_id = any(${asked.mailboxIds})) part
      join ticket_event e on e.ticket_id = part.id
      join message m on m.id = e.message_id and m.ticket_id = part.id
    where e.kind = 'message_received' and e.at > greatest(c.since, ${asked.since}) ${untilOf(sql`e.at`, asked)}
      and m.kind = any(${[...ASKING_KINDS]}::text[]) and m.placed_by <> 'storm'
      and m.sender_grade is distinct from 'failed' and m.received_at > e.at - interval '7 days'
      and (part.id = c.id or not exists (
        select from message k where k.ticket_id = c.id and k.copy_key = m.copy_key))
    order by e.at desc, e.id desc limit 1`
}
