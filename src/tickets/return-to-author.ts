import type { Tx } from '../db/database.ts'
import { enqueueJobs } from '../jobs/enqueue.ts'
import { AppError } from '../lib/app-error.ts'
import { assignTicket } from './assign-ticket.ts'
import { changeState } from './change-state.ts'
import { upsertUndelivered } from './undelivered.queries.ts'

/** The ticket of a sent message, locked, and who wrote the message (null: automatic mail). */
export type AuthorPlace = { ticketId: number; assigneeId: number | null; authorId: number | null }

/** A sent message that did not arrive. */
export type Undelivered = AuthorPlace & { messageId: number }

/**
 * Opens the ticket of a reply that did not arrive, puts it into the queue Not delivered, and gives it to
 * its author when it is nobody's. The job `mail_failures` tells the author where they are not at the screen.
 * Automatic mail that does not arrive concerns nobody.
 */
export async function returnToAuthor(tx: Tx, place: Undelivered): Promise<void> {
  if (place.authorId === null) return
  await upsertUndelivered(tx, place.messageId)
  await changeState(tx, { ticketId: place.ticketId, happening: { by: 'failed-reply' }, agentId: null })
  const payload = { agentId: place.authorId }
  await enqueueJobs(tx, [{ name: 'mail_failures', payload, key: `mail_failures_${place.authorId}` }])
  if (place.assigneeId !== null) return
  try {
    await assignTicket(tx, { ticketId: place.ticketId, assigneeId: place.authorId, agentId: null })
  } catch (error) {
    // Deactivated, or without this mailbox by now: the ticket stays open and unassigned for the others.
    if (!(error instanceof AppError)) throw error
  }
}
