import type { Tx } from '../db/database.ts'
import { hasCustomerMailSince } from './re-place.queries.ts'

/** Whether a customer wrote to a locked ticket, or to one that it leads, since a reply of ours: who takes that back must not hide it. */
export async function isWrittenToSince(
  tx: Tx,
  reply: { ticketId: number; messageId: number },
): Promise<boolean> {
  return await hasCustomerMailSince(tx, reply.ticketId, reply.messageId)
}
