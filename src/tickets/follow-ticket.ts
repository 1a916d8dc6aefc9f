import type { Tx } from '../db/database.ts'
import { lockForChange } from './lock-ticket.ts'
import { deleteFollower, insertFollower } from './put-away.queries.ts'

/** Lets an agent follow a ticket, or no longer; that is their own matter and no history. @throws as lockForChange */
export async function followTicket(
  tx: Tx,
  change: { ticketId: number; agentId: number; isFollowed: boolean },
): Promise<void> {
  const ticket = await lockForChange(tx, change.ticketId)
  await (change.isFollowed ? insertFollower : deleteFollower)(tx, ticket.id, change.agentId)
}
