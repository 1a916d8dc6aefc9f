import { type Db, inTransaction } from '../db/database.ts'
import { passed } from '../lib/transitions.ts'
import { noteSent } from '../mailboxes/mailbox-state.ts'
import { writeThreadRefs } from '../tickets/thread-refs.ts'
import { writeTicketEvents } from '../tickets/ticket-events.ts'
import { type AcceptedMail, lockTicketsOf, writeAcceptances } from './settle-accepted.queries.ts'
import { ownedId } from './settle-delivery.ts'

/** An accepted mail with the id its server put in place of ours, if any. */
export type Acceptance = AcceptedMail & { serverMessageId: string | null }

/**
 * Writes mails that their servers took for everybody they were due for, together: the most frequent end of a try costs few
 * statements. Their tickets alone are locked, as an acceptance changes no state, which is all that twins share.
 *
 * @returns for each whether it was written; what was not is for `settleDelivery` to look at
 */
export async function settleAccepted(db: Db, mails: readonly Acceptance[]): Promise<boolean[]> {
  const places = await inTransaction(db, async tx => {
    const ticketIds = await lockTicketsOf(
      tx,
      mails.map(mail => mail.messageId),
    )
    const given = mails.flatMap(({ serverMessageId: _theirs, ...mail }) => {
      const ticketId = ticketIds.get(mail.messageId)
      return ticketId === undefined ? [] : [{ ...mail, ticketId }]
    })
    const written = new Map((await writeAcceptances(tx, given)).map(place => [place.messageId, place]))
    const refs = mails.flatMap(mail => {
      const [place, id] = [written.get(mail.messageId), ownedId(mail.serverMessageId)]
      return place && id ? [{ mailboxId: place.mailboxId, messageId: mail.messageId, id, owned: true }] : []
    })
    if (refs.length > 0) await writeThreadRefs(tx, refs)
    await writeTicketEvents(
      tx,
      [...written.values()].map(({ ticketId, messageId }) => ({
        ticketId,
        messageId,
        kind: 'reply_accepted',
      })),
    )
    if (written.size > 0) passed('reply-accepting')
    return written
  })
  if (places.size > 0) passed('reply-accepted')
  await noteSent(db, [...new Set([...places.values()].map(place => place.mailboxId))])
  return mails.map(mail => places.has(mail.messageId))
}
