import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { EmailAddress, exactly, Id, IdParams, Instant, LanguageWord, nullable, oneOf } from './schemas.ts'
import { SHORTCUT_PRESETS, SHORTCUT_SCOPES } from './shortcuts.ts'
import { ROLES } from './vocabulary.ts'

const Password = Type.String({ minLength: 10, maxLength: 200 })
const AgentName = Type.String({ minLength: 1, maxLength: 100 })
const TimeZone = Type.String({ minLength: 1, maxLength: 64 })
/** How long a reply can be taken back. */
const UndoSeconds = Type.Integer({ minimum: 0, maximum: 30 })
const LinkToken = Type.String({ minLength: 20, maxLength: 200 })

/** The keys an agent chose, where they differ from a preset (shortcuts.ts). */
const Shortcuts = exactly({
  preset: oneOf(SHORTCUT_PRESETS),
  scope: oneOf(SHORTCUT_SCOPES),
  own: Type.Array(
    exactly({
      command: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
      keys: Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: 4 }),
    }),
    { maxItems: 200 },
  ),
})

/** The signed-in agent, with the token every state-changing request carries in `x-csrf-token`. */
export const Me = exactly({
  id: Id,
  email: Type.String(),
  name: Type.String(),
  role: oneOf(ROLES),
  language: LanguageWord,
  timeZone: Type.String(),
  undoSeconds: UndoSeconds,
  /** Above that of the mailbox, below each of their replies. */
  signature: Type.String(),
  shortcuts: Shortcuts,
  csrfToken: Type.String(),
  mailboxIds: Type.Array(Id),
  /** Where the live feed was when this was asked: what is read after it and followed `since` it misses nothing. */
  liveFrom: Type.String(),
})
export type Me = Static<typeof Me>

export const getSetup = defineRoute({
  method: 'GET',
  path: '/setup',
  access: 'anyone',
  summary:
    'What a page begins with: who is signed in, or nobody; whether the first owner is still to be created, and whether that needs the link from the log',
  reply: exactly({ me: nullable(Me), needsOwner: Type.Boolean(), needsLink: Type.Boolean() }),
})

export const createOwner = defineRoute({
  method: 'POST',
  path: '/setup',
  access: 'anyone',
  summary:
    'Create the first owner and sign in; from another machine than localhost only with the link printed in the log',
  body: exactly({
    name: AgentName,
    email: EmailAddress,
    password: Password,
    language: LanguageWord,
    timeZone: TimeZone,
    token: Type.Optional(LinkToken),
  }),
  reply: Me,
})

export const signIn = defineRoute({
  method: 'POST',
  path: '/session',
  access: 'anyone',
  summary: 'Sign in with address and password',
  body: exactly({ email: EmailAddress, password: Type.String({ minLength: 1, maxLength: 200 }) }),
  reply: Me,
})

export const getMe = defineRoute({
  method: 'GET',
  path: '/session',
  access: 'agent',
  summary: 'The signed-in agent',
  reply: Me,
})

export const signOut = defineRoute({
  method: 'DELETE',
  path: '/session',
  access: 'agent',
  summary: 'End this session',
  reply: 'nothing',
})

export const updateMe = defineRoute({
  method: 'PATCH',
  path: '/me',
  access: 'agent',
  summary:
    'Change own name, language, time zone, undo window, signature or keys; 422 `bad-shortcut` for keys that cannot be given',
  body: exactly({
    name: Type.Optional(AgentName),
    language: Type.Optional(LanguageWord),
    timeZone: Type.Optional(TimeZone),
    undoSeconds: Type.Optional(UndoSeconds),
    signature: Type.Optional(Type.String({ maxLength: 10_000 })),
    shortcuts: Type.Optional(Shortcuts),
  }),
  reply: Me,
})

export const changePassword = defineRoute({
  method: 'POST',
  path: '/me/password',
  access: 'agent',
  summary: 'Change own password; ends every other session',
  body: exactly({ current: Type.String({ minLength: 1, maxLength: 200 }), next: Password }),
  reply: 'nothing',
})

export const Session = exactly({
  id: Id,
  isCurrent: Type.Boolean(),
  userAgent: Type.String(),
  address: Type.String(),
  createdAt: Instant,
  seenAt: Instant,
})
export type Session = Static<typeof Session>

export const listSessions = defineRoute({
  method: 'GET',
  path: '/sessions',
  access: 'agent',
  summary: 'Own sessions, newest first',
  reply: exactly({ data: Type.Array(Session) }),
})

export const endSession = defineRoute({
  method: 'DELETE',
  path: '/sessions/:id',
  access: 'agent',
  summary: 'End one of the own sessions',
  params: IdParams,
  reply: 'nothing',
})

export const requestPasswordReset = defineRoute({
  method: 'POST',
  path: '/password-resets',
  access: 'anyone',
  summary: 'Mail a reset link to the stored address; answers the same whether it is known or not',
  body: exactly({ email: EmailAddress }),
  reply: 'nothing',
})

export const LinkPurpose = oneOf(['invitation', 'password-reset'] as const)

export const getLink = defineRoute({
  method: 'GET',
  path: '/links/:token',
  access: 'anyone',
  summary: 'What a one-time link is for; does not use it up',
  params: exactly({ token: LinkToken }),
  reply: exactly({ purpose: LinkPurpose, email: Type.String(), name: Type.String(), expiresAt: Instant }),
})

export const useLink = defineRoute({
  method: 'POST',
  path: '/links/:token',
  access: 'anyone',
  summary:
    'Use a one-time link: set the password, and on an invitation the name, language and time zone; signs in',
  params: exactly({ token: LinkToken }),
  body: exactly({
    password: Password,
    name: Type.Optional(AgentName),
    language: Type.Optional(LanguageWord),
    timeZone: Type.Optional(TimeZone),
  }),
  reply: Me,
})
