import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { NotificationEvent } from '../shared/vocabulary.ts'
import { ASKING_KINDS } from './kind-rules.ts'

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
  /** The note was on the agent's screen, or they did something in the ticket since. */
  isSeen: boolean
}

/** Whose notifications, of which events, in which mailboxes, and at most how many. */
export type NotificationWish = {
  agentId: number
  mailboxIds: readonly number[]
  events: readonly NotificationEvent[]
  rowLimit: number
}

/**
 * What concerns an agent, newest first; nothing of it is kept as a row.
 *
 * Each kind is read by an index of the agent's own that has its order, no further than its newest 200 and 30 days back,
 * and mail from the 150 tickets with the newest messages among those they have or follow: the time depends on none of what
 * others do. Measured in test/tickets/notification-plan.test.ts.
 */
export async function selectNotifications(db: Db, wish: NotificationWish): Promise<NotificationRow[]> {
  if (wish.events.length === 0 || wish.mailboxIds.length === 0) return []
  const parts = wish.events.map(event => sql`(${sources[event](wish)})`)
  const { rows } = await sql<NotificationRow>`
    with found as (${sql.join(parts, sql` union all `)}),
    latest as (
      select distinct on (event, ticket_id) * from found order by event, ticket_id, at desc, source_id desc),
    page as (select * from latest order by at desc, source_id desc limit ${wish.rowLimit})
    select page.event, page.source_id as "sourceId", page.at, t.number as "ticketNumber",
      t.mailbox_id as "mailboxId", t.subject, coalesce(page.name, '') as name, left(page.excerpt, 200) as excerpt, page.hit,
      page.is_seen or exists (
        select from ticket_event o
        where o.ticket_id = t.id and o.at > page.at and o.agent_id = ${wish.agentId}) as "isSeen"
    from page join ticket t on t.id = page.ticket_id
    order by page.at desc, page.source_id desc`.execute(db)
  return rows
}

const sourceLimit = sql`200`
const horizon = sql`(now() - interval '30 days')`

const sources: Readonly<Record<NotificationEvent, (wish: NotificationWish) => RawBuilder<unknown>>> = {
  mention: wish => sql`
    select 'mention' as event, n.id as source_id, m.mentioned_at as at, t.id as ticket_id,
      (select a.name from agent a where a.id = n.author_id) as name, n.text as excerpt, 'n' || n.id as hit,
      m.seen_at is not null as is_seen
    from mention m join note n on n.id = m.note_id join ticket t on t.id = n.ticket_id
    where m.agent_id = ${wish.agentId} and m.mentioned_at > ${horizon} and n.author_id <> ${wish.agentId}
      and ${isReachable(wish)}
    order by m.mentioned_at desc, m.note_id desc limit ${sourceLimit}`,
  // Of a ticket that was merged since: the one it went into, where that is theirs.
  assigned: wish => sql`
    select 'assigned' as event, e.id as source_id, e.at, t.id as ticket_id, a.name, t.snippet as excerpt,
      null::text as hit, false as is_seen
    from (
        select id, at, agent_id, ticket_id from ticket_event
        where ${isGiven} and data ->> 'to' = ${String(wish.agentId)} and at > ${horizon}
        order by at desc, id desc limit ${sourceLimit}) e
      join agent a on a.id = e.agent_id join ticket o on o.id = e.ticket_id
      join ticket t on t.id = coalesce(o.merged_into_id, o.id)
    where t.assignee_id = ${wish.agentId} and ${isReachable(wish)}`,
  answer: wish => sql`
    select 'answer' as event, came.id as source_id, came.at, c.id as ticket_id,
      coalesce(came.from_name, came.from_address) as name, came.snippet as excerpt, 'm' || came.id as hit,
      false as is_seen
    from (${ownTickets(wish)}) c cross join lateral (${newestMail(wish)}) came`,
  undelivered: wish => sql`
    select 'undelivered' as event, m.id as source_id, u.since as at, t.id as ticket_id,
      array_to_string(array(select r.address from outbox_recipient r where r.message_id = m.id
        and r.state in ('failed', 'bounced') order by r.address limit 3), ', ') as name,
      m.snippet as excerpt, 'm' || m.id as hit, false as is_seen
    from undelivered u join message m on m.id = u.message_id join ticket t on t.id = m.ticket_id
    where u.followed_by_id is null and u.put_aside_at is null and m.author_id = ${wish.agentId}
      and u.since > ${horizon} and ${isReachable(wish)}
    order by u.since desc limit ${sourceLimit}`,
}

function isReachable({ mailboxIds }: NotificationWish): RawBuilder<unknown> {
  return sql`t.mailbox_id = any(${[...mailboxIds]}::bigint[]) and t.deleted_at is null
    and t.merged_into_id is null and t.state <> 'spam'`
}

// Written out as the predicate of the index ticket_event_assigned: by somebody else, and not by the product.
const isGiven = sql`kind = 'assigned' and data ->> 'to' <> agent_id::text`

/** The tickets an agent has or follows with the newest messages, and since when: what came before is no news to them. */
function ownTickets(wish: NotificationWish): RawBuilder<unknown> {
  return sql`
    select own.id, least(own.followed_at, case when own.is_assigned then coalesce(
      (select max(e.at) from ticket_event e where e.ticket_id = own.id and e.kind = 'assigned'
        and e.data -> 'to' = to_jsonb(${wish.agentId}::bigint)), '-infinity') end) as since
    from (
      select id, bool_or(is_assigned) as is_assigned, min(followed_at) as followed_at from (
        select assigned.id, assigned.last_message_at, true as is_assigned, null::timestamptz as followed_at
        from unnest(array['open', 'waiting', 'closed']) as wanted(state) cross join lateral (
          select t.id, t.last_message_at from ticket t
          where t.assignee_id = ${wish.agentId} and t.state = wanted.state and t.twin_of_id is null
            and t.last_message_at > ${horizon} and ${isReachable(wish)}
          order by t.last_message_at desc, t.id desc limit 150) assigned
        union all
        select followed.id, followed.last_message_at, false, f.since
        from (select ticket_id, since from ticket_follower where agent_id = ${wish.agentId}
          order by ticket_id desc limit 1000) f cross join lateral (
          select t.id, t.last_message_at from ticket t
          where t.id = f.ticket_id and t.last_message_at > ${horizon} and ${isReachable(wish)} limit 1) followed) each
      group by id order by max(last_message_at) desc limit 150) own`
}

/**
 * The last mail that came into ticket `c` or into one of its twins alone, of those that ask for an answer: not what was
 * grouped as a storm, nor from who failed the check, nor what an import brought (more than a week old when it came).
 */
function newestMail({ mailboxIds }: NotificationWish): RawBuilder<unknown> {
  return sql`
    select e.at, m.id, m.from_name, m.from_address, m.snippet
    from (select c.id union all
        select w.id from ticket w where w.twin_of_id = c.id and w.mailbox_id = any(${[...mailboxIds]}::bigint[])) part
      join ticket_event e on e.ticket_id = part.id
      join message m on m.id = e.message_id and m.ticket_id = part.id
    where e.kind = 'message_received' and e.at > greatest(c.since, ${horizon})
      and m.kind = any(${[...ASKING_KINDS]}::text[]) and m.placed_by <> 'storm'
      and m.sender_grade is distinct from 'failed' and m.received_at > e.at - interval '7 days'
      and (part.id = c.id or not exists (
        select from message k where k.ticket_id = c.id and k.copy_key = m.copy_key))
    order by e.at desc, e.id desc limit 1`
}
