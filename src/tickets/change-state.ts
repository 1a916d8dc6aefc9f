import type { Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import type { TicketState } from '../shared/vocabulary.ts'
import { releaseFromAbsent } from './absent-assignees.ts'
import { lockForChange } from './lock-ticket.ts'
import { writeTicketEvents } from './ticket-events.ts'
import type { LockedTicket } from './twins.queries.ts'
import { writeState } from './write-states.ts'

/**
 * Moves a ticket, and its twins with it, to a state that an agent chose: any, also back out of spam, so that every
 * change can be undone. Each gets its event `state_changed` (`data`: from, to); one that is opened does not stay with
 * who left. Where nothing changes, nothing is written. What customers' mail opens: reopen-tickets.ts; a reply that
 * did not arrive: return-to-author.ts.
 *
 * @param change `agentId` null when no person caused it; a twin's history never names who acted on its lead
 * @returns whether it moved
 * @throws as lockForChange; AppError `twin-follows` when it is a twin: its lead decides, or the agent
 *   takes over
 */
export async function changeState(
  tx: Tx,
  change: { ticketId: number; to: TicketState; agentId: number | null },
): Promise<boolean> {
  return await changeLockedState(tx, await lockForChange(tx, change.ticketId), change)
}

/**
 * Changes as `changeState` the state of a ticket that the transaction has locked, as it is since.
 *
 * @throws as changeState, but for the lock
 */
export async function changeLockedState(
  tx: Tx,
  ticket: LockedTicket,
  change: { to: TicketState; agentId: number | null },
): Promise<boolean> {
  const { to } = change
  if (to === ticket.state) return false
  if (ticket.twinOfId !== null) {
    throw new AppError('twin-follows', 'the ticket follows its lead in another mailbox', {
      ticketId: ticket.id,
    })
  }
  const data = { from: ticket.state, to }
  await writeTicketEvents(tx, [
    { ticketId: ticket.id, kind: 'state_changed', agentId: change.agentId, data },
    ...(await writeState(tx, ticket.id, to)),
    ...(isAwaited(ticket.state) || !isAwaited(to) ? [] : await releaseFromAbsent(tx, [ticket.id])),
  ])
  return true
}

function isAwaited(state: TicketState): boolean {
  return state === 'open' || state === 'waiting'
}
