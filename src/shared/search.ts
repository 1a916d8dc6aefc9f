import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id, Instant, nullable, oneOf } from './schemas.ts'
import { DIRECTIONS, TICKET_STATES } from './vocabulary.ts'

/** Text with what in it was looked for, in UTF-16 units and in order: never HTML. */
export const MarkedText = exactly({
  text: Type.String(),
  marks: Type.Array(exactly({ start: Type.Integer({ minimum: 0 }), end: Type.Integer({ minimum: 0 }) })),
})
export type MarkedText = Static<typeof MarkedText>

/** A message or a note with what was looked for, and its ticket. */
export const SearchHit = exactly({
  messageId: nullable(Id),
  noteId: nullable(Id),
  number: Type.Integer(),
  /** Of the message; of a note, its ticket's. */
  subject: MarkedText,
  excerpt: MarkedText,
  /** The names of files in which it was found. */
  files: Type.Array(MarkedText),
  /** Fields of the customer in which it was found, with their names. */
  fields: Type.Array(MarkedText),
  /** Who wrote the message, as name or address; null for a note. */
  from: nullable(MarkedText),
  /** The customer of the ticket. */
  customerName: nullable(Type.String()),
  direction: nullable(oneOf(DIRECTIONS)),
  authorId: nullable(Id),
  mailboxId: Id,
  state: oneOf(TICKET_STATES),
  assigneeId: nullable(Id),
  receivedAt: Instant,
})
export type SearchHit = Static<typeof SearchHit>

export const search = defineRoute({
  method: 'GET',
  path: '/search',
  access: 'agent',
  summary:
    'Messages and notes with these words in any order, newest first; "phrases", a minus, and from: to: subject: field: tag: mailbox: assignee: team: is: has: before: after:. 400 `bad-search` says what cannot be understood',
  query: exactly({
    q: Type.String({ minLength: 1, maxLength: 500 }),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 50 })),
  }),
  reply: exactly({
    data: Type.Array(SearchHit),
    /** Asks for older ones; also where a page has fewer than asked for, as looking on would have taken long. */
    nextCursor: nullable(Type.String()),
    /** Nothing has these as whole words: the hits hold them as parts of words. */
    isPartial: Type.Boolean(),
    /** The ticket that has the searched number; of a merged one, the one it went into. */
    ticket: nullable(
      exactly({ number: Type.Integer(), subject: Type.String(), customerName: nullable(Type.String()) }),
    ),
  }),
})
