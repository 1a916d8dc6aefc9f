import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { MailboxSettings, MailboxStart, ServerAddress } from './mailboxes.ts'
import { EmailAddress, exactly, Id, IdParams, lineName, nullable, oneOf } from './schemas.ts'
import { SIGN_IN_KINDS } from './vocabulary.ts'

/** An app registered at a provider, by which mailboxes sign in there (OAuth). Never its secret. */
export const SignInApp = exactly({
  id: Id,
  kind: oneOf(SIGN_IN_KINDS),
  name: Type.String(),
  issuer: Type.String(),
  clientId: Type.String(),
  scopes: Type.String(),
  /** A day, `2027-05-31`; null where nobody said. */
  secretExpiresOn: nullable(Type.String()),
  /** How many mailboxes sign in by it. */
  mailboxes: Type.Integer(),
})
export type SignInApp = Static<typeof SignInApp>

const ClientPart = {
  clientId: Type.String({ minLength: 1, maxLength: 300 }),
  clientSecret: Type.String({ minLength: 1, maxLength: 1000 }),
}

/** What an admin pastes of an app; of a service account the JSON file of its key. */
export const TypedSignInApp = Type.Union([
  exactly({ kind: Type.Literal('google'), ...ClientPart }),
  exactly({
    kind: Type.Literal('microsoft'),
    /** The directory: its id or one of its domains. */
    tenant: Type.String({ minLength: 1, maxLength: 253 }),
    ...ClientPart,
    secretExpiresOn: Type.Optional(nullable(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }))),
  }),
  exactly({
    kind: Type.Literal('openid'),
    name: lineName(60),
    /** Below it lies `.well-known/openid-configuration`. */
    issuer: Type.String({ minLength: 1, maxLength: 500 }),
    ...ClientPart,
    /** What IMAP and SMTP need, separated by blanks. */
    scopes: Type.String({ minLength: 1, maxLength: 1000 }),
  }),
  exactly({
    kind: Type.Literal('google_delegation'),
    keyFile: Type.String({ minLength: 2, maxLength: 20_000 }),
  }),
])
export type TypedSignInApp = Static<typeof TypedSignInApp>

export const listSignInApps = defineRoute({
  method: 'GET',
  path: '/sign-in-apps',
  access: 'admin',
  summary: 'The apps by which mailboxes sign in at their providers, and where those send people back to',
  reply: exactly({
    /** To be entered at the provider, letter by letter. */
    redirectUri: Type.String(),
    /** Why no provider would send people back there. */
    redirectProblem: nullable(oneOf(['not-https', 'ip-address'] as const)),
    data: Type.Array(SignInApp),
  }),
})

export const saveSignInApp = defineRoute({
  method: 'PUT',
  path: '/sign-in-apps',
  access: 'admin',
  summary: 'Keep an app, in place of one of the same provider; it is tried at the provider first',
  body: TypedSignInApp,
  reply: SignInApp,
})

export const removeSignInApp = defineRoute({
  method: 'DELETE',
  path: '/sign-in-apps/:id',
  access: 'admin',
  summary: 'Remove an app no mailbox signs in by',
  params: IdParams,
  reply: 'nothing',
})

/** A mailbox that is connected (`mailboxId`), or a new one. */
const Granted = {
  appId: Id,
  mailboxId: Type.Optional(Id),
  address: Type.Optional(EmailAddress),
  name: Type.Optional(lineName(100)),
  start: Type.Optional(MailboxStart),
  /** Where they are not the provider's own, and not to be found. */
  imap: Type.Optional(ServerAddress),
  smtp: Type.Optional(ServerAddress),
  username: Type.Optional(Type.String({ minLength: 1, maxLength: 320 })),
}

export const startConsent = defineRoute({
  method: 'POST',
  path: '/mailbox-consents',
  access: 'admin',
  summary:
    'Begin a sign-in for a mailbox at its provider: the page to go to, with this session, within ten minutes',
  body: exactly({
    ...Granted,
    /** Somebody else signs in, who may open the mailbox: a shared mailbox of Microsoft 365. */
    isShared: Type.Boolean(),
  }),
  reply: exactly({ url: Type.String() }),
})

export const finishConsent = defineRoute({
  method: 'POST',
  path: '/mailbox-consents/answer',
  access: 'admin',
  summary:
    'End a sign-in with what the browser came back with: the mailbox is checked, then connected or reconnected',
  body: exactly({
    state: Type.String({ minLength: 1, maxLength: 200 }),
    code: Type.Optional(Type.String({ maxLength: 4000 })),
    iss: Type.Optional(Type.String({ maxLength: 500 })),
    error: Type.Optional(Type.String({ maxLength: 200 })),
    error_description: Type.Optional(Type.String({ maxLength: 4000 })),
  }),
  reply: exactly({
    ...MailboxSettings.properties,
    /** The mailbox was connected by this sign-in; else it was before. */
    isNew: Type.Boolean(),
  }),
})

export const connectDelegated = defineRoute({
  method: 'POST',
  path: '/delegated-mailboxes',
  access: 'admin',
  summary: 'Connect or reconnect a mailbox by a service account that may act for its whole domain',
  body: exactly(Granted),
  reply: MailboxSettings,
})
