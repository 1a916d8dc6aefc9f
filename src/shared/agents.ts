import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { EmailAddress, exactly, Id, IdParams, LanguageWord, oneOf } from './schemas.ts'
import { AGENT_STATES, ROLES } from './vocabulary.ts'

/** One agent, as colleagues see them. */
export const Agent = exactly({
  id: Id,
  email: Type.String(),
  name: Type.String(),
  role: oneOf(ROLES),
  state: oneOf(AGENT_STATES),
  language: LanguageWord,
  timeZone: Type.String(),
  mailboxIds: Type.Array(Id),
})
export type Agent = Static<typeof Agent>

/** An invitation just made: the link is shown once. `mailed` tells whether it also went out by mail. */
export const Invitation = exactly({ agent: Agent, link: Type.String(), mailed: Type.Boolean() })
export type Invitation = Static<typeof Invitation>

/** An agent as they are now, and how many tickets they lost by that. */
const WithReleased = exactly({ agent: Agent, unassignedTickets: Type.Integer() })

export const listAgents = defineRoute({
  method: 'GET',
  path: '/agents',
  access: 'agent',
  summary: 'All agents by name; agents who are not admins see active ones only',
  reply: exactly({ data: Type.Array(Agent) }),
})

export const inviteAgent = defineRoute({
  method: 'POST',
  path: '/agents',
  access: 'admin',
  summary: 'Invite an agent; the link works once, for 72 hours',
  body: exactly({
    email: EmailAddress,
    name: Type.String({ minLength: 1, maxLength: 100 }),
    role: oneOf(ROLES),
    language: LanguageWord,
    mailboxIds: Type.Array(Id, { maxItems: 1000 }),
    sendMail: Type.Optional(Type.Boolean({ default: true })),
  }),
  reply: Invitation,
})

export const renewInvitation = defineRoute({
  method: 'POST',
  path: '/agents/:id/invitation',
  access: 'admin',
  summary: 'Make a new invitation link; the old one stops working',
  params: IdParams,
  reply: Invitation,
})

export const updateAgent = defineRoute({
  method: 'PATCH',
  path: '/agents/:id',
  access: 'admin',
  summary:
    'Change name, role or mailboxes of an agent; their open tickets of mailboxes they may no longer use go to Unassigned',
  params: IdParams,
  body: exactly({
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    role: Type.Optional(oneOf(ROLES)),
    mailboxIds: Type.Optional(Type.Array(Id, { maxItems: 1000 })),
  }),
  reply: WithReleased,
})

export const deactivateAgent = defineRoute({
  method: 'POST',
  path: '/agents/:id/deactivation',
  access: 'admin',
  summary: 'Deactivate an agent: sessions end, their open tickets go to Unassigned',
  params: IdParams,
  reply: WithReleased,
})

export const reactivateAgent = defineRoute({
  method: 'DELETE',
  path: '/agents/:id/deactivation',
  access: 'admin',
  summary: 'Let a deactivated agent sign in again',
  params: IdParams,
  reply: Agent,
})
