import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id, Instant, nullable, oneOf, RichWords } from './schemas.ts'
import { NumberParams, Upload } from './tickets.ts'

// As typed: an address that is not finished yet is kept as well, and judged when the reply is sent.
const TypedAddresses = Type.Array(Type.String({ maxLength: 320 }), { maxItems: 100 })

/** An agent's unsent words on a ticket. `to` and `cc` are null until changed: the ticket's defaults hold. */
export const DraftContent = exactly({
  mode: oneOf(['reply', 'note', 'forward'] as const),
  text: Type.String({ maxLength: 1_000_000 }),
  html: Type.Optional(nullable(RichWords)),
  to: nullable(TypedAddresses),
  cc: nullable(TypedAddresses),
  bcc: TypedAddresses,
  uploadIds: Type.Array(Type.String({ format: 'uuid' }), { maxItems: 100 }),
  withHistory: Type.Boolean(),
  /** The message that is answered; without it the newest of somebody who belongs to the ticket. */
  answeredMessageId: Type.Optional(nullable(Id)),
  /** Of a forward: the message, its files that go along, and the forward that did not arrive and that it follows. */
  forwardedMessageId: Type.Optional(nullable(Id)),
  fileIds: Type.Optional(Type.Array(Id, { maxItems: 1_000 })),
  insteadOf: Type.Optional(nullable(Id)),
  /** The newest event of the ticket when the words were begun. */
  seenEventId: nullable(Type.Integer({ minimum: 0 })),
})
export type DraftContent = Static<typeof DraftContent>

/** A draft as kept, with the files that are still there. `revision` rises by one with each save. */
export const SavedDraft = exactly({
  ...DraftContent.properties,
  uploads: Type.Array(Upload),
  revision: Type.Integer(),
  savedAt: Instant,
})
export type SavedDraft = Static<typeof SavedDraft>

export const findDraft = defineRoute({
  method: 'GET',
  path: '/tickets/:number/draft',
  access: 'agent',
  summary: 'The own draft on a ticket, null where there is none',
  params: NumberParams,
  reply: exactly({ draft: nullable(SavedDraft) }),
})

export const saveDraft = defineRoute({
  method: 'PUT',
  path: '/tickets/:number/draft',
  access: 'agent',
  summary:
    'Keep the own draft on a ticket. `revision` is the one it continues, 0 for a new one; 409 `draft-changed` when another device saved since',
  params: NumberParams,
  body: exactly({ content: DraftContent, revision: Type.Integer({ minimum: 0 }) }),
  reply: exactly({ revision: Id, savedAt: Instant }),
})

export const dropDraft = defineRoute({
  method: 'DELETE',
  path: '/tickets/:number/draft',
  access: 'agent',
  summary: 'Throw the own draft on a ticket away',
  params: NumberParams,
  reply: 'nothing',
})
