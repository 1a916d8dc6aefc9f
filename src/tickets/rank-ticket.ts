import type { Tx } from '../db/database.ts'
import type { TicketPriority } from '../shared/vocabulary.ts'
import { lockForChange } from './lock-ticket.ts'
import { selectPutAway, writePriority } from './put-away.queries.ts'
import { writeTicketEvents } from './ticket-events.ts'

/** Gives a ticket another priority, with its event `priority_changed` (`data`: from, to). @throws as lockForChange */
export async function rankTicket(
  tx: Tx,
  change: { ticketId: number; priority: TicketPriority; agentId: number },
): Promise<void> {
  const ticket = await lockForChange(tx, change.ticketId)
  const from = (await selectPutAway(tx, ticket.id))?.priority
  if (from === undefined || from === change.priority) return
  await writePriority(tx, ticket.id, change.priority)
  const data = { from, to: change.priority }
  await writeTicketEvents(tx, [
    { ticketId: ticket.id, kind: 'priority_changed', agentId: change.agentId, data },
  ])
}
