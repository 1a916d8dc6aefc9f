import type { Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { lockTicket } from './lock-twins.ts'
import type { LockedTicket } from './twins.queries.ts'

/**
 * Locks a ticket that a command is about to change, with its twins.
 *
 * @throws NotFound; AppError `ticket-merged` (`details.number`: where its messages are now)
 */
export async function lockForChange(tx: Tx, ticketId: number): Promise<LockedTicket> {
  const ticket = await lockTicket(tx, ticketId)
  if (ticket.mergedIntoNumber !== null) throw ticketMerged(ticket.mergedIntoNumber)
  return ticket
}

/** The refusal to change a ticket that holds nothing any more: what was meant for it may not fit the other. */
export function ticketMerged(number: number): AppError {
  return new AppError('ticket-merged', 'the ticket was merged into another', { number })
}
