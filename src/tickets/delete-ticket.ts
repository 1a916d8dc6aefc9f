import type { Tx } from '../db/database.ts'
import { lockForChange } from './lock-ticket.ts'
import { updateRestored, writeDeleted, writeRestored } from './put-away.queries.ts'
import { refuseTwin } from './snooze-ticket.ts'
import { type TicketEvent, writeTicketEvents } from './ticket-events.ts'
import type { LockedTicket } from './twins.queries.ts'

/** What agents do with the Trash. */
export type TrashChange = { ticketId: number; agentId: number }

/**
 * Throws a ticket into the Trash, with its twins and the event `deleted`. It keeps its state and everything
 * else; a mail of its customer or an answer to them brings it back. Twice is as good as once.
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
  await writeTicketEvents(tx, eventsOf(ids, kind, change))
}

// A twin's history never names who acted on its lead.
function eventsOf(ids: readonly number[], kind: 'deleted' | 'restored', by: TrashChange): TicketEvent[] {
  return ids.map(id => ({ ticketId: id, kind, agentId: id === by.ticketId ? by.agentId : null }))
}

/**
 * Takes a locked ticket out of the Trash with its twins, since somebody answers in it: there it would end with what was
 * sent. Event `restored`.
 *
 * @returns whether it was in the Trash
 */
export async function restoreForReply(tx: Tx, ticket: LockedTicket, agentId: number): Promise<boolean> {
  const ids = await writeRestored(tx, ticket.twinOfId ?? ticket.id)
  await writeTicketEvents(tx, eventsOf(ids, 'restored', { ticketId: ticket.id, agentId }))
  return ids.length > 0
}

/**
 * Takes locked tickets out of the Trash with their twins, since somebody answered in them by a mail program.
 *
 * @returns the events `restored`, for the caller to write
 */
export async function restoreAnswered(tx: Tx, ticketIds: readonly number[]): Promise<TicketEvent[]> {
  if (ticketIds.length === 0) return []
  return (await updateRestored(tx, ticketIds)).map(ticketId => ({ ticketId, kind: 'restored' }))
}

/** Throws a locked ticket that an answer took out of the Trash into it again, as the answer was taken back. */
export async function deleteAgain(tx: Tx, change: TrashChange): Promise<void> {
  await writeTicketEvents(tx, eventsOf(await writeDeleted(tx, change.ticketId), 'deleted', change))
}
