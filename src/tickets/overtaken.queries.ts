import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { oldestUnanswered } from './desk-rows.queries.ts'
import { ASKING_KINDS } from './kind-rules.ts'

/** A scheduled reply that is not sent any more. `holderId`: who gets its words as a draft; null is nobody. */
export type OvertakenReply = {
  messageId: number
  ticketId: number
  holderId: number | null
  /** The newest thing that had happened when the agent last decided to send it. */
  seenEventId: number | null
}

/** `any`: mail came just now. `newer`: only where the ticket holds mail that is newer than the reply. */
export type OvertakenBy = 'any' | 'newer'

/** Who gets the words of a message `m` in a ticket `t`: its author, else the assignee, who is active and may use the mailbox. */
const holder = sql<number | null>`(
  select a.id from agent a
  where a.id in (m.author_id, t.assignee_id) and a.state = 'active'
    and (a.role in ('owner', 'admin') or exists (
      select from agent_mailbox u where u.agent_id = a.id and u.mailbox_id = t.mailbox_id))
  order by a.id = m.author_id desc limit 1)`

/** Who gets the words of a reply that is not sent; null for automatic mail, and where nobody may have them. */
export async function selectHolder(tx: Tx, messageId: number): Promise<number | null> {
  const { rows } = await sql<{ holderId: number | null }>`
    select case when m.author_id is not null then ${holder} end as "holderId"
    from message m join ticket t on t.id = m.ticket_id where m.id = ${messageId}`.execute(tx)
  return rows[0]?.holderId ?? null
}

/**
 * Cancels the scheduled replies of tickets and their twins that no sender has claimed: one update, so that
 * each is either sent or cancelled. Its words go to its author, else to the ticket's assignee, whoever of
 * them is active and may use the mailbox.
 */
export async function cancelOvertaken(
  tx: Tx,
  ticketIds: readonly number[],
  by: OvertakenBy,
): Promise<OvertakenReply[]> {
  const isNewer = sql`exists (select from message c
    where c.ticket_id = t.id and c.direction = 'inbound' and c.kind = any(${[...ASKING_KINDS]}::text[])
      and c.sender_grade is distinct from 'failed' and c.side_thread_id is null and c.received_at > o.queued_at)`
  const { rows } = await sql<OvertakenReply>`
    update outbox o set state = 'cancelled', cancelled_by = 'customer', settled_at = clock_timestamp()
    from message m join ticket t on t.id = m.ticket_id
    where m.id = o.message_id and o.state = 'held' and o.is_scheduled and m.side_thread_id is null
      and coalesce(t.twin_of_id, t.id) in (
        select coalesce(g.twin_of_id, g.id) from ticket g where g.id = any(${[...ticketIds]}::bigint[]))
      and ${by === 'any' ? sql`true` : isNewer}
    returning o.message_id as "messageId", m.ticket_id as "ticketId",
      ${holder} as "holderId",
      (select max(e.id) from ticket_event e where e.message_id = o.message_id
        and e.kind in ('reply_queued', 'reply_rescheduled')) as "seenEventId"`.execute(tx)
  return rows
}

/** The customers of these tickets wait again, each since their oldest mail that has no answer. */
export async function recountWaiting(tx: Tx, ticketIds: readonly number[]): Promise<void> {
  await sql`
    update ticket set waiting_since = ${oldestUnanswered()}
    where state = 'open' and twin_of_id is null and id in (
      select coalesce(twin_of_id, id) from ticket where id = any(${[...ticketIds]}::bigint[]))`.execute(tx)
}
