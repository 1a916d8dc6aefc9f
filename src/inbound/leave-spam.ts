import type { Tx } from '../db/database.ts'
import type { FolderRole, MailRole } from '../shared/vocabulary.ts'
import { writeTicketEvents } from '../tickets/ticket-events.ts'
import { writeStates } from '../tickets/write-states.ts'
import { selectTakenForSpam } from './leave-spam.queries.ts'

/**
 * Opens the tickets of mails that were first seen in Junk and are now in another folder: the server, or somebody in a mail
 * program, says that they are none (mail-core.md 2). What an agent decided since then stays.
 *
 * @param messageIds of what was seen elsewhere
 */
export async function leaveSpam(tx: Tx, messageIds: readonly number[]): Promise<void> {
  if (messageIds.length === 0) return
  const ticketIds = await selectTakenForSpam(tx, messageIds)
  if (ticketIds.length === 0) return
  const events = await writeStates(tx, ticketIds, { from: ['spam'], to: 'open', waiting: 'recount' })
  await writeTicketEvents(
    tx,
    events.map(event => ({ ...event, data: { ...event.data, ...BY_SERVER } })),
  )
}

/** In the data of an event: the mail server said so, which it may take back. */
export const BY_SERVER = { by: 'mail-server' }

/** Whether a mail that lies there is not taken for spam. What was sent says nothing of that. */
export function isOutOfSpam(role: FolderRole | MailRole): boolean {
  return role !== 'junk' && role !== 'sent'
}
