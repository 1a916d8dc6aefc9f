import { randomBytes, randomUUID } from 'node:crypto'
import { type Caller, can } from '../agents/can.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import { type Db, inTransaction, type Tx } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import type { Bells } from '../db/listen.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import type { Templates } from '../lib/templates.ts'
import { domainOf } from '../mail/address.ts'
import { CLEAN_HTML_VERSION, cleanHtml } from '../mail/clean-html.ts'
import { signLetterdeskRef } from '../mail/letterdesk-ref.ts'
import { newMessageId } from '../mail/new-message-id.ts'
import { signReplyToken } from '../mail/reply-token.ts'
import { sendingLimits } from '../mailboxes/sending-limits.ts'
import { type AgentWords, getAgentWords, readAgentWords } from '../tickets/agent-words.ts'
import { answerOnce, type NamedRequest, type RememberAnswer } from '../tickets/answer-once.ts'
import { changeState } from '../tickets/change-state.ts'
import { lockTicket } from '../tickets/lock-twins.ts'
import { guardReply } from '../tickets/reply-guard.ts'
import { spendDraft } from '../tickets/save-draft.ts'
import { writeTicketEvents } from '../tickets/ticket-events.ts'
import { followUndelivered } from '../tickets/undelivered.ts'
import { type AimOrder, aimReply } from './aim-reply.ts'
import { type ComposedReply, composeReply, type ReplyDraft, tooLarge } from './compose-reply.ts'
import { decideDue } from './decide-due.ts'
import {
  findOutgoingTicket,
  findSender,
  listUploads,
  type OutgoingTicket,
  takeUploads,
  type UploadRow,
} from './outgoing.queries.ts'
import { queueMessage } from './queue-message.ts'
import { refuseGaps } from './refuse-gaps.ts'
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

/** An agent's reply as it is asked for. */
export type ReplyOrder = AimOrder & {
  ticketId: number
  text?: string | undefined
  /** Counts before `text`, which is made of it. */
  html?: string | undefined
  uploadIds?: readonly string[] | undefined
  withHistory?: boolean | undefined
  /** `waiting` unless said; a twin stays in its lead's state. */
  stateAfter?: 'open' | 'waiting' | 'closed' | undefined
  /** The newest event of the ticket the agent has seen; without it nothing that came since stops the reply. */
  lastSeenEventId?: number | undefined
  /** Its name, where sending it again must not send twice. */
  named?: NamedRequest | null | undefined
}

/**
 * Queues a reply: Message-ID, recipients and bytes are frozen now, Date is when it is due, and each try
 * sends these bytes. The bytes are durable before the transaction that writes message, outbox row,
 * state and event together.
 *
 * @returns the message's id, as of the commit; of a named order sent before, that of the first
 * @throws NotFound (also for a mailbox the caller may not use, and an answered message of another ticket),
 *   AppError `bad-address`, `no-recipient`,
 *   `too-many-recipients`, `unknown-upload`, `attachment-too-large`, `ticket-changed`, `bad-send-time`,
 *   `idempotency-key-reused`, `unfilled-variable`, `no-words`, `words-too-long`
 */
export async function sendReply(
  context: SendContext,
  caller: Caller,
  order: ReplyOrder,
): Promise<{ messageId: number }> {
  const isForward = order.forwardedMessageId !== undefined
  const words = isForward ? readAgentWords(order) : getAgentWords(order)
  refuseGaps(words.text)
  const ticket = await getReplyable(context.db, caller, order.ticketId)
  const messageId = await answerOnce(context.db, order.named ?? null, remember =>
    queueReply(context, { caller, order, words, ticket, remember }),
  )
  return { messageId }
}

type ReplyToQueue = {
  caller: Caller
  order: ReplyOrder
  words: AgentWords
  ticket: OutgoingTicket
  remember: RememberAnswer
}

async function queueReply(context: SendContext, asked: ReplyToQueue): Promise<number> {
  const { db, blobs, bells } = context
  const draft = await makeDraft(context, asked)
  const reply = await composeReply(context, draft, context.settings.maxAttachmentBytes)
  const [stored] = await blobs.put([reply.bytes])
  if (stored === undefined) throw new AppError('blob-store-failed', 'the bytes of a reply were not stored')
  const messageId = await inTransaction(db, tx =>
    writeReply(tx, { ...asked, draft, reply, blobId: stored.id }),
  )
  bells.ring('outbox')
  bells.ring('live')
  return messageId
}

async function getReplyable(db: Db, caller: Caller, ticketId: number): Promise<OutgoingTicket> {
  const ticket = await findOutgoingTicket(db, ticketId)
  if (ticket && can(caller, { wish: 'use-mailbox', mailboxId: ticket.mailboxId })) return ticket
  throw new NotFound('ticket', { ticketId })
}

async function makeDraft(
  context: SendContext,
  { caller, order, words, ticket }: ReplyToQueue,
): Promise<ReplyDraft> {
  const { db, blobs, keys, settings } = context
  const aim = await aimReply(db, ticket.id, order)
  const { answered, sideThread } = aim
  refuseTooMany(aim.recipients, sendingLimits(ticket.smtpHost)?.recipientsPerMail)
  const wanted = [...(order.uploadIds ?? []), ...words.pictureIds]
  const uploads = await getUploads(db, caller.agentId, wanted, settings.maxAttachmentBytes)
  const contentId = (uploadId: string) => `${uploadId}@${domainOf(ticket.mailboxAddress)}`
  const raw = await readAnswered(blobs, answered?.rawBlobId ?? null)
  const sender = await findSender(db, caller.agentId)
  const due = await decideDue(db, { undoMs: settings.undoMs ?? sender.undoMs, sendAt: order.sendAt })
  return {
    ticket,
    text: words.text,
    mailHtml: words.mailHtml(contentId),
    ...aim,
    withHistory: order.withHistory === true,
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
  const encodedBytes = uploads.reduce((sum, upload) => sum + Math.ceil(upload.sizeBytes / 57) * 78, 0) // base64 in lines of 76
  if (encodedBytes > limitBytes) throw tooLarge(encodedBytes, limitBytes)
  return uploads
}

async function writeReply(
  tx: Tx,
  parts: ReplyToQueue & { draft: ReplyDraft; reply: ComposedReply; blobId: number },
): Promise<number> {
  const { caller, order, words, draft, reply, ticket } = parts
  const { state, twinOfId } = await lockTicket(tx, ticket.id)
  await guard(tx, parts)
  // The customer goes on waiting while a third party is asked.
  const isAside = draft.sideThread !== null
  const stateAfter = twinOfId === null ? (order.stateAfter ?? (isAside ? state : 'waiting')) : state
  const messageId = await queueMessage(tx, {
    ...draft,
    ticketId: ticket.id,
    mailboxId: ticket.mailboxId,
    from: reply.from,
    subject: reply.subject,
    text: reply.text,
    visibleText: draft.text,
    wordsHtml: words.html,
    html: shownHtml(words, reply),
    bytesBlobId: parts.blobId,
    attachments: draft.attachments.map((upload, partIndex) => ({
      ...upload,
      partIndex,
      isInline: upload.contentId !== null,
    })),
    authorId: caller.agentId,
    kind: 'person',
    placedBy: 'agent-reply',
    placedByMessageId: draft.answered?.messageId ?? null,
    answeredMessageId: order.answeredMessageId,
    sideThreadId: draft.sideThread === 'new' ? 'own' : (draft.sideThread?.id ?? null),
    lane: 'people',
    sentCopy: ticket.sentCopy,
    language: null,
  })
  const uploadIds = draft.attachments.map(upload => upload.id)
  if ((await takeUploads(tx, caller.agentId, uploadIds)) < uploadIds.length) throw unknownUpload()
  const sendAt = draft.isScheduled ? { sendAt: draft.dueAt.toISOString() } : {}
  const data = { stateBefore: ticket.state, stateAfter, withHistory: draft.withHistory, ...sendAt }
  await writeTicketEvents(tx, [
    { ticketId: ticket.id, kind: 'reply_queued', agentId: caller.agentId, messageId, data },
  ])
  await followUndelivered(tx, { ticketId: ticket.id, messageId, insteadOfId: order.insteadOfMessageId })
  if (!isAside || stateAfter !== state) {
    const happening = { by: 'agent', to: stateAfter } as const
    await changeState(tx, { ticketId: ticket.id, happening, agentId: caller.agentId })
  }
  await spendDraft(tx, { ticketId: ticket.id, agentId: caller.agentId }, draft.template)
  await parts.remember(tx, messageId)
  return messageId
}

/** The same rules as for a stranger's mail: the ticket shows both in one way. */
function shownHtml({ html }: AgentWords, reply: ComposedReply) {
  const clean = html === null ? null : cleanHtml(reply.html)
  return clean === null ? null : { version: CLEAN_HTML_VERSION, html: clean }
}

async function guard(tx: Tx, { caller, order, ticket }: ReplyToQueue): Promise<void> {
  const { lastSeenEventId } = order
  if (lastSeenEventId === undefined) return
  await guardReply(tx, { ticketId: ticket.id, agentId: caller.agentId, lastSeenEventId })
}

function unknownUpload(): AppError {
  return new AppError('unknown-upload', 'an attached file is no longer there: attach it again')
}
