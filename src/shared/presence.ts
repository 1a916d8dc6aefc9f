import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id, nullable, oneOf } from './schemas.ts'
import { DOINGS } from './vocabulary.ts'

/** A name that a browser tab gives itself, so that two tabs of one agent come and go apart. */
export const TabName = Type.String({ minLength: 8, maxLength: 64, pattern: '^[0-9a-zA-Z-]+$' })

/** Event `presence` of the live feed: who is on a ticket now; nobody where the list is empty. */
export const TicketPresence = exactly({
  number: Type.Integer(),
  agents: Type.Array(exactly({ agentId: Id, name: Type.String(), doing: oneOf(DOINGS) })),
})
export type TicketPresence = Static<typeof TicketPresence>

/** An open tab says this at each change, and again every 10 s; it counts for 25 s, and as long as its stream is open. */
export const PRESENCE_BEAT_MS = 10_000

export const announcePresence = defineRoute({
  method: 'PUT',
  path: '/presence/:tab',
  access: 'agent',
  summary:
    'Says what a browser tab of the agent shows: a ticket, and whether it is being answered; null: none',
  params: Type.Object({ tab: TabName }),
  body: exactly({ number: nullable(Type.Integer({ minimum: 1 })), doing: oneOf(DOINGS) }),
  reply: 'nothing',
})
