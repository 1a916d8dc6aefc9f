import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'

/** Enters a reply that did not arrive, or opens it anew: another of its recipients was not reached. */
export async function upsertUndelivered(tx: Tx, messageId: number): Promise<void> {
  await sql`insert into undelivered (message_id) values (${messageId})
    on conflict (message_id) do update set since = clock_timestamp(), followed_by_id = null,
      put_aside_at = null, put_aside_by = null`.execute(tx)
}

/** What of a ticket did not arrive is followed by a new reply. */
export async function updateFollowed(tx: Tx, ticketId: number, replyId: number): Promise<void> {
  await sql`update undelivered u set followed_by_id = ${replyId} from message m
    where m.id = u.message_id and m.ticket_id = ${ticketId} and m.id <> ${replyId}
      and u.followed_by_id is null and u.put_aside_at is null`.execute(tx)
}

/** The reply that followed was taken back. */
export async function updateUnfollowed(tx: Tx, replyId: number): Promise<void> {
  await sql`update undelivered set followed_by_id = null where followed_by_id = ${replyId}`.execute(tx)
}

/** Takes a reply off the list of what did not arrive. */
export async function deleteUndelivered(tx: Tx, messageId: number): Promise<void> {
  await tx.deleteFrom('undelivered').where('message_id', '=', messageId).execute()
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
