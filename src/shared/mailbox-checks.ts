import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { MailProvider } from './mail-provider.ts'
import { CHECK_STEPS, SERVERS_FOUND_BY } from './mailbox-words.ts'
import { Connection, ServerAddress } from './mailboxes.ts'
import { EmailAddress, exactly, IdParams, Instant, nullable, oneOf } from './schemas.ts'

/** What is known of an address before a password is asked for. */
export const MailboxDiscovery = exactly({
  provider: nullable(MailProvider),
  /** What the domain calls its provider, where we do not know it. */
  providerName: nullable(Type.String()),
  foundBy: nullable(oneOf(SERVERS_FOUND_BY)),
  mxHost: nullable(Type.String()),
  /** In the order in which they are tried; empty: nothing was found. */
  imap: Type.Array(ServerAddress),
  smtp: Type.Array(ServerAddress),
  username: nullable(Type.String()),
  /** The servers lie outside of the domain and nobody vouches for them: a person has to look at them first. */
  needsConsent: Type.Boolean(),
  /** An address that was probably meant. */
  didYouMean: nullable(Type.String()),
})
export type MailboxDiscovery = Static<typeof MailboxDiscovery>

/** What a server shows to prove who it is. */
export const ServerCertificate = exactly({
  names: Type.Array(Type.String()),
  issuer: Type.String(),
  validFrom: Instant,
  validUntil: Instant,
  sha256: Type.String(),
  pem: Type.String(),
})
export type ServerCertificate = Static<typeof ServerCertificate>

/** What a step learned; each only where it was. */
export type CheckFacts = Static<typeof CheckFacts>
const CheckFacts = exactly({
  server: Type.Optional(ServerAddress),
  /** The server is another door of the same host than the one that was asked for. */
  switched: Type.Optional(Type.Boolean()),
  tlsVersion: Type.Optional(Type.String()),
  certificate: Type.Optional(ServerCertificate),
  didYouMean: Type.Optional(Type.String()),
  mails: Type.Optional(Type.Integer()),
  /** The folder that has most where INBOX is empty. */
  fullest: Type.Optional(exactly({ path: Type.String(), mails: Type.Integer() })),
  /** The folders that may be watched, INBOX and Sent first; `recent`: how many mails would come in of so many days. */
  folders: Type.Optional(
    Type.Array(
      exactly({
        path: Type.String(),
        role: oneOf(['inbox', 'sent', 'junk', 'archive', 'other', 'all'] as const),
        mails: nullable(Type.Integer()),
        recent: Type.Optional(Type.Array(exactly({ days: Type.Integer(), mails: Type.Integer() }))),
      }),
    ),
  ),
  /** The newest subjects of INBOX, newest first. */
  newest: Type.Optional(Type.Array(Type.String())),
  arrivedIn: Type.Optional(oneOf(['inbox', 'junk'] as const)),
  keepsMessageId: Type.Optional(Type.Boolean()),
  keepsDate: Type.Optional(Type.Boolean()),
  filesSent: Type.Optional(Type.Boolean()),
})

/** One line of the check list. `code` names the cause when it failed, or what is odd about it when it did not. */
export const CheckStep = exactly({
  step: oneOf(CHECK_STEPS),
  ok: Type.Boolean(),
  code: nullable(Type.String()),
  detail: nullable(Type.String()),
  tookMs: Type.Integer(),
  facts: nullable(CheckFacts),
})
export type CheckStep = Static<typeof CheckStep>

export const CheckResult = exactly({
  ok: Type.Boolean(),
  imap: nullable(ServerAddress),
  smtp: nullable(ServerAddress),
  username: nullable(Type.String()),
  provider: nullable(MailProvider),
  steps: Type.Array(CheckStep),
})
export type CheckResult = Static<typeof CheckResult>

export const discoverMailbox = defineRoute({
  method: 'POST',
  path: '/mailbox-discoveries',
  access: 'admin',
  summary:
    'Who provides an address, how one signs in there and its servers, within 4 seconds; stores nothing',
  body: exactly({ address: EmailAddress }),
  reply: MailboxDiscovery,
})

export const checkMailbox = defineRoute({
  method: 'POST',
  path: '/mailbox-checks',
  access: 'admin',
  summary: 'Find the servers where none are given, and try to sign in to both; stores nothing',
  body: exactly(Connection),
  reply: CheckResult,
})

/** Subject and text of a test mail, in the language of whoever asks for it. */
const TestMail = exactly({
  subject: Type.String({ minLength: 1, maxLength: 200 }),
  text: Type.String({ minLength: 1, maxLength: 2000 }),
})

export const watchMailboxCheck = defineRoute({
  method: 'POST',
  path: '/mailbox-checks/live',
  access: 'admin',
  summary:
    'The same as server-sent events: `begin` with the name of a step, `step` as it is done, `done` with the whole result. With words it also sends the mailbox one test mail, sees it arrive and removes it',
  body: exactly({ ...Connection, testMail: Type.Optional(TestMail) }),
  reply: 'events',
})

export const watchConnectedCheck = defineRoute({
  method: 'POST',
  path: '/mailboxes/:id/checks/live',
  access: 'admin',
  summary:
    'The same of a connected mailbox, by what it signs in with; what the test mail tells of its servers is kept',
  params: IdParams,
  body: exactly({ testMail: TestMail }),
  reply: 'events',
})
