import type { Tx } from '../db/database.ts'
import type { FolderRole, MailRole, TicketState } from '../shared/vocabulary.ts'
import { releaseFromAbsent } from '../tickets/absent-assignees.ts'
import { writeTicketEvents } from '../tickets/ticket-events.ts'
import { writeStates } from '../tickets/write-states.ts'
import { selectTakenForSpam } from './leave-spam.queries.ts'

/**
 * Opens the tickets of mails that were first seen in Junk and are now in another folder: the server, or somebody in a mail
 * program, says that they are none. What an agent decided since then stays.
 *
 * @param messageIds of what was seen elsewhere
 */
export async function leaveSpam(tx: Tx, messageIds: readonly number[]): Promise<void> {
  if (messageIds.length === 0) return
  const ticketIds = await selectTakenForSpam(tx, messageIds)
  await moveByServer(tx, ticketIds, { from: ['spam'], to: 'open' })
}

/** Moves tickets because the mail server says so; their history tells, so that it may take it back. What opens does not stay with who left. */
export async function moveByServer(
  tx: Tx,
  ticketIds: readonly number[],
  move: { from: TicketState[]; to: TicketState },
): Promise<void> {
  if (ticketIds.length === 0) return
  const events = await writeStates(tx, ticketIds, { ...move, waiting: 'recount' })
  const released = move.to === 'open' ? await releaseFromAbsent(tx, ticketIds) : []
  await writeTicketEvents(tx, [
    ...events.map(event => ({ ...event, data: { by: 'mail-server', ...event.data } })),
    ...released,
  ])
}

/** Whether a mail that lies there is not taken for spam. What was sent says nothing of that. */
export function isOutOfSpam(role: FolderRole | MailRole): boolean {
  return role !== 'junk' && role !== 'sent'
}
