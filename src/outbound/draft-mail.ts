import { randomBytes, randomUUID } from 'node:crypto'
import type { Caller } from '../agents/can.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { Db, Tx } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import type { Bells } from '../db/listen.ts'
import { AppError } from '../lib/app-error.ts'
import type { Templates } from '../lib/templates.ts'
import { domainOf } from '../mail/address.ts'
import { CLEAN_HTML_VERSION, cleanHtml } from '../mail/clean-html.ts'
import { signLetterdeskRef } from '../mail/letterdesk-ref.ts'
import { newMessageId } from '../mail/new-message-id.ts'
import { signReplyToken } from '../mail/reply-token.ts'
import { sendingLimits } from '../mailboxes/sending-limits.ts'
import { encodedBytes } from '../shared/encoded-size.ts'
import type { AgentWords } from '../tickets/agent-words.ts'
import type { Aim } from './aim-reply.ts'
import { type ComposedReply, composeReply, type ReplyDraft, tooLarge } from './compose-reply.ts'
import { decideDue } from './decide-due.ts'
import {
  getSender,
  listUploads,
  type OutgoingTicket,
  takeUploads,
  type UploadRow,
} from './outgoing.queries.ts'
import { type QueuedMail, queueMessage } from './queue-message.ts'
import { refuseTooMany } from './reply-recipients.ts'
import type { SideThread } from './side-threads.queries.ts'
import { NO_LINKS, threadLinks } from './thread-headers.ts'

/** What the commands of sending use. `undoMs` stands in for what the agent chose. */
export type SendContext = {
  db: Db
  bells: Bells
  blobs: BlobStore
  keys: KeyRing
  templates: Templates
  settings: { maxAttachmentBytes: number; undoMs?: number }
}

/** A mail of an agent as it is about to be made: who writes, for which ticket, what, to whom, and when. */
export type MailToDraft = {
  caller: Caller
  ticket: OutgoingTicket
  words: AgentWords
  aim: Aim
  uploadIds?: readonly string[] | undefined
  withHistory?: boolean | undefined
  sendAt?: Date | undefined
}

/** A mail in its final form, its bytes durable. */
export type StoredMail = { draft: ReplyDraft; composed: ComposedReply; blobId: number }

/**
 * Makes a mail and stores its bytes: Message-ID, recipients and bytes are frozen now, Date is when it is due.
 *
 * @throws AppError `too-many-recipients`, `unknown-upload`, `attachment-too-large`, `bad-send-time`, `bad-address`
 */
export async function draftMail(context: SendContext, mail: MailToDraft): Promise<StoredMail> {
  const draft = await makeDraft(context, mail)
  const composed = await composeReply(context, draft, context.settings.maxAttachmentBytes)
  const [stored] = await context.blobs.put([composed.bytes])
  if (stored === undefined) throw new AppError('blob-store-failed', 'the bytes of a reply were not stored')
  return { draft, composed, blobId: stored.id }
}

async function makeDraft(context: SendContext, mail: MailToDraft): Promise<ReplyDraft> {
  const { db, blobs, keys, settings } = context
  const { caller, ticket, words, aim } = mail
  const { answered, sideThread } = aim
  refuseTooMany(aim.recipients, sendingLimits(ticket.smtpHost)?.recipientsPerMail)
  const wanted = [...(mail.uploadIds ?? []), ...words.pictureIds]
  const uploads = await getUploads(db, caller.agentId, wanted, settings.maxAttachmentBytes)
  const contentId = (uploadId: string) => `${uploadId}@${domainOf(ticket.mailboxAddress)}`
  const raw = await readAnswered(blobs, answered?.rawBlobId ?? null)
  const sender = await getSender(db, caller.agentId)
  const due = await decideDue(db, { undoMs: settings.undoMs ?? sender.undoMs, sendAt: mail.sendAt })
  return {
    ticket,
    text: words.text,
    mailHtml: words.mailHtml(contentId),
    ...aim,
    withHistory: mail.withHistory === true,
    links: answered && sideThread !== 'new' ? threadLinks({ raw, ...answered }, due.dueAt) : NO_LINKS,
    timeZone: sender.timeZone,
    agent: sender,
    attachments: await Promise.all(
      uploads.map(async upload => ({
        ...upload,
        contentId: words.pictureIds.includes(upload.id) ? contentId(upload.id) : null,
        bytes: await blobs.read(upload.blobId),
      })),
    ),
    ...makeIds(keys, sideThread === null ? ticket : { ...ticket, replyKey: keyOf(sideThread) }),
    ...due,
  }
}

/** A mail whose bytes are lost can be answered all the same: its id is known without them. */
async function readAnswered(blobs: BlobStore, rawBlobId: number | null): Promise<Buffer> {
  try {
    return rawBlobId === null ? Buffer.alloc(0) : await blobs.read(rawBlobId)
  } catch (error) {
    if (error instanceof AppError && error.code === 'blob-lost') return Buffer.alloc(0)
    throw error
  }
}

/** A side thread has tokens of its own: nobody in it can show that they had a mail of the ticket. */
function keyOf(sideThread: SideThread | 'new'): string | null {
  return sideThread === 'new' ? null : sideThread.key
}

/**
 * Ids that cannot be guessed: 128 random bits, and the proof that an answer belongs to this ticket, or to the side thread
 * that the message begins (`replyKey` null).
 */
export function makeIds(
  keys: KeyRing,
  ticket: { replyKey: string | null; mailboxId: number; mailboxAddress: string },
): { uuid: string; internetMessageId: string; letterdeskRef: string } {
  const key = keys.active('tokens')
  const uuid = randomUUID()
  const token = signReplyToken({ replyKey: ticket.replyKey ?? uuid, mailboxId: ticket.mailboxId, key })
  const domain = domainOf(ticket.mailboxAddress)
  return {
    uuid,
    internetMessageId: newMessageId({ random: randomBytes(16), token, domain }),
    letterdeskRef: signLetterdeskRef({ messageUuid: uuid, key }),
  }
}

/** In the order chosen. Refused by their encoded size before a byte of them is read. */
async function getUploads(
  db: Db,
  agentId: number,
  ids: readonly string[],
  limitBytes: number,
): Promise<UploadRow[]> {
  const wanted = [...new Set(ids.map(id => id.toLowerCase()))]
  const found = new Map((await listUploads(db, agentId, wanted)).map(upload => [upload.id, upload]))
  const uploads = wanted.map(id => found.get(id)).filter(upload => upload !== undefined)
  if (uploads.length < wanted.length) throw unknownUpload()
  const together = uploads.reduce((sum, upload) => sum + encodedBytes(upload.sizeBytes), 0)
  if (together > limitBytes) throw tooLarge(together, limitBytes)
  return uploads
}

/** Where a mail of an agent stands in its ticket. */
export type MailPlace = Pick<QueuedMail, 'placedBy' | 'answeredMessageId'>

/**
 * Writes a stored mail of an agent with its outbox rows and files; the ticket, its events and its state are the
 * caller's.
 *
 * @returns the message's id
 * @throws AppError `unknown-upload`
 */
export async function queueMail(
  tx: Tx,
  { caller, ticket, words }: Pick<MailToDraft, 'caller' | 'ticket' | 'words'>,
  { draft, composed, blobId }: StoredMail,
  place: MailPlace,
): Promise<number> {
  const messageId = await queueMessage(tx, {
    ...draft,
    ...place,
    ticketId: ticket.id,
    mailboxId: ticket.mailboxId,
    from: composed.from,
    subject: composed.subject,
    text: composed.text,
    visibleText: draft.text,
    wordsHtml: words.html,
    html: shownHtml(words, composed),
    bytesBlobId: blobId,
    attachments: draft.attachments.map((upload, partIndex) => ({
      ...upload,
      partIndex,
      isInline: upload.contentId !== null,
    })),
    authorId: caller.agentId,
    kind: 'person',
    placedByMessageId: draft.answered?.messageId ?? null,
    sideThreadId: draft.sideThread === 'new' ? 'own' : (draft.sideThread?.id ?? null),
    lane: 'people',
    sentCopy: ticket.sentCopy,
    language: null,
  })
  const uploadIds = draft.attachments.map(upload => upload.id)
  if ((await takeUploads(tx, caller.agentId, uploadIds)) < uploadIds.length) throw unknownUpload()
  return messageId
}

/** Cleaned by the rules for a stranger's mail: the ticket shows both in one way. */
function shownHtml({ html }: AgentWords, composed: ComposedReply) {
  const clean = html === null ? null : cleanHtml(composed.html)
  return clean === null ? null : { version: CLEAN_HTML_VERSION, html: clean }
}

function unknownUpload(): AppError {
  return new AppError('unknown-upload', 'an attached file is no longer there: attach it again')
}
