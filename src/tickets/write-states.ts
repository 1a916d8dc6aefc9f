import type { Tx } from '../db/database.ts'
import { TransactionRestart } from '../db/faults.ts'
import { TICKET_STATES, type TicketState } from '../shared/vocabulary.ts'
import type { TicketEvent } from './ticket-events.ts'
import { type StateChange, updateStates } from './twins.queries.ts'

/**
 * Writes a ticket's state and, as they share it, that of its twins; the caller holds their locks.
 *
 * @returns the events `state_changed` of the twins, for the caller to write beside its own of the ticket:
 *   they name nobody, as a twin tells nothing of the other mailbox
 * @throws as writeStates
 */
export async function writeState(tx: Tx, ticketId: number, to: TicketState): Promise<TicketEvent[]> {
  const from = TICKET_STATES.filter(state => state !== to)
  const events = await writeStates(tx, [ticketId], { from, to, waiting: 'recount' })
  return events.filter(event => event.ticketId !== ticketId)
}

/**
 * Moves tickets and their twins to one state; the caller holds their locks (lock-twins.ts).
 *
 * @returns one `state_changed` event (`data`: from, to) for each that moved, for the caller to write
 * @throws TransactionRestart where a ticket became a twin of theirs just then
 */
export async function writeStates(
  tx: Tx,
  ticketIds: readonly number[],
  change: StateChange,
): Promise<TicketEvent[]> {
  const { moved, stray } = await updateStates(tx, ticketIds, change)
  if (stray > 0) throw new TransactionRestart('a ticket became a twin while its lead was changed')
  return moved.map(({ id, was }) => ({
    ticketId: id,
    kind: 'state_changed',
    data: { from: was, to: change.to },
  }))
}
