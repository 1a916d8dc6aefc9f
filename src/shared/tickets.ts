import { type Static, Type } from 'typebox'
import { CustomerFacts } from './customer-facts.ts'
import { defineRoute } from './define-route.ts'
import { Delivery } from './delivery.ts'
import { Note } from './notes.ts'
import { QueueWord } from './queue-names.ts'
import {
  Correspondent,
  EmailAddress,
  exactly,
  Id,
  IdParams,
  Instant,
  nullable,
  oneOf,
  page,
  pageQuery,
  RichWords,
} from './schemas.ts'
import { Proposal, SenderCheck, TicketCustomer } from './senders.ts'
import { Snooze, TicketChange } from './ticket-change.ts'
import { filterParts } from './ticket-filter.ts'
import {
  CALENDAR_ANSWERS,
  CALENDAR_METHODS,
  DIRECTIONS,
  FOLD_KINDS,
  LIST_ORDERS,
  MAIL_KINDS,
  PLACED_BY,
  TICKET_EVENT_KINDS,
  TICKET_PRIORITIES,
  TICKET_STATES,
} from './vocabulary.ts'

export const NumberParams = exactly({ number: Id })

/** A queue with the number of tickets in it: at most 1,000 are counted; null where no number is shown. */
export const QueueCount = exactly({ queue: QueueWord, count: nullable(Type.Integer()) })
export type QueueCount = Static<typeof QueueCount>

export const listQueues = defineRoute({
  method: 'GET',
  path: '/queues',
  access: 'agent',
  summary: 'The queues over all mailboxes this agent may see, those of teams after the others, with counts',
  query: exactly({ mailboxId: Type.Optional(Id) }),
  reply: exactly({ data: Type.Array(QueueCount) }),
})

/** Another ticket that a copy of the same mail opened in another mailbox; only those the agent may see. */
export const Twin = exactly({ number: Type.Integer(), mailboxId: Id, isLead: Type.Boolean() })
export type Twin = Static<typeof Twin>

/** One row of a list. A twin (`isTwin`) is handled in another mailbox, whose ticket leads: its state is that one's. */
export const TicketRow = exactly({
  number: Type.Integer(),
  mailboxId: Id,
  subject: Type.String(),
  snippet: Type.String(),
  state: oneOf(TICKET_STATES),
  assigneeId: nullable(Id),
  teamId: nullable(Id),
  priority: oneOf(TICKET_PRIORITIES),
  /** By the agent who asks. */
  isFollowed: Type.Boolean(),
  /** A note mentions the agent who asks, and they have not seen it. */
  hasUnseenMention: Type.Boolean(),
  /** Its customer or a colleague wrote something that the agent who asks has not read, or they left it unread. */
  isUnread: Type.Boolean(),
  /** Put away until then, and at most until its customer writes; null where it is not. */
  snooze: nullable(Snooze),
  /** In the Trash since then. */
  deletedAt: nullable(Instant),
  customer: nullable(TicketCustomer),
  tags: Type.Array(Type.String()),
  messageCount: Type.Integer(),
  lastMessageAt: Instant,
  waitingSince: nullable(Instant),
  hasFailedReply: Type.Boolean(),
  /** A reply that no server has accepted 15 minutes after it was to leave. */
  hasLateReply: Type.Boolean(),
  /** Many mails of one sender that came at once and would each have opened a ticket. */
  isStorm: Type.Boolean(),
  version: Type.Integer(),
  isTwin: Type.Boolean(),
  twins: Type.Array(Twin),
})
export type TicketRow = Static<typeof TicketRow>

export const listTickets = defineRoute({
  method: 'GET',
  path: '/tickets',
  access: 'agent',
  summary:
    'Tickets of a queue. Mine, unassigned and all begin with who waits longest, or with the newest message by `order`; snoozed with what wakes next, mentions with the latest, the others with the newest message. The rest narrows it: all that is given must fit, of a part given several times one. With `isCut` only the newest messages with the `text` were looked at',
  query: exactly({
    queue: QueueWord,
    mailboxId: Type.Optional(Id),
    order: Type.Optional(oneOf(LIST_ORDERS)),
    ...filterParts,
    ...pageQuery,
  }),
  reply: exactly({ ...page(TicketRow).properties, isCut: Type.Optional(Type.Boolean()) }),
})

export const AttachmentInfo = exactly({
  id: Id,
  filename: Type.String(),
  contentType: Type.String(),
  sizeBytes: Type.Integer(),
  isInline: Type.Boolean(),
  isMinor: Type.Boolean(),
})
export type AttachmentInfo = Static<typeof AttachmentInfo>

/** The message that led another into its ticket; `ticketNumber` is null where it lies in another mailbox. */
export const EvidenceMessage = exactly({ id: Id, ticketNumber: nullable(Type.Integer()) })
export type EvidenceMessage = Static<typeof EvidenceMessage>

/** `at` is null where the mail does not say in which zone `local` is, and for whole days. */
export const CalendarTime = exactly({
  local: Type.String(),
  at: nullable(Instant),
  timeZone: nullable(Type.String()),
})
export type CalendarTime = Static<typeof CalendarTime>

const calendarPerson = { name: nullable(Type.String()), address: nullable(Type.String()) }

/** An appointment as a mail tells of it. Nothing acts on it. */
export const CalendarInvite = exactly({
  method: oneOf(CALENDAR_METHODS),
  summary: Type.String(),
  location: nullable(Type.String()),
  start: nullable(CalendarTime),
  end: nullable(CalendarTime),
  isRepeated: Type.Boolean(),
  isCancelled: Type.Boolean(),
  organizer: nullable(exactly(calendarPerson)),
  attendees: Type.Array(exactly({ ...calendarPerson, answer: oneOf(CALENDAR_ANSWERS) })),
})
export type CalendarInvite = Static<typeof CalendarInvite>

/** A signature or encryption that a mail or a part of it claims; never checked. */
export const Protection = exactly({
  kind: oneOf(['signed', 'encrypted'] as const),
  format: oneOf(['smime', 'pgp'] as const),
  covers: oneOf(['all', 'part'] as const),
})
export type Protection = Static<typeof Protection>

/** A stretch of a message's text that is folded, in UTF-16 units; `isOpen`: it opens by itself. */
export const Fold = exactly({
  start: Type.Integer({ minimum: 0 }),
  end: Type.Integer({ minimum: 0 }),
  kind: oneOf(FOLD_KINDS),
  isOpen: Type.Boolean(),
})
export type Fold = Static<typeof Fold>

/** `mailboxId` is another than the ticket's for what one of its twins alone has. */
export const Message = exactly({
  id: Id,
  mailboxId: Id,
  direction: oneOf(DIRECTIONS),
  kind: oneOf(MAIL_KINDS),
  receivedAt: Instant,
  sentAt: nullable(Instant),
  from: nullable(Correspondent),
  to: Type.Array(Correspondent),
  cc: Type.Array(Correspondent),
  bcc: Type.Array(Correspondent),
  subject: Type.String(),
  text: Type.String(),
  visibleText: Type.String(),
  folds: Type.Array(Fold),
  hasHtml: Type.Boolean(),
  attachments: Type.Array(AttachmentInfo),
  calendar: nullable(CalendarInvite),
  protections: Type.Array(Protection),
  authorId: nullable(Id),
  /** Of ours: written in a mail program and found in Sent; `authorId` is then of the agent with that From address. */
  isFromMailProgram: Type.Boolean(),
  /** Whose mail an agent forwarded: they are the customer. */
  forwardedFrom: nullable(Correspondent),
  /** Whose mail an agent seems to have forwarded: they are the customer once an agent says so. */
  forwardOffer: nullable(Correspondent),
  /** The forward that began the side thread with a third party it belongs to, itself there; null with the customer. */
  sideThreadId: nullable(Id),
  /** Of a reply: the message its agent chose to answer; null where it answers the newest. */
  answeredMessageId: nullable(Id),
  isNewcomer: Type.Boolean(),
  isUnverified: Type.Boolean(),
  sender: nullable(SenderCheck),
  impersonates: nullable(oneOf(['our-name', 'other-address'] as const)),
  placedBy: oneOf(PLACED_BY),
  placedByMessage: nullable(EvidenceMessage),
  placedByRef: nullable(Type.String()),
  defects: Type.Array(Type.String()),
  internetMessageId: nullable(Type.String()),
  /** BCP 47 primary tag; null where nobody should be sure, and for what agents wrote. */
  language: nullable(Type.String()),
  delivery: nullable(Delivery),
})
export type Message = Static<typeof Message>

export const TicketEvent = exactly({
  id: Id,
  at: Instant,
  kind: oneOf(TICKET_EVENT_KINDS),
  agentId: nullable(Id),
  messageId: nullable(Id),
  /** A reply by this agent that has not seen it (`lastSeenEventId`) is refused. */
  stopsReply: Type.Boolean(),
  data: Type.Record(Type.String(), Type.Unknown()),
})
export type TicketEvent = Static<typeof TicketEvent>

/** Whom a reply goes to unless the agent changes it. */
export const ReplyDefaults = exactly({
  to: Type.Array(Correspondent),
  cc: Type.Array(Correspondent),
  /** Where the customer asks to be answered instead; used only where an agent chooses it. */
  replyTo: Type.Array(Correspondent),
})

/** What a mail suggests about its place. `number` is the other ticket's; null for a new topic. */
export const TicketHint = exactly({
  id: Id,
  kind: oneOf(['bridge', 'number', 'subject'] as const),
  messageId: Id,
  number: nullable(Type.Integer()),
  subject: Type.String(),
})
export type TicketHint = Static<typeof TicketHint>

export const Ticket = exactly({
  ...TicketRow.properties,
  createdAt: Instant,
  closedAt: nullable(Instant),
  /** In the Trash it stays until then, and is deleted for good within the hour after; null: it is not in it, or stays. */
  erasesAt: nullable(Instant),
  ...CustomerFacts.properties,
  messages: Type.Array(Message),
  notes: Type.Array(Note),
  events: Type.Array(TicketEvent),
  replyDefaults: ReplyDefaults,
  hints: Type.Array(TicketHint),
  proposals: Type.Array(Proposal),
})
export type Ticket = Static<typeof Ticket>

export const getTicket = defineRoute({
  method: 'GET',
  path: '/tickets/:number',
  access: 'agent',
  summary: 'A ticket with its messages, notes and history; the number of a merged one gives the survivor',
  params: NumberParams,
  reply: Ticket,
})

export const updateTicket = defineRoute({
  method: 'PATCH',
  path: '/tickets/:number',
  access: 'agent',
  summary:
    'Change mailbox, state, assignee and team (null is none), priority or tags; put it away (`snooze`) or into the Trash, and back; follow it',
  params: NumberParams,
  body: TicketChange,
  reply: TicketRow,
})

export const takeOver = defineRoute({
  method: 'POST',
  path: '/tickets/:number/take-over',
  access: 'agent',
  summary: 'Handle a ticket here that is handled in another mailbox: it leads its twins from now on',
  params: NumberParams,
  reply: TicketRow,
})

export const sendReply = defineRoute({
  method: 'POST',
  path: '/tickets/:number/replies',
  access: 'agent',
  summary:
    'Send a reply; it can be undone until `delivery.dueAt`. Recipients default to `replyDefaults`, those of `answeredMessageId` where it is given. The state of a twin stays its lead’s. With `lastSeenEventId`, 409 `ticket-changed` when somebody wrote since. With `sendAt` it waits until then, and is not sent when the customer writes first. With `snooze` the ticket is put away with it, and one of the Trash comes out of it; undoing it brings back how it was',
  params: NumberParams,
  isIdempotent: true,
  body: exactly({
    text: Type.Optional(Type.String({ maxLength: 1_000_000 })),
    html: Type.Optional(RichWords),
    to: Type.Optional(Type.Array(EmailAddress, { minItems: 1, maxItems: 100 })),
    cc: Type.Optional(Type.Array(EmailAddress, { maxItems: 100 })),
    bcc: Type.Optional(Type.Array(EmailAddress, { maxItems: 100 })),
    /** Without it the newest message of somebody who belongs to the ticket. */
    answeredMessageId: Type.Optional(nullable(Id)),
    uploadIds: Type.Optional(Type.Array(Type.String({ format: 'uuid' }), { maxItems: 100 })),
    withHistory: Type.Optional(Type.Boolean({ default: false })),
    stateAfter: Type.Optional(oneOf(['open', 'waiting', 'closed'] as const)),
    lastSeenEventId: Type.Optional(Type.Integer({ minimum: 0 })),
    sendAt: Type.Optional(Instant),
    snooze: Type.Optional(Snooze),
  }),
  reply: Message,
})

export const undoReply = defineRoute({
  method: 'POST',
  path: '/messages/:id/undo',
  access: 'agent',
  summary:
    'Take a reply back before it leaves; 409 once sending began. Answers with its text for the composer',
  params: IdParams,
  reply: exactly({ text: Type.String() }),
})

export const decideUncertain = defineRoute({
  method: 'POST',
  path: '/messages/:id/decision',
  access: 'agent',
  summary: 'Decide a reply nobody knows the fate of: take it as sent, or send the same bytes once more',
  params: IdParams,
  body: exactly({ decision: oneOf(['was-sent', 'send-again'] as const) }),
  reply: Message,
})

export const putReplyAside = defineRoute({
  method: 'PUT',
  path: '/messages/:id/put-aside',
  access: 'agent',
  summary:
    'Take a reply that did not arrive out of the queue Not delivered without another one, or put it back',
  params: IdParams,
  body: exactly({ isAside: Type.Boolean() }),
  reply: Message,
})

export const writeNote = defineRoute({
  method: 'POST',
  path: '/tickets/:number/notes',
  access: 'agent',
  summary:
    'Write a note; customers never see it. Who is mentioned (`data-mention`) must be able to see the ticket, and finds it in the queue Mentions',
  params: NumberParams,
  isIdempotent: true,
  body: exactly({
    text: Type.Optional(Type.String({ maxLength: 100_000 })),
    html: Type.Optional(RichWords),
  }),
  reply: Note,
})

export const Upload = exactly({
  id: Type.String({ format: 'uuid' }),
  filename: Type.String(),
  contentType: Type.String(),
  sizeBytes: Type.Integer(),
})
export type Upload = Static<typeof Upload>

export const createUpload = defineRoute({
  method: 'POST',
  path: '/uploads',
  access: 'agent',
  summary: 'Upload one file for a reply as raw bytes; too large is refused with the limit',
  query: exactly({ filename: Type.String({ minLength: 1, maxLength: 255 }) }),
  body: 'bytes',
  reply: Upload,
})

export const getMessageHtml = defineRoute({
  method: 'GET',
  path: '/messages/:id/html',
  access: 'agent',
  summary: 'The clean HTML of a message as a document for a sandboxed frame',
  params: IdParams,
  reply: 'bytes',
})

export const getMessageRaw = defineRoute({
  method: 'GET',
  path: '/messages/:id/raw',
  access: 'agent',
  summary: 'The raw mail, byte for byte',
  params: IdParams,
  reply: 'bytes',
})

export const downloadAttachment = defineRoute({
  method: 'GET',
  path: '/attachments/:id',
  access: 'agent',
  summary: 'An attachment as a download; raster images may be shown inline',
  params: IdParams,
  reply: 'bytes',
})
