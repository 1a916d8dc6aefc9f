import type { Tx } from '../db/database.ts'
import type { RingKey } from '../db/key-ring.ts'
import { verifyLetterdeskRef } from '../mail/letterdesk-ref.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import { threadRef } from '../mail/message-id.ts'
import { findReplyTokens, verifyReplyToken } from '../mail/reply-token.ts'
import type { MailKind } from '../shared/vocabulary.ts'
import type { ClaimedMail } from './claim-mails.ts'
import { selectKnownKeys, selectOwnMessages } from './filing.queries.ts'
import type { ThreadView } from './thread-view.ts'

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

/**
 * Tells apart what a batch of one mailbox brings, in the order given.
 *
 * Own: X-Letterdesk-Ref verifies and names a sent message, or the Message-ID is one we sent and holds
 * a genuine token of ours; never decided by From (mail-core.md 14). Same: the mail key is known to the
 * mailbox or came earlier in the batch (mail-core.md 2).
 *
 * @param batch.messageIds one drawn id for each mail; those of mails that become no message lapse
 */
export async function sortMails(
  tx: Tx,
  batch: {
    mailboxId: number
    mails: readonly ReadMail[]
    messageIds: readonly number[]
    view: ThreadView
    tokenKeys: readonly RingKey[]
  },
): Promise<SortedMails> {
  const uuids = verifyRefs(batch.mails, batch.tokenKeys)
  const sent = uuids.size === 0 ? [] : await selectOwnMessages(tx, [...new Set(uuids.values())])
  const sentByUuid = new Map(sent.map(row => [row.uuid, { messageId: row.id, mailboxId: row.mailbox_id }]))
  const keys = [...new Set(batch.mails.map(read => read.mail.mailKey))]
  const known = new Map<string, { messageId: number | null; firstId: number | null }>()
  for (const row of await selectKnownKeys(tx, { mailboxId: batch.mailboxId, keys })) {
    known.set(row.key, { messageId: row.message_id, firstId: row.first_id })
  }
  const sorted: SortedMails = { own: [], same: [], fresh: [] }
  batch.mails.forEach((read, index) => {
    const uuid = uuids.get(read.id)
    const ours = (uuid === undefined ? undefined : sentByUuid.get(uuid)) ?? findSentById(read.mail, batch)
    const first = known.get(read.mail.mailKey)
    if (ours) sorted.own.push({ read, ...ours })
    else if (first) sorted.same.push({ read, ...first })
    else {
      const messageId = takeId(batch.messageIds, index)
      // A genuine reference to a message we no longer have, as after a restore: kept, but nobody wrote it to us.
      sorted.fresh.push({ ...read, messageId, kind: uuid === undefined ? read.mail.kind : 'own' })
      known.set(read.mail.mailKey, { messageId, firstId: read.id })
    }
  })
  return sorted
}

function verifyRefs(mails: readonly ReadMail[], keys: readonly RingKey[]): Map<number, string> {
  const found = new Map<number, string>()
  for (const { id, mail } of mails) {
    const uuid = mail.letterdeskRef === null ? undefined : verifyLetterdeskRef(mail.letterdeskRef, [...keys])
    if (uuid !== undefined) found.set(id, uuid)
  }
  return found
}

function findSentById(
  mail: ParsedMail,
  batch: { mailboxId: number; view: ThreadView; tokenKeys: readonly RingKey[] },
): { messageId: number; mailboxId: number } | undefined {
  const id = mail.internetMessageId
  const known = id === null ? undefined : batch.view.refs.get(threadRef(id))
  if (id === null || !known?.owned || !known.isOurs) return undefined
  const isGenuine = findReplyTokens([id]).some(token => verifyReplyToken(token, [...batch.tokenKeys]))
  return isGenuine ? { messageId: known.messageId, mailboxId: batch.mailboxId } : undefined
}

function takeId(ids: readonly number[], index: number): number {
  const id = ids[index]
  if (id === undefined) throw new RangeError('fewer message ids drawn than mails in the batch')
  return id
}
