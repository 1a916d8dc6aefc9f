import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { Correspondent, exactly, Id, IdParams, nullable, oneOf } from './schemas.ts'
import { NumberParams, TicketRow } from './tickets.ts'
import { TICKET_STATES } from './vocabulary.ts'

export const moveMessage = defineRoute({
  method: 'POST',
  path: '/messages/:id/move',
  access: 'agent',
  summary:
    'Move a message into another ticket of the same mailbox, or into a new one (`toNumber` null). Later mail that answers it follows',
  params: IdParams,
  body: exactly({ toNumber: nullable(Id) }),
  reply: exactly({ moveId: Id, fromNumber: Type.Integer(), number: Type.Integer() }),
})

/** As many messages as one split takes. */
const SplitIds = Type.Array(Id, { minItems: 1, maxItems: 200, uniqueItems: true })

/** What a split would make, before it is done. */
export const SplitPreview = exactly({
  subject: Type.String(),
  /** Whose mail it begins with; null where that is ours: then the customer is that of the old ticket. */
  customer: nullable(Correspondent),
  fileCount: Type.Integer(),
  stayingCount: Type.Integer(),
  noteCount: Type.Integer(),
  /** Messages that would stay though they answer one that goes. */
  answeringIds: Type.Array(Id),
})
export type SplitPreview = Static<typeof SplitPreview>

export const previewSplit = defineRoute({
  method: 'GET',
  path: '/tickets/:number/split',
  access: 'agent',
  summary: 'What making these messages a ticket of their own would do',
  params: NumberParams,
  query: exactly({ messageIds: SplitIds }),
  reply: SplitPreview,
})

export const splitTicket = defineRoute({
  method: 'POST',
  path: '/tickets/:number/split',
  access: 'agent',
  summary:
    'Make some messages of a ticket a ticket of their own. Later mail that answers them follows; undone like a move',
  params: NumberParams,
  body: exactly({ messageIds: SplitIds }),
  reply: exactly({ moveId: Id, fromNumber: Type.Integer(), number: Type.Integer() }),
})

export const undoMove = defineRoute({
  method: 'POST',
  path: '/moves/:id/undo',
  access: 'agent',
  summary:
    'Take a move back, with the mail that followed the message. Answers with the ticket that has it again',
  params: IdParams,
  reply: exactly({ number: Type.Integer() }),
})

/** What a merge would do, before it is done. */
export const MergePreview = exactly({
  survivor: TicketRow,
  merged: TicketRow,
  messageCount: Type.Integer(),
  noteCount: Type.Integer(),
  /** Who would belong to the survivor and does not yet; newcomers are not among them. */
  joining: Type.Array(Correspondent),
  stateAfter: oneOf(TICKET_STATES),
  assigneeAfterId: nullable(Id),
  teamAfterId: nullable(Id),
})
export type MergePreview = Static<typeof MergePreview>

export const previewMerge = defineRoute({
  method: 'GET',
  path: '/tickets/:number/merge',
  access: 'agent',
  summary: 'What merging this ticket into another would do',
  params: NumberParams,
  query: exactly({ intoNumber: Id }),
  reply: MergePreview,
})

export const mergeTicket = defineRoute({
  method: 'POST',
  path: '/tickets/:number/merge',
  access: 'agent',
  summary:
    'Merge this ticket into another of the same mailbox; its number and replies to its mail lead there',
  params: NumberParams,
  body: exactly({ intoNumber: Id }),
  reply: exactly({ mergeId: Id, number: Type.Integer() }),
})

export const undoForward = defineRoute({
  method: 'POST',
  path: '/messages/:id/undo-forward',
  access: 'agent',
  summary: 'Take a mail that an agent forwarded as their own: they are the customer, not whose mail it is',
  params: IdParams,
  reply: 'nothing',
})

export const takeForward = defineRoute({
  method: 'POST',
  path: '/messages/:id/take-forward',
  access: 'agent',
  summary: 'Make whose mail an agent forwarded the customer',
  params: IdParams,
  reply: 'nothing',
})

export const dismissHint = defineRoute({
  method: 'POST',
  path: '/hints/:id/dismiss',
  access: 'agent',
  summary: 'Put a suggestion away for everybody',
  params: IdParams,
  reply: 'nothing',
})

export const undoMerge = defineRoute({
  method: 'POST',
  path: '/merges/:id/undo',
  access: 'agent',
  summary: 'Take a merge back: what it moved returns, with every later message that belongs to it',
  params: IdParams,
  reply: exactly({ number: Type.Integer(), survivorNumber: Type.Integer() }),
})
