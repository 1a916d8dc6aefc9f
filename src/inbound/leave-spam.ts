import type { Tx } from '../db/database.ts'
import { writeTicketEvents } from '../tickets/ticket-events.ts'
import { writeStates } from '../tickets/write-states.ts'
import { selectTakenForSpam } from './leave-spam.queries.ts'
import type { SortedMails } from './sort-mails.ts'

/**
 * Opens the tickets of mails that were first seen in Junk and are now in another folder: the server, or somebody in a mail
 * program, says that they are none (mail-core.md 2). What an agent decided since then stays.
 */
export async function leaveSpam(tx: Tx, same: SortedMails['same']): Promise<void> {
  const elsewhere = same.filter(({ read: { role } }) => role !== 'junk' && role !== 'sent')
  const messageIds = elsewhere.flatMap(({ messageId }) => messageId ?? [])
  if (messageIds.length === 0) return
  const ticketIds = await selectTakenForSpam(tx, messageIds)
  if (ticketIds.length === 0) return
  await writeTicketEvents(
    tx,
    await writeStates(tx, ticketIds, { from: ['spam'], to: 'open', waiting: 'recount' }),
  )
}
