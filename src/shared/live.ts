import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { TabName } from './presence.ts'
import { exactly, Id, nullable } from './schemas.ts'

/** One hint of the live feed: ticket `number` is at `version`. A lead this agent may see shows its messages too. */
export const LiveHint = exactly({
  ticketId: Id,
  number: Type.Integer(),
  mailboxId: Id,
  kind: Type.String(),
  version: Type.Integer(),
  /** Whose ticket it is; what their other tickets show of them may have changed with it. */
  customerId: nullable(Id),
  /** What is known of its customer changed, perhaps nothing else: `version` may be the one before. */
  changesCustomer: Type.Boolean(),
  leadNumber: nullable(Type.Integer()),
})
export type LiveHint = Static<typeof LiveHint>

export const streamEvents = defineRoute({
  method: 'GET',
  path: '/events',
  access: 'agent',
  summary:
    'Server-sent events: hints that tickets changed; resumable by Last-Event-ID, `reset` when that is too old; `presence` of agents on tickets. What `tab` announced ends with the stream',
  query: exactly({
    tab: Type.Optional(TabName),
    since: Type.Optional(
      Type.String({
        maxLength: 80,
        description:
          'From where a first stream is told: `liveFrom` of the session. Last-Event-ID goes before it',
      }),
    ),
  }),
  reply: 'events',
})
