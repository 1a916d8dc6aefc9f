import type { Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { assignTicket } from './assign-ticket.ts'
import { changeState } from './change-state.ts'

/** The ticket of a sent message, locked, and who wrote the message (null: automatic mail). */
export type AuthorPlace = { ticketId: number; assigneeId: number | null; authorId: number | null }

/**
 * Opens the ticket of a reply that did not arrive, and gives it to its author when it is nobody's.
 * Automatic mail that does not arrive concerns nobody.
 */
export async function returnToAuthor(tx: Tx, place: AuthorPlace): Promise<void> {
  if (place.authorId === null) return
  await changeState(tx, { ticketId: place.ticketId, happening: { by: 'failed-reply' }, agentId: null })
  if (place.assigneeId !== null) return
  try {
    await assignTicket(tx, { ticketId: place.ticketId, assigneeId: place.authorId, agentId: null })
  } catch (error) {
    // Deactivated, or without this mailbox by now: the ticket stays open and unassigned for the others.
    if (!(error instanceof AppError)) throw error
  }
}
