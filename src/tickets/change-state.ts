import type { Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import type { TicketState } from '../shared/vocabulary.ts'
import { releaseFromAbsent } from './absent-assignees.ts'
import { lockForChange } from './lock-ticket.ts'
import { writeTicketEvents } from './ticket-events.ts'
import { type Happening, nextState } from './ticket-state.ts'
import type { LockedTicket } from './twins.queries.ts'
import { wakeTickets } from './wake-tickets.ts'
import { writeState } from './write-states.ts'

/**
 * Moves a ticket, and its twins with it, to the state that follows from what happened, each with its event
 * `state_changed` (`data`: from, to); one that is opened does not stay with who left. Where nothing changes, nothing is
 * written. A reply that did not arrive also brings back what was put away or in the Trash.
 *
 * @param change `agentId` null when no person caused it; a twin's history never names who acted on its lead
 * @returns whether it moved
 * @throws as lockForChange; AppError `twin-follows` when an agent moves a twin: its lead decides, or they
 *   take over
 */
export async function changeState(
  tx: Tx,
  change: { ticketId: number; happening: Happening; agentId: number | null },
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
  change: { happening: Happening; agentId: number | null },
): Promise<boolean> {
  const to = nextState(change.happening)
  const isFailure = change.happening.by === 'failed-reply'
  if (isFailure) await wake(tx, ticket.id)
  if (to === ticket.state) return false
  await move(tx, ticket, { ...change, to })
  // Spam stays in the Trash, until it is none.
  if (isFailure && ticket.state === 'spam') await wake(tx, ticket.id)
  return true
}

async function wake(tx: Tx, ticketId: number): Promise<void> {
  await writeTicketEvents(tx, await wakeTickets(tx, [ticketId], 'failed-reply'))
}

async function move(
  tx: Tx,
  ticket: LockedTicket,
  change: { happening: Happening; agentId: number | null; to: TicketState },
): Promise<void> {
  const { to } = change
  if (ticket.twinOfId !== null && change.happening.by === 'agent') {
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
}

function isAwaited(state: TicketState): boolean {
  return state === 'open' || state === 'waiting'
}
