import type { Tx } from '../db/database.ts'
import { TransactionRestart } from '../db/faults.ts'
import { TICKET_STATES, type TicketState } from '../shared/vocabulary.ts'
import { defaultTeamEvent } from './assign-team.ts'
import { takeDefaultTeams } from './team-tickets.queries.ts'
import type { TicketEvent } from './ticket-events.ts'
import { type StateChange, updateStates } from './twins.queries.ts'

/**
 * Writes a ticket's state and, as they share it, that of its twins; the caller holds their locks.
 *
 * @returns the events for the caller to write beside its own `state_changed` of the ticket: those of the twins, which name
 *   nobody, as a twin tells nothing of the other mailbox, and `team_assigned` as writeStates
 * @throws as writeStates
 */
export async function writeState(tx: Tx, ticketId: number, to: TicketState): Promise<TicketEvent[]> {
  const from = TICKET_STATES.filter(state => state !== to)
  const events = await writeStates(tx, [ticketId], { from, to, waiting: 'recount' })
  return events.filter(event => event.ticketId !== ticketId || event.kind !== 'state_changed')
}

/**
 * Moves tickets and their twins to one state; the caller holds their locks (lock-twins.ts). One that was in Spam from the
 * first moment is given to the default team of its mailbox, as new mail is.
 *
 * @returns one `state_changed` event (`data`: from, to) for each that moved, and `team_assigned` for each that got a team,
 *   for the caller to write
 * @throws TransactionRestart where a ticket became a twin of theirs just then
 */
export async function writeStates(
  tx: Tx,
  ticketIds: readonly number[],
  change: StateChange,
): Promise<TicketEvent[]> {
  const { moved, stray } = await updateStates(tx, ticketIds, change)
  if (stray > 0) throw new TransactionRestart('a ticket became a twin while its lead was changed')
  const events = moved.map(({ id, was }) => ({
    ticketId: id,
    kind: 'state_changed' as const,
    data: { from: was, to: change.to },
  }))
  const outOfSpam = moved.filter(({ was }) => was === 'spam').map(({ id }) => id)
  const given = outOfSpam.length === 0 ? [] : await takeDefaultTeams(tx, outOfSpam)
  return [...events, ...given.map(({ ticketId, teamId }) => defaultTeamEvent(ticketId, teamId))]
}
