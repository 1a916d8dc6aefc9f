import type { Tx } from '../db/database.ts'
import type { TicketEvent } from './ticket-events.ts'
import { writeStates } from './write-states.ts'

/**
 * Opens those of the tickets that are closed or waiting, with their twins, keeping their assignees; open
 * ones stay as they are and spam stays spam. The caller holds their locks.
 *
 * @returns one `state_changed` event for each ticket that moved, for the caller to write
 */
export async function reopenTickets(tx: Tx, ticketIds: readonly number[]): Promise<TicketEvent[]> {
  if (ticketIds.length === 0) return []
  return await writeStates(tx, ticketIds, { from: ['closed', 'waiting'], to: 'open', waiting: 'keep' })
}
