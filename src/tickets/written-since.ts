import type { Tx } from '../db/database.ts'
import { hasCustomerMailSince, isFilledSinceReply } from './re-place.queries.ts'

/**
 * Whether a customer wrote to a locked ticket, or to one that it leads, since a reply of ours, or a merge or a move brought
 * something in: who takes the reply back must not hide it.
 */
export async function isWrittenToSince(
  tx: Tx,
  reply: { ticketId: number; messageId: number },
): Promise<boolean> {
  return (
    (await hasCustomerMailSince(tx, reply.ticketId, reply.messageId)) ||
    (await isFilledSinceReply(tx, reply.ticketId, reply.messageId))
  )
}
