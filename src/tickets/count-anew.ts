import type { Tx } from '../db/database.ts'
import { recountTickets } from './refresh-tickets.queries.ts'

/**
 * Counts tickets anew from the messages they hold: number, latest time and words, who waits since when. For messages that
 * came later than what they answer. The caller holds the tickets' locks.
 */
export async function countAnew(tx: Tx, ticketIds: readonly number[]): Promise<void> {
  await recountTickets(tx, ticketIds)
}
