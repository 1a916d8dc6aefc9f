import type { Tx } from '../db/database.ts'
import { selectUntouched } from './leave-spam.queries.ts'
import { isOutOfSpam, moveByServer } from './leave-spam.ts'
import type { ReadMail } from './sort-mails.ts'

/**
 * Mails of a batch, oldest first, as what they are by now: one that came into another folder and was moved into Junk before
 * it was filed is spam from the beginning, and nobody is told of it. Moved are the same bytes under the same INTERNALDATE:
 * two deliveries of one mail differ in what their servers write above it.
 */
export function asInJunk(mails: readonly ReadMail[]): ReadMail[] {
  const latest = new Map(mails.map(read => [instanceKey(read), read.role]))
  return mails.map(read =>
    isOutOfSpam(read.role) && read.rawBlobId !== null && latest.get(instanceKey(read)) === 'junk'
      ? { ...read, role: 'junk' }
      : read,
  )
}

const instanceKey = ({ rawBlobId, receivedAt }: ReadMail): string => `${rawBlobId} ${receivedAt.getTime()}`

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
