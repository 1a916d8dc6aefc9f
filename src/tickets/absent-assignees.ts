import type { Tx } from '../db/database.ts'
import { clearAbsent, clearWhereAbsent, shareAssignees } from './absent-assignees.queries.ts'
import { type TicketEvent, writeTicketEvents } from './ticket-events.ts'

/**
 * Takes an agent off the open and waiting tickets of mailboxes where they do not work: all of them, if they are
 * deactivated; closed ones keep who answered them. Each ticket gets its event. To be called in the transaction that
 * changes the agent, once that is written.
 *
 * @param change `assigneeId` loses the tickets, `agentId` causes it
 * @returns how many tickets are nobody's now
 */
export async function releaseWhereAbsent(
  tx: Tx,
  change: { assigneeId: number; agentId: number | null },
): Promise<number> {
  const ticketIds = await clearWhereAbsent(tx, change.assigneeId)
  const data = { from: change.assigneeId, to: null }
  await writeTicketEvents(
    tx,
    ticketIds.map(ticketId => ({ ticketId, kind: 'assigned' as const, agentId: change.agentId, data })),
  )
  return ticketIds.length
}

/**
 * Takes tickets that somebody must look at, and their twins, from agents who cannot: they were closed when their agent
 * left, and would now stand in a queue that nobody opens. The caller holds their locks.
 *
 * @returns the events `assigned` (`data`: from, to, why), for the caller to write
 */
export async function releaseFromAbsent(tx: Tx, ticketIds: readonly number[]): Promise<TicketEvent[]> {
  if (!(await shareAssignees(tx, ticketIds))) return []
  return (await clearAbsent(tx, ticketIds)).map(({ id, from }) => ({
    ticketId: id,
    kind: 'assigned',
    data: { from, to: null, why: 'absent' },
  }))
}
