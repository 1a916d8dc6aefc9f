import type { Tx } from '../db/database.ts'
import type { TicketEvent } from './ticket-events.ts'
import { updateToOpen } from './ticket-rows.queries.ts'

/**
 * Opens those of the tickets that are closed or waiting, keeping their assignees; open ones stay
 * as they are and spam stays spam.
 *
 * @returns one `state_changed` event for each ticket that moved, for the caller to write
 */
export async function reopenTickets(tx: Tx, ticketIds: readonly number[]): Promise<TicketEvent[]> {
  if (ticketIds.length === 0) return []
  const reopened = await updateToOpen(tx, ticketIds)
  return reopened.map(({ id, was }) => ({
    ticketId: id,
    kind: 'state_changed',
    data: { from: was, to: 'open' },
  }))
}
