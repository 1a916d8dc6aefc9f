import { type Static, Type } from 'typebox'
import { exactly, Id, Instant, nullable, oneOf } from './schemas.ts'
import { TICKET_PRIORITIES, TICKET_STATES } from './vocabulary.ts'

/** How long a ticket is put away: until a time, or until its customer writes (null). */
export const Snooze = exactly({ until: nullable(Instant) })
export type Snooze = Static<typeof Snooze>

/** What an agent changes of a ticket at once; what is left out stays. */
export const TicketChange = exactly({
  mailboxId: Type.Optional(Id),
  state: Type.Optional(oneOf(TICKET_STATES)),
  assigneeId: Type.Optional(nullable(Id)),
  /** One that works in the mailbox of the ticket. */
  teamId: Type.Optional(nullable(Id)),
  priority: Type.Optional(oneOf(TICKET_PRIORITIES)),
  addTags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 50 })),
  removeTags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 50 })),
  /** Null wakes it. */
  snooze: Type.Optional(nullable(Snooze)),
  isDeleted: Type.Optional(Type.Boolean()),
  isFollowed: Type.Optional(Type.Boolean()),
  /** By the agent who changes it. */
  isUnread: Type.Optional(Type.Boolean()),
})
export type TicketChange = Static<typeof TicketChange>
