import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id, IdParams, Instant, LanguageWord, nullable, oneOf } from './schemas.ts'
import { MAX_TEMPLATE_CHARS, SAVED_REPLY_SCOPES } from './template-variables.ts'
import { NumberParams } from './tickets.ts'

const SavedReplyText = exactly({
  language: LanguageWord,
  body: Type.String({ minLength: 1, maxLength: MAX_TEMPLATE_CHARS }),
})

/** What somebody writes of a saved reply. `mailboxId` goes with the scope `mailbox` and no other. */
export const SavedReplyContent = exactly({
  scope: oneOf(SAVED_REPLY_SCOPES),
  mailboxId: nullable(Id),
  name: Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\r\\n\\x00]*\\S[^\\r\\n\\x00]*$' }),
  folder: Type.String({ maxLength: 60, pattern: '^[^\\r\\n\\x00]*$' }),
  texts: Type.Array(SavedReplyText, { minItems: 1, maxItems: 4 }),
})
export type SavedReplyContent = Static<typeof SavedReplyContent>

/** A saved reply in the settings. `isEditable`: the own ones, and for admins the shared ones. */
export const SavedReply = exactly({
  ...SavedReplyContent.properties,
  id: Id,
  ownerId: Id,
  useCount: Type.Integer(),
  lastUsedAt: nullable(Instant),
  isArchived: Type.Boolean(),
  isEditable: Type.Boolean(),
})
export type SavedReply = Static<typeof SavedReply>

export const listSavedReplies = defineRoute({
  method: 'GET',
  path: '/saved-replies',
  access: 'agent',
  summary: 'The saved replies this agent may use, archived ones as well: own, of their mailboxes, of all',
  reply: exactly({ data: Type.Array(SavedReply) }),
})

export const createSavedReply = defineRoute({
  method: 'POST',
  path: '/saved-replies',
  access: 'agent',
  summary:
    'Save a reply; shared ones are for admins to make. 422 `bad-template` for text that cannot be written',
  body: SavedReplyContent,
  reply: SavedReply,
})

export const changeSavedReply = defineRoute({
  method: 'PUT',
  path: '/saved-replies/:id',
  access: 'agent',
  summary: 'Change a saved reply; 404 for one of another agent or another mailbox, 403 for a shared one',
  params: IdParams,
  body: SavedReplyContent,
  reply: SavedReply,
})

export const removeSavedReply = defineRoute({
  method: 'DELETE',
  path: '/saved-replies/:id',
  access: 'agent',
  summary: 'Remove a saved reply: one that was ever used is archived, another deleted',
  params: IdParams,
  reply: 'nothing',
})

export const restoreSavedReply = defineRoute({
  method: 'DELETE',
  path: '/saved-replies/:id/archive',
  access: 'agent',
  summary: 'Offer an archived saved reply again',
  params: IdParams,
  reply: SavedReply,
})

/** A saved reply written for a ticket. `gaps` are variables without a value, which stand in `text` as `{{name}}`. */
export const OfferedReply = exactly({
  id: Id,
  name: Type.String(),
  folder: Type.String(),
  scope: oneOf(SAVED_REPLY_SCOPES),
  language: LanguageWord,
  text: Type.String(),
  gaps: Type.Array(Type.String()),
})
export type OfferedReply = Static<typeof OfferedReply>

export const offerSavedReplies = defineRoute({
  method: 'GET',
  path: '/tickets/:number/saved-replies',
  access: 'agent',
  summary:
    'Saved replies written with the values of a ticket, in the customer’s language where there is one, most used first',
  params: NumberParams,
  query: exactly({ answeredMessageId: Type.Optional(Id) }),
  reply: exactly({ data: Type.Array(OfferedReply) }),
})

export const countSavedReply = defineRoute({
  method: 'POST',
  path: '/saved-replies/:id/uses',
  access: 'agent',
  summary: 'Count that a saved reply was put into a reply',
  params: IdParams,
  reply: 'nothing',
})
