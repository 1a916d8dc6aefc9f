import type { Tx } from '../db/database.ts'
import type { RingKey } from '../db/key-ring.ts'
import { addressKey } from '../mail/address.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import { threadRef } from '../mail/message-id.ts'
import { findReplyTokens, verifyReplyToken } from '../mail/reply-token.ts'
import type { SenderVerdict } from '../mail/sender-verdict.ts'
import type { MailKind } from '../shared/vocabulary.ts'
import type { ClaimedMail } from './claim-mails.ts'
import { type OwnMessage, selectKnownKeys, selectSentWords } from './filing.queries.ts'
import type { SentMatch } from './find-sent.ts'
import { isCopyOf } from './sent-copy-rule.ts'
import { enterSentId, type ThreadView } from './thread-view.ts'

/** A claimed mail, read, with the verdict on its sender. */
export type ReadMail = ClaimedMail & { mail: ParsedMail; sender: SenderVerdict }

/** A mail that becomes a message under the id drawn for it. */
export type FreshMail = ReadMail & { kind: MailKind; messageId: number }

/**
 * What a batch holds: our own mail seen again, mail another row brought already, what lies in Sent and is not ours, what was
 * erased and is not to come back, and the rest.
 */
export type SortedMails = {
  own: { read: ReadMail; messageId: number | null; mailboxId: number }[]
  same: { read: ReadMail; messageId: number | null; firstId: number | null }[]
  erased: { read: ReadMail; erasureId: number | null }[]
  sent: FreshMail[]
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
 * holds a genuine token of ours, and it says what we sent (sent-copy-rule.ts); its
 * present id is ours in the view from now on, so that answers in the same batch find it. In Sent the proof is enough:
 * nobody from outside puts mail there, and servers write their own footers into it. Same: the mail key is known to the
 * mailbox or came earlier in the batch. Erased: the key is known without a message, or it is a copy of a
 * mail of ours that was erased; in a mail from outside, From has to be one of our addresses for that (docs/decisions/0046).
 *
 * @param batch.messageIds one drawn id for each mail; those of mails that become no message lapse
 */
export async function sortMails(tx: Tx, batch: Batch): Promise<SortedMails> {
  const known = await loadKnownKeys(tx, batch)
  const copied = await findCopied(tx, batch)
  const sorted: SortedMails = { own: [], same: [], erased: [], sent: [], fresh: [] }
  batch.mails.forEach((read, index) => {
    const { mail } = read
    const ours = copied.get(read.id)
    const first = known.get(mail.mailKey)
    const erasure = erasureOf(read, first, batch)
    if (ours) {
      sorted.own.push({ read, messageId: ours.id, mailboxId: ours.mailbox_id })
      enterSentId(batch.view, { id: mail.internetMessageId, message: ours })
    } else if (isMailToAgent(read, batch)) {
      sorted.own.push({ read, messageId: null, mailboxId: batch.mailboxId })
    } else if (erasure) {
      sorted.erased.push({ read, ...erasure })
    } else if (first) {
      sorted.same.push({ read, messageId: first.messageId, firstId: first.firstId })
    } else if (read.role === 'sent') {
      // Its key is known only once it has a message: what belongs to no ticket has none.
      sorted.sent.push({ ...read, messageId: takeId(batch.messageIds, index), kind: mail.kind })
    } else {
      const messageId = takeId(batch.messageIds, index)
      sorted.fresh.push({ ...read, messageId, kind: kindOf(read, batch) })
      known.set(mail.mailKey, { messageId, firstId: read.id, erasureId: null })
    }
  })
  return sorted
}

type Sent = Omit<OwnMessage, 'uuid'>

/** The sent messages that mails are copies of, by ledger row. */
async function findCopied(tx: Tx, batch: Batch): Promise<Map<number, Sent>> {
  const proven = batch.mails.flatMap(({ id, mail, role }) => {
    const sent = batch.sent.get(id)?.message ?? findSentById(mail, batch)
    return sent ? [{ id, mail, role, sent }] : []
  })
  if (proven.length === 0) return new Map()
  const rows = await selectSentWords(tx, [...new Set(proven.map(({ sent }) => sent.id))])
  const words = new Map(rows.map(row => [row.id, row]))
  return new Map(
    proven.flatMap(({ id, mail, role, sent }) => {
      const said = words.get(sent.id)
      return said && (role === 'sent' || isCopyOf(mail, said)) ? [[id, sent] as const] : []
    }),
  )
}

/**
 * Genuine and from us, but altered on its way, or of a message we lost: kept in its ticket, though nobody
 * wrote it to us. The same from anybody else is their mail.
 */
function kindOf({ id, mail }: ReadMail, batch: Batch): MailKind {
  const sent = batch.sent.get(id)
  return sent !== undefined && (isFromUs(mail, batch) || sent.message === undefined) ? 'own' : mail.kind
}

/**
 * An invitation or reset whose agent signs in with an address of a connected mailbox. As a ticket, its link
 * would let whoever reads the mailbox here take over that account.
 */
function isMailToAgent({ id, mail, role }: ReadMail, batch: Batch): boolean {
  return batch.sent.get(id)?.isToAgent === true && (role === 'sent' || isFromUs(mail, batch))
}

/**
 * The act that erased what it brings again; undefined where it brings none. What others say under our proof is their
 * own mail.
 */
function erasureOf(
  read: ReadMail,
  first: Known | undefined,
  batch: Batch,
): { erasureId: number | null } | undefined {
  if (first !== undefined) return first.messageId === null ? { erasureId: first.erasureId } : undefined
  const erasureId = batch.sent.get(read.id)?.erasureId ?? null
  const isCopy = erasureId !== null && (read.role === 'sent' || isFromUs(read.mail, batch))
  return isCopy ? { erasureId } : undefined
}

function isFromUs(mail: ParsedMail, batch: Batch): boolean {
  return mail.from !== null && batch.view.ownAddresses.has(addressKey(mail.from.address))
}

type Known = { messageId: number | null; firstId: number | null; erasureId: number | null }

async function loadKnownKeys(tx: Tx, batch: Batch) {
  const keys = [...new Set(batch.mails.map(read => read.mail.mailKey))]
  const known = new Map<string, Known>()
  for (const row of await selectKnownKeys(tx, { mailboxId: batch.mailboxId, keys })) {
    known.set(row.key, { messageId: row.message_id, firstId: row.first_id, erasureId: row.erasure_id })
  }
  return known
}

function findSentById(mail: ParsedMail, batch: Batch): Sent | undefined {
  const id = mail.internetMessageId
  const known = id === null ? undefined : batch.view.refs.get(threadRef(id))
  if (id === null || !known?.owned || !known.isOurs || known.ticket.id === undefined) return undefined
  const isGenuine = findReplyTokens([id]).some(token => verifyReplyToken(token, [...batch.tokenKeys]))
  if (!isGenuine) return undefined
  const { messageId, sideThreadId } = known
  return {
    id: messageId,
    mailbox_id: batch.mailboxId,
    ticket_id: known.ticket.id,
    side_thread_id: sideThreadId,
  }
}

function takeId(ids: readonly number[], index: number): number {
  const id = ids[index]
  if (id === undefined) throw new RangeError('fewer message ids drawn than mails in the batch')
  return id
}
