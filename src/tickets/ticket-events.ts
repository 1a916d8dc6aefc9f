import type { Tx } from '../db/database.ts'
import type { JsonValue } from '../db/json-column.ts'
import type { TicketEventKind } from '../shared/vocabulary.ts'
import { insertTicketEvents } from './ticket-events.queries.ts'

/** What happened to a ticket; without `agentId` a customer or the product itself did it. */
export type TicketEvent = {
  ticketId: number
  kind: TicketEventKind
  agentId?: number | null
  messageId?: number | null
  noteId?: number | null
  data?: { [key: string]: JsonValue }
  /** When it was, where that is not now. */
  at?: Date
}

/**
 * Writes events into the tickets' history, in the transaction of the change itself.
 *
 * Each ticket named gets one version more and one hint in the live feed, however many of the
 * events are its own. After the commit the caller rings `live`. History of one ticket reads in the
 * order given.
 *
 * History is for ever; hints live two days, and nothing depends on them.
 */
export async function writeTicketEvents(tx: Tx, events: readonly TicketEvent[]): Promise<void> {
  if (events.length === 0) return
  await insertTicketEvents(
    tx,
    events.map(event => ({
      ticket_id: event.ticketId,
      kind: event.kind,
      agent_id: event.agentId ?? null,
      message_id: event.messageId ?? null,
      note_id: event.noteId ?? null,
      data: event.data ?? {},
      at: event.at ?? null,
    })),
  )
}
