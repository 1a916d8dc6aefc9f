import type { Tx } from '../db/database.ts'
import { lockForChange } from './lock-ticket.ts'
import { writeDeleted, writeRestored } from './put-away.queries.ts'
import { refuseTwin } from './snooze-ticket.ts'
import { writeTicketEvents } from './ticket-events.ts'

/** What agents do with the Trash. */
export type TrashChange = { ticketId: number; agentId: number }

/**
 * Throws a ticket into the Trash, with its twins and the event `deleted`. It keeps its state and everything
 * else; a mail of its customer brings it back. Twice is as good as once.
 *
 * @throws as lockForChange; AppError `twin-follows`
 */
export async function deleteTicket(tx: Tx, change: TrashChange): Promise<void> {
  await throwOrTake(tx, change, 'deleted')
}

/** Takes a ticket out of the Trash, as it was, with the event `restored`. @throws as deleteTicket */
export async function restoreTicket(tx: Tx, change: TrashChange): Promise<void> {
  await throwOrTake(tx, change, 'restored')
}

async function throwOrTake(tx: Tx, change: TrashChange, kind: 'deleted' | 'restored'): Promise<void> {
  const ticket = await lockForChange(tx, change.ticketId)
  refuseTwin(ticket)
  const ids = await (kind === 'deleted' ? writeDeleted : writeRestored)(tx, ticket.id)
  // A twin's history never names who acted on its lead.
  await writeTicketEvents(
    tx,
    ids.map(id => ({ ticketId: id, kind, agentId: id === ticket.id ? change.agentId : null })),
  )
}
