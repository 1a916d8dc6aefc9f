import type { Static } from 'typebox'
import { bounceSeverity } from '../mail/bounce-reason.ts'
import type { Delivery } from '../shared/delivery.ts'
import type { Note } from '../shared/notes.ts'
import type { Correspondent } from '../shared/schemas.ts'
import type { SenderCheck } from '../shared/senders.ts'
import type { Message, Ticket, TicketEvent, TicketRow } from '../shared/tickets.ts'
import type { TicketEventKind } from '../shared/vocabulary.ts'
import type { MessageDetail, TicketDetail } from '../tickets/get-ticket.ts'
import { LATE_AFTER_MINUTES } from '../tickets/late-after.ts'
import type { TicketPage } from '../tickets/list-tickets.ts'
import { stopsReply } from '../tickets/reply-guard-rule.ts'

type ListRow = TicketPage['rows'][number]

/** A ticket as lists show it: what the contract promises of a row, nothing more. */
export function presentTicketRow(row: ListRow): TicketRow {
  return {
    number: row.number,
    mailboxId: row.mailboxId,
    subject: row.subject,
    snippet: row.snippet,
    state: row.state,
    assigneeId: row.assigneeId,
    teamId: row.teamId,
    priority: row.priority,
    isFollowed: row.isFollowed,
    hasUnseenMention: row.hasUnseenMention,
    isUnread: row.isUnread,
    snooze: row.isSnoozed ? { until: row.snoozedUntil?.toISOString() ?? null } : null,
    deletedAt: row.deletedAt?.toISOString() ?? null,
    customer: customerOf(row),
    tags: row.tags,
    messageCount: row.messageCount,
    lastMessageAt: row.lastMessageAt.toISOString(),
    waitingSince: row.waitingSince?.toISOString() ?? null,
    hasFailedReply: row.hasFailedReply,
    hasLateReply: row.hasLateReply,
    isStorm: row.isStorm,
    version: row.version,
    isTwin: row.twinOfId !== null,
    twins: row.twins.map(({ number, mailboxId, isLead }) => ({ number, mailboxId, isLead })),
  }
}

function customerOf({ customerName: name, customerAddress: address }: ListRow): TicketRow['customer'] {
  return name === null && address === null ? null : { name, address }
}

/** A ticket with its messages, notes and history, for one agent. */
export function presentTicket(detail: TicketDetail, agentId: number): Ticket {
  return {
    ...presentTicketRow(detail.row),
    createdAt: detail.createdAt.toISOString(),
    closedAt: detail.closedAt?.toISOString() ?? null,
    erasesAt: detail.erasesAt?.toISOString() ?? null,
    customerLanguage: detail.customerLanguage,
    customerUtcOffsetMinutes: detail.customerUtcOffsetMinutes,
    messages: detail.messages.map(presentMessage),
    notes: detail.notes.map(presentNote),
    events: presentEvents(detail, agentId),
    hints: detail.hints.map(({ id, kind, messageId, number, subject }) => ({
      id,
      kind,
      messageId,
      number,
      subject,
    })),
    replyDefaults: {
      to: detail.replyDefaults.to.map(presentCorrespondent),
      cc: detail.replyDefaults.cc.map(presentCorrespondent),
      replyTo: detail.replyDefaults.replyTo.map(presentCorrespondent),
    },
    proposals: detail.proposals.map(({ by, isVouched, ...person }) => ({
      ...presentCorrespondent(person),
      by: by && presentCorrespondent(by),
      isVouched,
    })),
  }
}

/** One message with its attachments and, where we sent it, how it fares. */
export function presentMessage(row: MessageDetail): Message {
  return {
    id: row.id,
    mailboxId: row.mailboxId,
    direction: row.direction,
    kind: row.kind,
    receivedAt: row.receivedAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    from: row.fromAddress === null ? null : { name: row.fromName, address: row.fromAddress },
    to: row.to.map(presentCorrespondent),
    cc: row.cc.map(presentCorrespondent),
    bcc: row.bcc.map(presentCorrespondent),
    subject: row.subject,
    text: row.text,
    visibleText: row.visibleText,
    folds: row.folds,
    hasHtml: row.hasHtml,
    attachments: row.attachments.map(({ id, filename, contentType, sizeBytes, isInline, isMinor }) => ({
      id,
      filename,
      contentType,
      sizeBytes,
      isInline,
      isMinor,
    })),
    calendar: row.calendar,
    protections: row.protections,
    authorId: row.authorId,
    isFromMailProgram: row.isFromMailProgram,
    forwardedFrom:
      row.forwardedAddress === null ? null : { name: row.forwardedName, address: row.forwardedAddress },
    forwardOffer: row.forwardOffer && presentCorrespondent(row.forwardOffer.from),
    sideThreadId: row.sideThreadId,
    answeredMessageId: row.answeredMessageId,
    isNewcomer: row.isNewcomer,
    isUnverified: row.isUnverified,
    sender: presentSender(row),
    impersonates: row.impersonates,
    placedBy: row.placedBy,
    placedByMessage:
      row.placedByMessageId === null ? null : { id: row.placedByMessageId, ticketNumber: row.evidenceNumber },
    placedByRef: row.placedByRef,
    defects: row.defects,
    internetMessageId: row.internetMessageId,
    language: row.language,
    delivery: presentDelivery(row),
  }
}

/** A note, for agents only: never part of anything a customer receives. */
export function presentNote(row: TicketDetail['notes'][number]): Note {
  const { id, authorId, text, html, mentions } = row
  return { id, authorId, text, html, mentions, createdAt: row.createdAt.toISOString() }
}

const NOT_SENT: readonly TicketEventKind[] = ['reply_undone', 'reply_overtaken']

function presentEvents({ events, messages }: TicketDetail, agentId: number): TicketEvent[] {
  const kinds = new Map(messages.map(({ id, kind }) => [id, kind]))
  const undone = new Set(events.filter(one => NOT_SENT.includes(one.kind)).map(one => one.messageId))
  return events.map(row => {
    const isUndone = row.kind === 'reply_queued' && undone.has(row.messageId)
    const mailKind = kinds.get(row.messageId ?? 0) ?? null
    const guarded = { ...row, mailKind, stateAfter: row.data.to }
    return presentEvent(row, !isUndone && stopsReply(guarded, agentId))
  })
}

function presentEvent(row: TicketDetail['events'][number], isStopping: boolean): TicketEvent {
  return {
    id: row.id,
    at: row.at.toISOString(),
    kind: row.kind,
    agentId: row.agentId,
    messageId: row.messageId,
    stopsReply: isStopping,
    data: row.data,
  }
}

function presentSender({ senderGrade: grade, senderCheck: check }: MessageDetail): SenderCheck | null {
  return grade === null || check === null
    ? null
    : { grade, checker: check.checker, reason: check.reason, ...check.facts }
}

function presentDelivery(row: MessageDetail): Delivery | null {
  if (row.outboxState === null || row.dueAt === null) return null
  return {
    state: row.outboxState,
    dueAt: row.dueAt.toISOString(),
    replyCode: row.replyCode,
    replyText: row.replyText,
    isScheduled: row.isScheduled ?? false,
    lateFrom: lateFrom(row)?.toISOString() ?? null,
    cancelledBy: row.cancelledBy,
    mayHaveBeenSentTwice: (row.repeats ?? 0) > 0,
    failure: row.failure,
    recipients: row.recipients.map(presentRecipient),
  }
}

/** Counted from when it was to leave first, which its Date field says; each try moves `dueAt`. */
function lateFrom({ outboxState, sentAt }: MessageDetail): Date | null {
  const isOnItsWay = outboxState === 'held' || outboxState === 'sending' || outboxState === 'deferred'
  return isOnItsWay && sentAt !== null ? new Date(sentAt.getTime() + LATE_AFTER_MINUTES * 60_000) : null
}

function presentRecipient({ address, state, reason, replyText }: MessageDetail['recipients'][number]) {
  const hasFailed = state === 'failed' || state === 'bounced'
  const underWay = state === 'delayed' ? state : 'relayed'
  const severity = bounceSeverity({ action: hasFailed ? 'failed' : underWay, reason: reason ?? 'other' })
  return { address, state, reason, severity, replyText }
}

/** One correspondent as shown. */
export function presentCorrespondent(address: {
  name: string | null
  address: string
}): Static<typeof Correspondent> {
  return { name: address.name, address: address.address }
}
