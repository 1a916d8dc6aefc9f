import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id, IdParams, nullable } from './schemas.ts'
import { TicketChange } from './ticket-change.ts'

/** What became of one ticket of many; `code` says why it was refused, null: it was done or was so already. */
export const ActionResult = exactly({ number: Type.Integer(), code: nullable(Type.String()) })
export type ActionResult = Static<typeof ActionResult>

export const actOnTickets = defineRoute({
  method: 'POST',
  path: '/tickets/actions',
  access: 'agent',
  summary:
    'Change up to 1,000 tickets, or merge them into one (`mergeInto`); each is done or refused by itself. `actionId` takes back what was done, null where nothing was. `versions`, in the order of `numbers`: refuses a ticket that is in another one by now (`changed-since`). Under the same Idempotency-Key, whatever the versions, what was done already counts as done, and the rest is tried',
  isIdempotent: true,
  body: exactly({
    numbers: Type.Array(Id, { minItems: 1, maxItems: 1000, uniqueItems: true }),
    change: Type.Optional(TicketChange),
    mergeInto: Type.Optional(Id),
    versions: Type.Optional(Type.Array(nullable(Type.Integer()), { maxItems: 1000 })),
  }),
  reply: exactly({ actionId: nullable(Id), results: Type.Array(ActionResult) }),
})

export const undoAction = defineRoute({
  method: 'POST',
  path: '/actions/:id/undo',
  access: 'agent',
  summary:
    'Take an own action of the last day back: each ticket is as it was, where nobody changed it since (`changed-since`)',
  params: IdParams,
  reply: exactly({ results: Type.Array(ActionResult) }),
})
