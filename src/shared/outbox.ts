import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id, IdParams, Instant, nullable, oneOf, page, pageQuery } from './schemas.ts'
import { OUTBOX_GROUPS, OUTBOX_STATES, SENDING_HOLDS } from './vocabulary.ts'

/** A mail that waits, is of unknown fate or has failed, with the server's own words. */
export const OutboxMail = exactly({
  messageId: Id,
  mailboxId: Id,
  ticketNumber: Type.Integer(),
  subject: Type.String(),
  /** At most five, those who do not have it first. */
  recipients: Type.Array(Type.String()),
  authorId: nullable(Id),
  isAutomatic: Type.Boolean(),
  state: oneOf(OUTBOX_STATES),
  isScheduled: Type.Boolean(),
  queuedAt: Instant,
  firstDueAt: Instant,
  /** When it leaves, or is tried next. */
  dueAt: Instant,
  attempts: Type.Integer(),
  replyCode: nullable(Type.Integer()),
  replyText: nullable(Type.String()),
  canRetry: Type.Boolean(),
  canCancel: Type.Boolean(),
})
export type OutboxMail = Static<typeof OutboxMail>

/** How a mailbox stands with sending: counts, and what holds all of it. */
export const OutboxMailbox = exactly({
  mailboxId: Id,
  counts: exactly({
    held: Type.Integer(),
    deferred: Type.Integer(),
    uncertain: Type.Integer(),
    failed: Type.Integer(),
  }),
  isPaused: Type.Boolean(),
  problem: nullable(exactly({ code: Type.String(), detail: nullable(Type.String()) })),
  hold: nullable(exactly({ code: oneOf(SENDING_HOLDS), until: Instant })),
})
export type OutboxMailbox = Static<typeof OutboxMailbox>

export const listOutbox = defineRoute({
  method: 'GET',
  path: '/outbox',
  access: 'admin',
  summary: 'Outgoing mail that is held, put off, of unknown fate or failed, newest first',
  query: exactly({
    mailboxId: Type.Optional(Id),
    group: Type.Optional(oneOf(OUTBOX_GROUPS)),
    ...pageQuery,
  }),
  reply: page(OutboxMail),
})

export const listOutboxMailboxes = defineRoute({
  method: 'GET',
  path: '/outbox/mailboxes',
  access: 'admin',
  summary: 'Every mailbox with how much waits in it, and what holds its sending until when',
  reply: exactly({ data: Type.Array(OutboxMailbox) }),
})

/** `recipients`: those it did not reach, at most five. */
export const FailedReply = exactly({
  messageId: Id,
  ticketNumber: Type.Integer(),
  since: Instant,
  recipients: Type.Array(Type.String()),
})

export const listFailedReplies = defineRoute({
  method: 'GET',
  path: '/failed-replies',
  access: 'agent',
  summary: 'The own replies that did not arrive and wait for somebody, newest first, at most 20',
  reply: exactly({ data: Type.Array(FailedReply) }),
})

export const retryOutbox = defineRoute({
  method: 'POST',
  path: '/outbox/:id/retry',
  access: 'admin',
  summary:
    'Try a mail now that was put off, failed without another reply since, or waits for the end of its mailbox’s hold; 409 `not-waiting` for any other',
  params: IdParams,
  reply: OutboxMail,
})

export const cancelOutbox = defineRoute({
  method: 'POST',
  path: '/outbox/:id/cancel',
  access: 'admin',
  summary:
    'Stop a mail that no server can have: a reply becomes its author’s draft; 409 `handed-over` once one may have it',
  params: IdParams,
  reply: OutboxMail,
})
