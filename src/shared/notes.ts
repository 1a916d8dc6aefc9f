import { type Static, Type } from 'typebox'
import { exactly, Id, Instant, nullable } from './schemas.ts'

/**
 * Whom a note mentions, an agent or a team, by the name they have today. `isSeen`: the agent had the note on their
 * screen; null of a team, whose members are each mentioned themselves.
 */
export const Mention = exactly({
  agentId: nullable(Id),
  teamId: nullable(Id),
  name: Type.String(),
  isSeen: nullable(Type.Boolean()),
})
export type Mention = Static<typeof Mention>

/** `html`: its words with their looks, null where they are lines of text alone. */
export const Note = exactly({
  id: Id,
  authorId: Id,
  text: Type.String(),
  html: nullable(Type.String()),
  mentions: Type.Array(Mention),
  createdAt: Instant,
})
export type Note = Static<typeof Note>
