import type { Tx } from '../db/database.ts'
import type { Address, CalendarInvite, ForwardedMail, Protection } from '../mail/mail-types.ts'
import type { SenderVerdict } from '../mail/sender-verdict.ts'
import type { Fold } from '../mail/split-reply.ts'
import type { Direction, MailKind, PlacedBy } from '../shared/vocabulary.ts'
import { ticketMerged } from './lock-ticket.ts'
import { aggregatesOf } from './message-aggregates.ts'
import {
  insertAttachments,
  insertBodies,
  insertHtml,
  insertMessages,
  type MessageInsert,
  type SenderCheck,
  selectNextMessageIds,
} from './message-rows.queries.ts'
import { gatherParticipants, listOwnAddresses } from './participants.ts'
import { writeThreadRefs } from './thread-refs.ts'
import { insertParticipants, updateAggregates } from './ticket-rows.queries.ts'

/** A message before it is written. Any text is storable: what Postgres refuses becomes U+FFFD. */
export type NewMessage = {
  /** One of `reserveMessageIds`, where another message of the same call must name it; else drawn here. */
  id?: number
  ticketId: number
  mailboxId: number
  /** Made by the database when absent. */
  uuid?: string
  direction: Direction
  /** The server's INTERNALDATE for what came in: lists and tickets order by it. */
  receivedAt: Date
  kind: MailKind
  /** Old mail that asks nothing of anybody any more. */
  isHistory?: boolean
  /** The mail says thanks and no more (only-thanks.ts): nobody waits for an answer. */
  isOnlyThanks?: boolean
  from: Address | null
  /** What an agent forwarded; absent for all other mail. */
  forward?: ForwardedMail | null
  /** Whose mail an agent forwarded, once they are the customer. */
  forwardedFrom?: Address | null
  /** The forward that began the side thread it is of, `own` where it is that forward; none for the customer's exchange. */
  sideThreadId?: number | 'own' | null
  to: readonly Address[]
  cc: readonly Address[]
  bcc: readonly Address[]
  replyTo: readonly Address[]
  subject: string
  snippet: string
  /** Canonical. */
  internetMessageId: string | null
  /** The Date header: shown, never ordered by. */
  sentAt: Date | null
  authorId: number | null
  /** Written in a mail program and found in Sent: it has no outbox row. */
  isFromMailProgram?: boolean
  customerId: number | null
  isNewcomer: boolean
  /** The sender claims to be somebody and is not taken for them. */
  isUnverified: boolean
  /** Null for what we sent. */
  sender: SenderVerdict | null
  placedBy: PlacedBy
  placedByMessageId: number | null
  /** The id, or the address with the token, that decided; null where none did. */
  placedByRef: string | null
  /** A twin of the ticket has this mail already: nobody waits because of a second copy. */
  isCopy?: boolean
  /** The ticket has it already, by another mailbox: it is not counted. */
  isDouble?: boolean
  defects: readonly string[]
  rawBlobId: number | null
  readerVersion: number
  /** BCP 47 primary tag; null when unknown, and for what agents write. */
  language: string | null
  /** Hex; equal of two messages, they are copies of one mail. Null for what we sent. */
  copyKey: string | null
  text: string
  visibleText: string
  /** Absent for our own: what stands below the visible text is folded. */
  folds?: readonly Fold[]
  html: { version: number; html: string } | null
  /** What an agent wrote, with its looks, as it goes back into the composer; null for lines of text. */
  wordsHtml?: string | null
  attachments: readonly NewAttachment[]
  /** Shown on the message, never acted on; null for most. */
  calendar?: CalendarInvite | null
  protections?: readonly Protection[]
  /** Canonical ids it is (`owned`) or mentions; at most 101: its own, and the first and last 50 of References. */
  refs: readonly { id: string; owned: boolean }[]
}

/** `blobId` is null for what came in: its bytes are read from the raw mail by `partIndex`. */
export type NewAttachment = {
  partIndex: number
  filename: string
  contentType: string
  sizeBytes: number
  contentId: string | null
  isInline: boolean
  /** Folded in the list of files. */
  isMinor?: boolean
  blobId: number | null
}

const PLACED_BY_REF_CHARS = 255

/**
 * Writes messages with their texts, attachments, ids and participants, and adds them up on their
 * tickets (count, latest time and snippet, waiting since), with a fixed number of statements.
 *
 * Writes no event and changes no state: the caller knows why the messages came.
 *
 * @returns the messages' ids, in the order of `rows`
 * @throws AppError `ticket-merged`: somebody merged a ticket while the message was made
 */
export async function addMessages(tx: Tx, rows: readonly NewMessage[]): Promise<number[]> {
  if (rows.length === 0) return []
  const drawn = await reserveMessageIds(tx, rows.filter(row => row.id === undefined).length)
  const messages = rows.map(row => ({ ...row, id: row.id ?? takeNext(drawn) }))
  const mergedInto = await updateAggregates(tx, aggregatesOf(messages))
  if (mergedInto !== undefined) throw ticketMerged(mergedInto)
  await insertMessages(tx, messages.map(toMessageRow))
  await addContent(tx, messages)
  await addParticipants(tx, messages)
  await writeThreadRefs(
    tx,
    messages.flatMap(message =>
      message.refs.map(ref => ({ ...ref, mailboxId: message.mailboxId, messageId: message.id })),
    ),
  )
  return messages.map(message => message.id)
}

/** Draws ids for messages to be added, so that one of a batch can be the evidence of another. */
export async function reserveMessageIds(tx: Tx, count: number): Promise<number[]> {
  return count === 0 ? [] : await selectNextMessageIds(tx, count)
}

type IdentifiedMessage = NewMessage & { id: number }

function takeNext(ids: number[]): number {
  const id = ids.shift()
  if (id === undefined) throw new RangeError('fewer message ids drawn than messages given')
  return id
}

async function addContent(tx: Tx, messages: readonly IdentifiedMessage[]): Promise<void> {
  await insertBodies(
    tx,
    messages.map(message => ({
      message_id: message.id,
      text: message.text,
      visible_text: message.visibleText,
      folds: message.folds ?? null,
      words_html: message.wordsHtml ?? null,
    })),
  )
  const html = messages.flatMap(message =>
    message.html ? [{ message_id: message.id, ...message.html }] : [],
  )
  if (html.length > 0) await insertHtml(tx, html)
  const attachments = messages.flatMap(message =>
    message.attachments.map(attachment => ({
      message_id: message.id,
      part_index: attachment.partIndex,
      filename: attachment.filename,
      content_type: attachment.contentType,
      size_bytes: attachment.sizeBytes,
      content_id: attachment.contentId,
      is_inline: attachment.isInline,
      is_minor: attachment.isMinor ?? false,
      blob_id: attachment.blobId,
    })),
  )
  if (attachments.length > 0) await insertAttachments(tx, attachments)
}

async function addParticipants(tx: Tx, messages: readonly IdentifiedMessage[]): Promise<void> {
  const rows = gatherParticipants(messages, await listOwnAddresses(tx))
  if (rows.length > 0) await insertParticipants(tx, rows)
}

function toMessageRow(message: IdentifiedMessage): MessageInsert {
  return {
    id: message.id,
    uuid: message.uuid ?? null,
    ticket_id: message.ticketId,
    mailbox_id: message.mailboxId,
    direction: message.direction,
    received_at: message.receivedAt,
    kind: message.kind,
    from_name: message.from?.name ?? null,
    from_address: message.from?.address ?? null,
    forward: message.forward ?? null,
    forwarded_name: message.forwardedFrom?.name ?? null,
    forwarded_address: message.forwardedFrom?.address ?? null,
    side_thread_id: sideThreadOf(message),
    to_addresses: message.to,
    cc_addresses: message.cc,
    bcc_addresses: message.bcc,
    reply_to_addresses: message.replyTo,
    subject: message.subject,
    snippet: message.snippet,
    internet_message_id: message.internetMessageId,
    sent_at: message.sentAt,
    author_id: message.authorId,
    is_from_mail_program: message.isFromMailProgram ?? false,
    customer_id: message.customerId,
    is_newcomer: message.isNewcomer,
    is_unverified: message.isUnverified,
    sender_grade: message.sender?.grade ?? null,
    sender_check: message.sender && checkOf(message.sender),
    placed_by: message.placedBy,
    placed_by_message_id: message.placedByMessageId,
    placed_by_ref: message.placedByRef?.slice(0, PLACED_BY_REF_CHARS) ?? null,
    defects: [...message.defects],
    raw_blob_id: message.rawBlobId,
    reader_version: message.readerVersion,
    language: message.language,
    copy_key: message.copyKey,
    calendar: message.calendar ?? null,
    protections: message.protections ?? [],
  }
}

function sideThreadOf({ id, sideThreadId }: IdentifiedMessage): number | null {
  return sideThreadId === 'own' ? id : (sideThreadId ?? null)
}

function checkOf({ checker, reason, facts }: SenderVerdict): SenderCheck {
  return { checker, reason, facts }
}
