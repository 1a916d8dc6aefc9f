import { type Static, Type } from 'typebox'
import { ActionResult } from './actions.ts'
import { defineRoute } from './define-route.ts'
import { exactly, Id, Instant, nullable, oneOf, page, pageQuery } from './schemas.ts'
import { ERASURE_KINDS } from './trash-words.ts'

/** The longest time that may be chosen: ten years. */
export const MAX_TRASH_DAYS = 3650

const days = nullable(Type.Integer({ minimum: 1, maximum: MAX_TRASH_DAYS }))

/** How long deleted tickets stay. */
export const Trash = exactly({
  /** Null: for ever. */
  days,
  /** By the days nothing is erased before: a choice of fewer has a day's time. */
  keptUntil: Instant,
  /** How many tickets lie there; admins are told. */
  ticketCount: nullable(Type.Integer()),
  /** When they were counted: what was thrown away until then. */
  countedAt: Instant,
})
export type Trash = Static<typeof Trash>

export const getTrash = defineRoute({
  method: 'GET',
  path: '/trash',
  access: 'agent',
  summary: 'After how many days deleted tickets are deleted for good, and, for admins, how many lie there',
  reply: Trash,
})

export const setTrash = defineRoute({
  method: 'PUT',
  path: '/trash',
  access: 'admin',
  summary: 'Choose how many days deleted tickets stay, or null: for ever. It erases nothing within a day',
  body: exactly({ days }),
  reply: Trash,
})

export const eraseTickets = defineRoute({
  method: 'POST',
  path: '/trash/erase',
  access: 'admin',
  summary:
    'Delete up to 1,000 tickets of the Trash for good, with all they hold; nothing takes it back. Each is done or refused by itself: `not-in-trash`, `reply-under-way` while a reply of it is to be sent, `ticket-busy`, `not-found`',
  body: exactly({ numbers: Type.Array(Id, { minItems: 1, maxItems: 1000, uniqueItems: true }) }),
  reply: exactly({ results: Type.Array(ActionResult) }),
})

export const emptyTrash = defineRoute({
  method: 'POST',
  path: '/trash/empty',
  access: 'admin',
  summary:
    'Delete for good what was thrown away until `thrownUntil` (`countedAt` of the Trash); nothing takes it back. It is done in the background: the act has an `endedAt` when it is over. What has a reply under way stays',
  body: exactly({ thrownUntil: Instant }),
  reply: exactly({ erasureId: Id }),
})

/** An act of erasing. `agentId` null: the days were over. `endedAt` null: it is still at it. */
export const Erasure = exactly({
  id: Id,
  kind: oneOf(ERASURE_KINDS),
  agentId: nullable(Id),
  askedAt: Instant,
  endedAt: nullable(Instant),
  ticketCount: Type.Integer(),
  messageCount: Type.Integer(),
})
export type Erasure = Static<typeof Erasure>

export const listErasures = defineRoute({
  method: 'GET',
  path: '/erasures',
  access: 'admin',
  summary: 'Who deleted how many tickets for good and when, newest first',
  query: exactly(pageQuery),
  reply: page(Erasure),
})
