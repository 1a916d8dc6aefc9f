import type { Db } from '../db/database.ts'
import { passed } from '../lib/transitions.ts'
import { noteSent } from '../mailboxes/mailbox-state.ts'
import { type AcceptedMail, writeAcceptances } from './settle-accepted.queries.ts'

/**
 * Writes mails that their servers took, under the ids we gave them, for everybody they were due for, together: the most frequent
 * end of a try costs one statement. Their tickets alone are locked, as an acceptance changes no state, which is all that twins
 * share.
 *
 * @returns for each whether it was written; what was not is for `settleDelivery` to look at
 */
export async function settleAccepted(db: Db, mails: readonly AcceptedMail[]): Promise<boolean[]> {
  const written = await writeAcceptances(db, mails)
  if (written.length > 0) passed('reply-accepted')
  await noteSent(db, [...new Set(written.filter(mail => mail.isNews).map(mail => mail.mailboxId))])
  const messageIds = new Set(written.map(mail => mail.messageId))
  return mails.map(mail => messageIds.has(mail.messageId))
}
