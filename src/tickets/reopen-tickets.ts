import type { Tx } from '../db/database.ts'
import type { TicketEvent } from './ticket-events.ts'
import { wakeTickets } from './wake-tickets.ts'
import { writeStates } from './write-states.ts'

/**
 * Opens those of the tickets that are closed or waiting, with their twins, keeping the assignees that work there, as their
 * customer wrote; what was put away or in the Trash is there again, and spam stays spam. The caller holds
 * their locks.
 *
 * @returns the events `state_changed`, `woken`, `restored` and `assigned` of what changed, for the caller to write
 */
export async function reopenTickets(tx: Tx, ticketIds: readonly number[]): Promise<TicketEvent[]> {
  if (ticketIds.length === 0) return []
  const woken = await wakeTickets(tx, ticketIds, 'customer')
  const opened = await writeStates(tx, ticketIds, {
    from: ['closed', 'waiting'],
    to: 'open',
    waiting: 'keep',
  })
  return [...woken, ...opened]
}
