import type { Tx } from '../db/database.ts'
import type { RingKey } from '../db/key-ring.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import { threadRef } from '../mail/message-id.ts'
import { findReplyTokens, verifyReplyToken } from '../mail/reply-token.ts'
import type { MailKind } from '../shared/vocabulary.ts'
import type { ClaimedMail } from './claim-mails.ts'
import { type OwnMessage, selectKnownKeys } from './filing.queries.ts'
import type { SentMatch } from './find-sent.ts'
import { enterSentId, type ThreadView } from './thread-view.ts'

/** A claimed mail, read. */
export type ReadMail = ClaimedMail & { mail: ParsedMail }

/** A mail that becomes a message under the id drawn for it. */
export type FreshMail = ReadMail & { kind: MailKind; messageId: number }

/** What a batch holds: our own mail seen again, mail another row brought already, and the rest. */
export type SortedMails = {
  own: { read: ReadMail; messageId: number; mailboxId: number }[]
  same: { read: ReadMail; messageId: number | null; firstId: number | null }[]
  fresh: FreshMail[]
}

type Batch = {
  mailboxId: number
  mails: readonly ReadMail[]
  messageIds: readonly number[]
  sent: ReadonlyMap<number, SentMatch>
  view: ThreadView
  tokenKeys: readonly RingKey[]
}

/**
 * Tells apart what a batch of one mailbox brings, in the order given.
 *
 * Own: X-Letterdesk-Ref is genuine and names a sent message, or the Message-ID is one we sent and
 * holds a genuine token of ours (mail-core.md 14); its present id is ours in the view from now on, so
 * that answers in the same batch find it. Same: the mail key is known to the mailbox or came earlier
 * in the batch (mail-core.md 2).
 *
 * @param batch.messageIds one drawn id for each mail; those of mails that become no message lapse
 */
export async function sortMails(tx: Tx, batch: Batch): Promise<SortedMails> {
  const known = await loadKnownKeys(tx, batch)
  const sorted: SortedMails = { own: [], same: [], fresh: [] }
  batch.mails.forEach((read, index) => {
    const { mail } = read
    const match = batch.sent.get(read.id)
    const ours = match?.message ?? findSentById(mail, batch)
    const first = known.get(mail.mailKey)
    if (ours) {
      sorted.own.push({ read, messageId: ours.id, mailboxId: ours.mailbox_id })
      enterSentId(batch.view, { id: mail.internetMessageId, message: ours })
    } else if (first) {
      sorted.same.push({ read, ...first })
    } else {
      const messageId = takeId(batch.messageIds, index)
      // Genuine, but of a message we lost: kept in its ticket, though nobody wrote it to us.
      sorted.fresh.push({ ...read, messageId, kind: match ? 'own' : mail.kind })
      known.set(mail.mailKey, { messageId, firstId: read.id })
    }
  })
  return sorted
}

async function loadKnownKeys(tx: Tx, batch: Batch) {
  const keys = [...new Set(batch.mails.map(read => read.mail.mailKey))]
  const known = new Map<string, { messageId: number | null; firstId: number | null }>()
  for (const row of await selectKnownKeys(tx, { mailboxId: batch.mailboxId, keys })) {
    known.set(row.key, { messageId: row.message_id, firstId: row.first_id })
  }
  return known
}

function findSentById(
  mail: ParsedMail,
  batch: Batch,
): Pick<OwnMessage, 'id' | 'mailbox_id' | 'ticket_id'> | undefined {
  const id = mail.internetMessageId
  const known = id === null ? undefined : batch.view.refs.get(threadRef(id))
  if (id === null || !known?.owned || !known.isOurs || known.ticket.id === undefined) return undefined
  const isGenuine = findReplyTokens([id]).some(token => verifyReplyToken(token, [...batch.tokenKeys]))
  if (!isGenuine) return undefined
  return { id: known.messageId, mailbox_id: batch.mailboxId, ticket_id: known.ticket.id }
}

function takeId(ids: readonly number[], index: number): number {
  const id = ids[index]
  if (id === undefined) throw new RangeError('fewer message ids drawn than mails in the batch')
  return id
}
