import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id, IdParams, lineName } from './schemas.ts'

/** Agents who work together in some mailboxes. Being a member gives nobody a mailbox they may not use. */
export const Team = exactly({
  id: Id,
  name: Type.String(),
  memberIds: Type.Array(Id),
  mailboxIds: Type.Array(Id),
  /** The team has no tickets and gets none; its name is for what is told of it. */
  isRemoved: Type.Boolean(),
})
export type Team = Static<typeof Team>

const content = {
  name: lineName(60),
  memberIds: Type.Array(Id, { maxItems: 1000 }),
  mailboxIds: Type.Array(Id, { maxItems: 1000 }),
}

export const listTeams = defineRoute({
  method: 'GET',
  path: '/teams',
  access: 'agent',
  summary: 'All teams by name, removed ones too',
  reply: exactly({ data: Type.Array(Team) }),
})

export const createTeam = defineRoute({
  method: 'POST',
  path: '/teams',
  access: 'admin',
  summary: 'Make a team; 409 `team-name-taken`',
  body: exactly(content),
  reply: Team,
})

export const updateTeam = defineRoute({
  method: 'PATCH',
  path: '/teams/:id',
  access: 'admin',
  summary:
    'Change name, members or mailboxes of a team; it loses its tickets in mailboxes that are taken away',
  params: IdParams,
  body: exactly({
    name: Type.Optional(content.name),
    memberIds: Type.Optional(content.memberIds),
    mailboxIds: Type.Optional(content.mailboxIds),
  }),
  reply: Team,
})

export const removeTeam = defineRoute({
  method: 'DELETE',
  path: '/teams/:id',
  access: 'admin',
  summary:
    'Remove a team: its tickets keep their agents, those that nobody has are unassigned. Answers with how many waited or were open',
  params: IdParams,
  reply: exactly({ releasedTickets: Type.Integer() }),
})
