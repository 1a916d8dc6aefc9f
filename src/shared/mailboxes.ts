import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { MailProvider } from './mail-provider.ts'
import { MAILBOX_KINDS } from './mailbox-words.ts'
import { EmailAddress, exactly, Id, IdParams, Instant, nullable, oneOf, page, pageQuery } from './schemas.ts'
import { MAIL_OUTCOMES, MAILBOX_STATES } from './vocabulary.ts'

const HostName = Type.String({ minLength: 1, maxLength: 253, pattern: '^[\\p{L}\\p{N}_.-]+$' })

/** One mail server as an admin types it. */
export const ServerAddress = exactly({
  host: Type.String({ minLength: 1, maxLength: 253 }),
  port: Type.Integer({ minimum: 1, maximum: 65535 }),
  security: oneOf(['tls', 'starttls'] as const),
  /** PEM of the one certificate to accept there, whoever issued it. */
  certificate: Type.Optional(Type.String({ minLength: 1, maxLength: 20_000 })),
})
export type ServerAddress = Static<typeof ServerAddress>

/** What is wrong with a mailbox: a stable code the web app words, and the server's own words. */
export const MailboxProblem = exactly({
  code: Type.String(),
  detail: nullable(Type.String()),
  since: Instant,
})

/** What is done on the server with new mail once it is filed; neither: it stays as it was. */
const AfterFiling = exactly({
  marksRead: Type.Boolean(),
  /** The folder it is moved to. */
  movesTo: nullable(Type.String({ minLength: 1, maxLength: 1000 })),
})

export const Mailbox = exactly({
  id: Id,
  kind: oneOf(MAILBOX_KINDS),
  name: Type.String(),
  address: Type.String(),
  aliases: Type.Array(Type.String()),
  colour: Type.Integer(),
  state: oneOf(MAILBOX_STATES),
  problem: nullable(MailboxProblem),
})
export type Mailbox = Static<typeof Mailbox>

/** An alias with what it has of its own: without a name it writes under the mailbox's, without a signature with its. */
export const AliasDetails = exactly({
  address: EmailAddress,
  name: nullable(Type.String({ minLength: 1, maxLength: 100 })),
  signature: Type.String({ maxLength: 10_000 }),
})
export type AliasDetails = Static<typeof AliasDetails>

const DayHours = exactly({
  from: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }),
  to: Type.String({ pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$' }),
})

/** When a mailbox is answered. `week` begins on Monday, null is a day off. */
export const OpeningHours = exactly({
  timeZone: Type.String({ minLength: 1, maxLength: 64 }),
  week: Type.Array(nullable(DayHours), { minItems: 7, maxItems: 7 }),
  holidays: Type.Array(Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' }), {
    maxItems: 200,
  }),
  /** Within how many open hours an answer is promised; null promises none. */
  answerWithinHours: nullable(Type.Integer({ minimum: 1, maximum: 500 })),
})
export type OpeningHours = Static<typeof OpeningHours>

/** What admins see of a mailbox on top: servers, settings and how it is doing. Never the password. */
export const MailboxSettings = exactly({
  ...Mailbox.properties,
  imap: nullable(ServerAddress),
  smtp: nullable(ServerAddress),
  /** Whose servers these are, with the pages that help where it keeps us out; null where we do not know it. */
  provider: nullable(MailProvider),
  /** Whether its servers leave Message-ID and Date of our mail as they are; null: nobody has looked. */
  keepsMessageId: nullable(Type.Boolean()),
  keepsDate: nullable(Type.Boolean()),
  username: nullable(Type.String()),
  signature: Type.String(),
  acknowledges: Type.Boolean(),
  aliasDetails: Type.Array(AliasDetails),
  openingHours: nullable(OpeningHours),
  /** The team whose its new tickets are; the mail of before it was connected and spam are nobody's. */
  defaultTeamId: nullable(Id),
  sentCopy: oneOf(['append', 'by_server', 'none'] as const),
  uncertainRule: oneOf(['ask', 'repeat_once'] as const),
  /** Whose Authentication-Results count: the name by which the mailbox's receiving server signs them. */
  authservId: nullable(Type.String()),
  /** What `authservId` seems to be, by the newest mails; null where it is set or they do not tell. */
  seenAuthservId: nullable(Type.String()),
  /** Domains of forwarders whose ARC seal counts. */
  trustedSealers: Type.Array(Type.String()),
  afterFiling: AfterFiling,
  fetchedAt: nullable(Instant),
  fetchMode: nullable(oneOf(['idle', 'poll'] as const)),
  sentAt: nullable(Instant),
  /** By which app it signs in, and who consented to it there; null where it has a password. */
  signInApp: nullable(exactly({ id: Id, name: Type.String(), grantedTo: nullable(Type.String()) })),
})
export type MailboxSettings = Static<typeof MailboxSettings>

/** What signing in to a mailbox takes. */
export const Connection = {
  address: EmailAddress,
  password: Type.String({ minLength: 1, maxLength: 1000 }),
  username: Type.Optional(Type.String({ minLength: 1, maxLength: 320 })),
  imap: Type.Optional(ServerAddress),
  smtp: Type.Optional(ServerAddress),
}

/** The mail further back than what becomes open tickets, as closed history: of how many days. */
const historyDays = Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 }))

/** Which mail that is there already comes in: none, or that of the last days; what lies before it may be history. */
export const MailboxStart = Type.Union([
  exactly({ rule: Type.Literal('now'), historyDays }),
  exactly({ rule: Type.Literal('days'), days: Type.Integer({ minimum: 1, maximum: 3650 }), historyDays }),
])
export type MailboxStart = Static<typeof MailboxStart>

export const listMailboxes = defineRoute({
  method: 'GET',
  path: '/mailboxes',
  access: 'agent',
  summary: 'The mailboxes this agent may use',
  reply: exactly({ data: Type.Array(Mailbox) }),
})

export const connectMailbox = defineRoute({
  method: 'POST',
  path: '/mailboxes',
  access: 'admin',
  summary:
    'Check and connect a mailbox; old mail is left alone (now), or the last days come in as tickets and what lies before as closed history',
  body: exactly({
    ...Connection,
    name: Type.String({ minLength: 1, maxLength: 100 }),
    start: MailboxStart,
    /** The folders to watch, and whose old mail comes in; without them INBOX and Sent. */
    folders: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), { maxItems: 200 })),
    /** What a check with a test mail found out just now. */
    learned: Type.Optional(
      exactly({
        keepsMessageId: Type.Optional(Type.Boolean()),
        keepsDate: Type.Optional(Type.Boolean()),
        filesSent: Type.Optional(Type.Boolean()),
      }),
    ),
  }),
  reply: MailboxSettings,
})

export const connectIntakeMailbox = defineRoute({
  method: 'POST',
  path: '/intake-mailboxes',
  access: 'admin',
  summary:
    'Connect a mailbox whose mail an own mail server hands in (LMTP or SMTP) in place of IMAP; its SMTP server is checked first. Without a password that server lets us send as we are',
  body: exactly({
    address: EmailAddress,
    name: Type.String({ minLength: 1, maxLength: 100 }),
    smtp: ServerAddress,
    username: Type.Optional(Type.String({ minLength: 1, maxLength: 320 })),
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  }),
  reply: MailboxSettings,
})

export const getMailIntake = defineRoute({
  method: 'GET',
  path: '/mail-intake',
  access: 'admin',
  summary: 'The doors that are open for mail that is handed in, as the setting MAIL_INTAKE names them',
  reply: exactly({ doors: Type.Array(Type.String()) }),
})

export const getMailbox = defineRoute({
  method: 'GET',
  path: '/mailboxes/:id',
  access: 'admin',
  summary: 'Settings and state of one mailbox',
  params: IdParams,
  reply: MailboxSettings,
})

export const updateMailbox = defineRoute({
  method: 'PATCH',
  path: '/mailboxes/:id',
  access: 'admin',
  summary: 'Change settings of a mailbox; a new password or server is checked before it is stored',
  params: IdParams,
  body: exactly({
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    aliases: Type.Optional(Type.Array(EmailAddress, { maxItems: 100 })),
    /** All aliases, in place of `aliases`. */
    aliasDetails: Type.Optional(Type.Array(AliasDetails, { maxItems: 100 })),
    openingHours: Type.Optional(nullable(OpeningHours)),
    /** A team that works in it. */
    defaultTeamId: Type.Optional(nullable(Id)),
    colour: Type.Optional(Type.Integer({ minimum: 1, maximum: 6 })),
    signature: Type.Optional(Type.String({ maxLength: 10_000 })),
    acknowledges: Type.Optional(Type.Boolean()),
    sentCopy: Type.Optional(oneOf(['append', 'by_server', 'none'] as const)),
    uncertainRule: Type.Optional(oneOf(['ask', 'repeat_once'] as const)),
    authservId: Type.Optional(nullable(HostName)),
    trustedSealers: Type.Optional(Type.Array(HostName, { maxItems: 20 })),
    username: Type.Optional(Type.String({ minLength: 1, maxLength: 320 })),
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
    imap: Type.Optional(ServerAddress),
    smtp: Type.Optional(ServerAddress),
  }),
  reply: MailboxSettings,
})

/**
 * A folder of the mail server. `mails` is null where it was not counted, `goneSince` is set where it cannot be read,
 * `goneDetail` where the server said why.
 */
export const MailFolder = exactly({
  path: Type.String(),
  role: oneOf(['inbox', 'sent', 'junk', 'archive', 'other', 'all'] as const),
  isWatched: Type.Boolean(),
  mails: nullable(Type.Integer()),
  goneSince: nullable(Instant),
  goneDetail: nullable(Type.String()),
})
export type MailFolder = Static<typeof MailFolder>

const MailFolders = exactly({
  data: Type.Array(MailFolder),
  /** Where filed mail may be moved to, an archive first; null: the server cannot move one mail alone. */
  moveTargets: nullable(
    Type.Array(exactly({ path: Type.String(), role: oneOf(['archive', 'all', 'other'] as const) })),
  ),
})
export type MailFolders = Static<typeof MailFolders>

export const listMailFolders = defineRoute({
  method: 'GET',
  path: '/mailboxes/:id/folders',
  access: 'admin',
  summary:
    'The folders its server has now and whether each is watched; never Drafts and Trash, and All Mail on Gmail alone',
  params: IdParams,
  reply: MailFolders,
})

export const chooseMailFolders = defineRoute({
  method: 'PUT',
  path: '/mailboxes/:id/folders',
  access: 'admin',
  summary:
    'Watch these folders and no others. Mail of Junk opens tickets in Spam, mail of Sent none; All Mail goes with Junk only',
  params: IdParams,
  body: exactly({
    paths: Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), { maxItems: 200 }),
    /** Of those that begin now the old mail comes in too, as it was chosen when the mailbox was connected. */
    withOldMail: Type.Optional(Type.Boolean()),
  }),
  reply: MailFolders,
})

export const setAfterFiling = defineRoute({
  method: 'PUT',
  path: '/mailboxes/:id/after-filing',
  access: 'admin',
  summary:
    'Mark as read or move on its server what comes from now on, once it is filed; by itself mail stays as it was',
  params: IdParams,
  body: AfterFiling,
  reply: MailboxSettings,
})

export const pauseMailbox = defineRoute({
  method: 'POST',
  path: '/mailboxes/:id/pause',
  access: 'admin',
  summary: 'Stop fetching and sending; nothing is lost, it goes on where it stopped',
  params: IdParams,
  reply: MailboxSettings,
})

export const resumeMailbox = defineRoute({
  method: 'DELETE',
  path: '/mailboxes/:id/pause',
  access: 'admin',
  summary: 'Go on fetching and sending, also after a wrong password was mended',
  params: IdParams,
  reply: MailboxSettings,
})

/** What a mailbox answered by itself within 24 hours, and what its limits held back. */
export const AutomaticMail = exactly({
  /** While it answers nobody, because too many new tickets asked at once; it ends by itself. */
  heldUntil: nullable(Instant),
  sent: Type.Integer(),
  held: Type.Array(exactly({ by: oneOf(['address', 'domain', 'breaker'] as const), count: Type.Integer() })),
  /** Addresses whose mail asked for more than three answers: most likely machines that answer ours. */
  insistent: Type.Array(
    exactly({
      address: Type.String(),
      wishes: Type.Integer(),
      lastAt: Instant,
      ticketNumber: Type.Integer(),
    }),
  ),
})
export type AutomaticMail = Static<typeof AutomaticMail>

export const getAutomaticMail = defineRoute({
  method: 'GET',
  path: '/mailboxes/:id/automatic-mail',
  access: 'admin',
  summary: 'What a mailbox answered by itself within 24 hours, and what its limits held back',
  params: IdParams,
  reply: AutomaticMail,
})

/** How the ledger of one mailbox stands: ranges + rows = every UID the server showed. */
export const Ledger = exactly({
  mailboxId: Id,
  folders: Type.Array(
    exactly({
      path: Type.String(),
      uidValidity: nullable(Type.Integer()),
      cursorUid: Type.Integer(),
      belowUid: Type.Integer(),
      mailsBelow: Type.Integer(),
    }),
  ),
  outcomes: Type.Array(exactly({ outcome: oneOf(MAIL_OUTCOMES), count: Type.Integer() })),
})
export type Ledger = Static<typeof Ledger>

export const getLedger = defineRoute({
  method: 'GET',
  path: '/mailboxes/:id/ledger',
  access: 'admin',
  summary: 'The ledger of a mailbox in numbers',
  params: IdParams,
  reply: Ledger,
})

export const LedgerRow = exactly({
  id: Id,
  mailboxId: Id,
  folder: Type.String(),
  uidValidity: Type.Integer(),
  uid: Type.Integer(),
  outcome: oneOf(MAIL_OUTCOMES),
  reason: nullable(Type.String()),
  receivedAt: Instant,
  sizeBytes: nullable(Type.Integer()),
  sha256: nullable(Type.String()),
  messageId: nullable(Id),
  ticketNumber: nullable(Type.Integer()),
  attempts: Type.Integer(),
})
export type LedgerRow = Static<typeof LedgerRow>

export const listLedgerRows = defineRoute({
  method: 'GET',
  path: '/ledger-rows',
  access: 'admin',
  summary: 'Ledger rows of a mailbox, oldest first, optionally of one outcome; `sha256` is of the raw bytes',
  query: exactly({ mailboxId: Id, outcome: Type.Optional(oneOf(MAIL_OUTCOMES)), ...pageQuery }),
  reply: page(LedgerRow),
})

export const listQuarantine = defineRoute({
  method: 'GET',
  path: '/quarantine',
  access: 'admin',
  summary: 'Mail that could not be filed, newest first, over all mailboxes, with its reason',
  query: exactly(pageQuery),
  reply: page(LedgerRow),
})

export const retryQuarantined = defineRoute({
  method: 'POST',
  path: '/quarantine/:id/retry',
  access: 'admin',
  summary: 'File a quarantined mail again',
  params: IdParams,
  reply: LedgerRow,
})

export const downloadQuarantined = defineRoute({
  method: 'GET',
  path: '/quarantine/:id/raw',
  access: 'admin',
  summary: 'The raw bytes of a mail that could not be filed',
  params: IdParams,
  reply: 'bytes',
})
