import type { Db } from '../db/database.ts'
import { addressKey } from '../mail/address.ts'
import { selectMovingMessages } from './move-message.queries.ts'
import { type SplitFacts, selectSplitFacts } from './preview-split.queries.ts'
import { checkAllIn, onlyMessage, speakerOf } from './split-messages.ts'

/** What a split would make, and what of the ticket would stay. */
export type SplitPreview = Omit<SplitFacts, 'name'> & {
  subject: string
  customer: { name: string | null; address: string } | null
}

/**
 * What splitting messages off a ticket would do, by the same rules as splitMessages.
 *
 * @throws NotFound for a message that is not in the ticket; AppError `only-message`
 */
export async function previewSplit(
  db: Db,
  wish: { ticketId: number; number: number; messageIds: readonly number[] },
): Promise<SplitPreview> {
  const messages = await selectMovingMessages(db, wish.messageIds)
  checkAllIn(messages, wish)
  const first = speakerOf(messages)
  const { name, ...facts } = await selectSplitFacts(db, {
    ...wish,
    address: first.fromAddress === null ? null : addressKey(first.fromAddress),
  })
  if (facts.stayingCount === 0) throw onlyMessage(wish.number)
  const customer =
    first.direction === 'outbound' || first.fromAddress === null ? null : { name, address: first.fromAddress }
  return { ...facts, subject: first.subject, customer }
}
