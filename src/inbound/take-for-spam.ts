import type { Tx } from '../db/database.ts'
import { selectUntouched } from './leave-spam.queries.ts'
import { moveByServer } from './leave-spam.ts'

/**
 * Moves the tickets of mails that came into another folder and lie in Junk now to Spam: somebody said so in a mail program,
 * or the server changed its mind. Only where the mail is all there is of its ticket and nobody has done anything with it: a
 * matter that is worked on stays, and so does one of which another mailbox has a copy.
 *
 * @param messageIds of what is in Junk
 */
export async function takeForSpam(tx: Tx, messageIds: readonly number[]): Promise<void> {
  if (messageIds.length === 0) return
  await moveByServer(tx, await selectUntouched(tx, messageIds), { from: ['open'], to: 'spam' })
}
