import type { Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { lockTicket, lockWithTwins } from './lock-twins.ts'
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

/**
 * Locks tickets that a command is about to change, with their twins; those that do not exist are missing.
 *
 * @returns the tickets themselves, in ascending id
 * @throws AppError `ticket-merged` where one of them was; TransactionRestart as lockWithTwins
 */
export async function lockAllForChange(tx: Tx, ticketIds: readonly number[]): Promise<LockedTicket[]> {
  const named = new Set(ticketIds)
  const tickets = (await lockWithTwins(tx, { ids: ticketIds })).filter(ticket => named.has(ticket.id))
  for (const { mergedIntoNumber } of tickets)
    if (mergedIntoNumber !== null) throw ticketMerged(mergedIntoNumber)
  return tickets
}

/** The refusal to change a ticket that holds nothing any more: what was meant for it may not fit the other. */
export function ticketMerged(number: number): AppError {
  return new AppError('ticket-merged', 'the ticket was merged into another', { number })
}
