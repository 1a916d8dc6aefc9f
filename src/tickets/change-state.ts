import type { Tx } from '../db/database.ts'
import { writeState } from './desk-rows.queries.ts'
import { lockForChange } from './lock-ticket.ts'
import { writeTicketEvents } from './ticket-events.ts'
import { type Happening, nextState } from './ticket-state.ts'

/**
 * Moves a ticket to the state that follows from what happened, with its event `state_changed`
 * (`data`: from, to). Where nothing changes, nothing is written.
 *
 * @param change `agentId` null when no person caused it
 * @returns whether it moved
 * @throws as lockForChange
 */
export async function changeState(
  tx: Tx,
  change: { ticketId: number; happening: Happening; agentId: number | null },
): Promise<boolean> {
  const ticket = await lockForChange(tx, change.ticketId)
  const to = nextState(change.happening)
  if (to === ticket.state) return false
  await writeState(tx, ticket.id, to)
  await writeTicketEvents(tx, [
    {
      ticketId: ticket.id,
      kind: 'state_changed',
      agentId: change.agentId,
      data: { from: ticket.state, to },
    },
  ])
  return true
}
