import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { QueueWord } from './queue-names.ts'
import { exactly, Id, IdParams, lineName, nullable } from './schemas.ts'
import { TicketFilter } from './ticket-filter.ts'
import { VIEW_LIMITS } from './vocabulary.ts'

export const VIEW_NAME_LIMIT = 60

const content = {
  name: lineName(VIEW_NAME_LIMIT),
  /** Seen by every agent, each with the tickets of their own mailboxes; `me` is whoever looks. */
  isShared: Type.Boolean(),
  queue: QueueWord,
  filter: TicketFilter,
}

/** A queue somebody made: another one, narrowed. `isEditable`: by who made it, and a shared one by admins. */
export const View = exactly({ id: Id, ...content, ownerId: Id, isEditable: Type.Boolean() })
export type View = Static<typeof View>

export const listViews = defineRoute({
  method: 'GET',
  path: '/views',
  access: 'agent',
  summary: 'The views this agent made and those that are shared, in the order they chose',
  reply: exactly({ data: Type.Array(View) }),
})

export const createView = defineRoute({
  method: 'POST',
  path: '/views',
  access: 'agent',
  summary: `Keep a filtered queue as a view; 409 \`too-many-views\` beyond ${VIEW_LIMITS.own} of one agent or ${VIEW_LIMITS.shared} shared ones`,
  body: exactly(content),
  reply: View,
})

export const updateView = defineRoute({
  method: 'PATCH',
  path: '/views/:id',
  access: 'agent',
  summary:
    'Change a view: who made it, and of a shared one admins too; whether it is shared only who made it',
  params: IdParams,
  body: exactly({
    name: Type.Optional(content.name),
    isShared: Type.Optional(content.isShared),
    queue: Type.Optional(content.queue),
    filter: Type.Optional(content.filter),
  }),
  reply: View,
})

export const removeView = defineRoute({
  method: 'DELETE',
  path: '/views/:id',
  access: 'agent',
  summary: 'Remove a view; for 30 days it can be restored',
  params: IdParams,
  reply: 'nothing',
})

export const restoreView = defineRoute({
  method: 'POST',
  path: '/views/:id/restore',
  access: 'agent',
  summary: 'Bring a removed view back',
  params: IdParams,
  reply: View,
})

export const orderViews = defineRoute({
  method: 'PUT',
  path: '/views/order',
  access: 'agent',
  summary: 'In which order this agent sees the views; those that are not named come after',
  body: exactly({ ids: Type.Array(Id, { maxItems: VIEW_LIMITS.own + VIEW_LIMITS.shared }) }),
  reply: 'nothing',
})

/** How many tickets of a view want work: at most 1,000 are counted; null where no number is shown. */
export const ViewCount = exactly({ viewId: Id, count: nullable(Type.Integer()) })
export type ViewCount = Static<typeof ViewCount>

export const countViews = defineRoute({
  method: 'GET',
  path: '/views/counts',
  access: 'agent',
  summary:
    'How many tickets of each view are open or waiting and neither put away nor in the Trash; of views of Mentions, Drafts, Snoozed and Not delivered all. Null of Sent, Closed, Spam and Trash, and where counting would take too long',
  query: exactly({ mailboxId: Type.Optional(Id) }),
  reply: exactly({ data: Type.Array(ViewCount) }),
})
