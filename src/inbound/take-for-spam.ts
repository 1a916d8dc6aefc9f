import type { Tx } from '../db/database.ts'
import { writeTicketEvents } from '../tickets/ticket-events.ts'
import { writeStates } from '../tickets/write-states.ts'
import { selectUntouched } from './leave-spam.queries.ts'
import { BY_SERVER } from './leave-spam.ts'

/**
 * Moves the tickets of mails that came into another folder and lie in Junk now to Spam: somebody said so in a mail program,
 * or the server changed its mind. Only where the mail is all there is of its ticket and nobody has done anything with it: a
 * matter that is worked on stays, and so does one of which another mailbox has a copy.
 *
 * @param messageIds of what is in Junk
 */
export async function takeForSpam(tx: Tx, messageIds: readonly number[]): Promise<void> {
  if (messageIds.length === 0) return
  const ticketIds = await selectUntouched(tx, messageIds)
  if (ticketIds.length === 0) return
  const events = await writeStates(tx, ticketIds, { from: ['open'], to: 'spam', waiting: 'recount' })
  await writeTicketEvents(
    tx,
    events.map(event => ({ ...event, data: { ...event.data, ...BY_SERVER } })),
  )
}
