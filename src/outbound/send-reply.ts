import { type Caller, can } from '../agents/can.ts'
import { type Db, inTransaction, type Tx } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { passed } from '../lib/transitions.ts'
import { type AgentWords, getAgentWords, readAgentWords } from '../tickets/agent-words.ts'
import { answerOnce, type NamedRequest, type RememberAnswer } from '../tickets/answer-once.ts'
import { changeLockedState } from '../tickets/change-state.ts'
import { restoreForReply } from '../tickets/delete-ticket.ts'
import { lockTicket } from '../tickets/lock-twins.ts'
import { guardReply } from '../tickets/reply-guard.ts'
import { spendDraft } from '../tickets/save-draft.ts'
import { readSnooze, type SnoozeEnd, snoozeTicket } from '../tickets/snooze-ticket.ts'
import { writeTicketEvents } from '../tickets/ticket-events.ts'
import { followUndelivered } from '../tickets/undelivered.ts'
import { type AimOrder, aimReply } from './aim-reply.ts'
import { draftMail, queueMail, type SendContext, type StoredMail } from './draft-mail.ts'
import { findOutgoingTicket, type OutgoingTicket } from './outgoing.queries.ts'
import { refuseGaps } from './refuse-gaps.ts'

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
  /** Puts the ticket away with it. */
  snooze?: SnoozeEnd | undefined
  /** The newest event of the ticket the agent has seen; without it nothing that came since stops the reply. */
  lastSeenEventId?: number | undefined
  /** Its name, where sending it again must not send twice. */
  named?: NamedRequest | null | undefined
}

/**
 * Queues a reply: Message-ID, recipients and bytes are frozen now, Date is when it is due, and each try
 * sends these bytes. The bytes are durable before the transaction that writes message, outbox row,
 * state and event together. A ticket of the Trash comes out of it.
 *
 * @returns the message's id, as of the commit; of a named order sent before, that of the first
 * @throws NotFound (also for a mailbox the caller may not use, and an answered message of another ticket), AppError
 *   `bad-address`, `no-recipient`, `too-many-recipients`, `unknown-upload`, `attachment-too-large`, `ticket-changed`,
 *   `bad-send-time`, `bad-snooze-time`, `not-snoozable`, `twin-follows`, `idempotency-key-reused`, `unfilled-variable`,
 *   `no-words`, `words-too-long`
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
  const { db, bells } = context
  const { order, ticket } = asked
  const aim = await aimReply(db, ticket.id, order)
  const stored = await draftMail(context, { ...asked, ...order, aim })
  passed('reply-bytes-kept')
  const messageId = await inTransaction(db, tx => writeReply(tx, asked, stored))
  passed('reply-queued')
  bells.ring('outbox')
  bells.ring('live')
  return messageId
}

async function getReplyable(db: Db, caller: Caller, ticketId: number): Promise<OutgoingTicket> {
  const ticket = await findOutgoingTicket(db, ticketId)
  if (ticket && can(caller, { wish: 'use-mailbox', mailboxId: ticket.mailboxId })) return ticket
  throw new NotFound('ticket', { ticketId })
}

async function writeReply(tx: Tx, asked: ReplyToQueue, stored: StoredMail): Promise<number> {
  const { caller, order, ticket } = asked
  const { draft } = stored
  const locked = await lockTicket(tx, ticket.id)
  const { state, twinOfId } = locked
  await guard(tx, asked)
  // The customer goes on waiting while a third party is asked.
  const isAside = draft.sideThread !== null
  const stateAfter = twinOfId === null ? (order.stateAfter ?? (isAside ? state : 'waiting')) : state
  const messageId = await queueMail(tx, asked, stored, {
    placedBy: 'agent-reply',
    answeredMessageId: order.answeredMessageId,
  })
  const sendAt = draft.isScheduled ? { sendAt: draft.dueAt.toISOString() } : {}
  const snoozed = await snoozeData(tx, ticket.id, order.snooze)
  const wasDeleted = await restoreForReply(tx, locked, caller.agentId)
  const data = {
    stateBefore: ticket.state,
    stateAfter,
    withHistory: draft.withHistory,
    ...(wasDeleted ? { wasDeleted } : {}),
    ...sendAt,
    ...snoozed,
  }
  await writeTicketEvents(tx, [
    { ticketId: ticket.id, kind: 'reply_queued', agentId: caller.agentId, messageId, data },
  ])
  await followUndelivered(tx, { ticketId: ticket.id, messageId, insteadOfId: order.insteadOfMessageId })
  if (!isAside || stateAfter !== state) {
    await changeLockedState(tx, locked, { to: stateAfter, agentId: caller.agentId })
  }
  if (order.snooze !== undefined) {
    await snoozeTicket(tx, { ticketId: ticket.id, until: order.snooze, agentId: caller.agentId })
  }
  await spendDraft(tx, { ticketId: ticket.id, agentId: caller.agentId }, draft.template)
  await asked.remember(tx, messageId)
  passed('reply-queueing')
  return messageId
}

/** What an undo needs to know of a snooze that goes with a reply: until when, and until when before. */
async function snoozeData(tx: Tx, ticketId: number, until: SnoozeEnd | undefined) {
  if (until === undefined) return {}
  const before = await readSnooze(tx, ticketId)
  return { snoozedUntil: endWords(until), snoozedBefore: before === null ? null : endWords(before) }
}

function endWords(end: SnoozeEnd): string {
  return end instanceof Date ? end.toISOString() : end
}

async function guard(tx: Tx, { caller, order, ticket }: ReplyToQueue): Promise<void> {
  const { lastSeenEventId } = order
  if (lastSeenEventId === undefined) return
  await guardReply(tx, { ticketId: ticket.id, agentId: caller.agentId, lastSeenEventId })
}
