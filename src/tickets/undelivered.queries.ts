import { sql } from 'kysely'
import type { Caller } from '../agents/can.ts'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'

/**
 * Enters replies that did not arrive, or opens them anew: another of their recipients was not reached.
 *
 * @param messageIds each once
 */
export async function upsertUndelivered(tx: Tx, messageIds: readonly number[]): Promise<void> {
  await sql`insert into undelivered (message_id) select unnest(${[...messageIds]}::bigint[])
    on conflict (message_id) do update set since = clock_timestamp(), followed_by_id = null,
      put_aside_at = null, put_aside_by = null, mailed_at = null`.execute(tx)
}

/**
 * What of a ticket did not arrive is followed by a new reply to the same people: the customer's, or one side thread's.
 * A forward begins a side thread of its own, and follows the one it is sent instead of.
 */
export async function updateFollowed(
  tx: Tx,
  reply: { ticketId: number; messageId: number; insteadOfId: number | undefined },
): Promise<void> {
  const { ticketId, messageId, insteadOfId } = reply
  await sql`${kept} update undelivered u set followed_by_id = ${messageId} from message m
    where m.id = u.message_id and m.ticket_id = ${ticketId} and m.id <> ${messageId}
      and (m.side_thread_id is not distinct from (select side_thread_id from message where id = ${messageId})
        or (m.id = ${insteadOfId ?? null}::bigint and m.side_thread_id = m.id))
      and u.followed_by_id is null and u.put_aside_at is null`.execute(tx)
}

/** The reply that followed was taken back. */
export async function updateUnfollowed(tx: Tx, replyId: number): Promise<void> {
  await sql`update undelivered set followed_by_id = null where followed_by_id = ${replyId}`.execute(tx)
}

/** Of a recipient `r`: the reply did not reach them, or nobody knows whether it did. */
export const isMissed = sql<boolean>`(r.state in ('failed', 'bounced') or r.state = 'due' and exists (
  select from outbox o where o.message_id = r.message_id and o.state = 'uncertain'))`

/** A reply of an agent's own that did not arrive. `recipients`: those it did not reach, at most five. */
export type OwnFailure = { messageId: number; ticketNumber: number; since: Date; recipients: string[] }

/** What of an agent's own replies waits in Not delivered, newest first, at most 20. */
export async function selectOwnFailures(db: Db, caller: Caller): Promise<OwnFailure[]> {
  const { agentId, mailboxIds } = caller
  const isReachable = mailboxIds === 'all' ? sql`true` : sql`t.mailbox_id = any(${[...mailboxIds]}::bigint[])`
  const { rows } = await sql<OwnFailure>`
    select u.message_id as "messageId", t.number as "ticketNumber", u.since,
      array(select r.address from outbox_recipient r where r.message_id = u.message_id
        and ${isMissed} order by r.address limit 5) as recipients
    from undelivered u join message m on m.id = u.message_id join ticket t on t.id = m.ticket_id
    where u.followed_by_id is null and u.put_aside_at is null and m.author_id = ${agentId} and ${isReachable}
    order by u.since desc, u.message_id desc limit 20`.execute(db)
  return rows
}

/** Takes a reply off the list of what did not arrive. */
export async function deleteUndelivered(tx: Tx, messageId: number): Promise<void> {
  await tx.deleteFrom('undelivered').where('message_id', '=', messageId).execute()
}

/** Takes a reply of which nobody knew the fate off that list, where no server said since that it did not arrive. */
export async function deleteDoubted(tx: Tx, messageId: number): Promise<void> {
  await sql`delete from undelivered where message_id = ${messageId} and not exists (
    select from ticket_event e where e.message_id = ${messageId} and e.kind in ('reply_failed', 'reply_bounced'))`.execute(
    tx,
  )
}

/** Puts what did not arrive aside, or back. @returns whether that changed anything */
export async function writePutAside(
  tx: Tx,
  order: { messageId: number; agentId: number; isAside: boolean },
): Promise<boolean> {
  const { messageId, agentId, isAside } = order
  const { numAffectedRows } = await sql`
    update undelivered set put_aside_at = case when ${isAside} then clock_timestamp() end,
      put_aside_by = case when ${isAside} then ${agentId}::bigint end
    where message_id = ${messageId} and followed_by_id is null
      and (put_aside_at is null) = ${isAside}`.execute(tx)
  return numAffectedRows === 1n
}
