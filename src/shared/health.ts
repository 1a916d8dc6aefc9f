import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import {
  ALERT_TROUBLES,
  DISK_STATES,
  DOMAIN_RECORDS,
  RECORD_NOTES,
  RECORD_STATES,
  TROUBLES,
} from './health-words.ts'
import { MAILBOX_KINDS } from './mailbox-words.ts'
import { exactly, Id, IdParams, Instant, nullable, oneOf } from './schemas.ts'
import { MAILBOX_STATES } from './vocabulary.ts'

/** How one mailbox is doing. Counts are of now; `troubles`: what is wrong, the worst first. */
export const MailboxHealth = exactly({
  id: Id,
  kind: oneOf(MAILBOX_KINDS),
  name: Type.String(),
  address: Type.String(),
  colour: Type.Integer(),
  state: oneOf(MAILBOX_STATES),
  troubles: Type.Array(
    exactly({
      trouble: oneOf(TROUBLES),
      /** The fault behind it, as `problem.code` of a mailbox, with the server's words. */
      code: nullable(Type.String()),
      detail: nullable(Type.String()),
      since: Instant,
    }),
  ),
  fetchedAt: nullable(Instant),
  fetchMode: nullable(oneOf(['idle', 'poll'] as const)),
  /** Whether a node watches it now. */
  isWatched: Type.Boolean(),
  sentAt: nullable(Instant),
  /** Fetched mail that is not a ticket yet. */
  unfiled: exactly({ count: Type.Integer(), since: nullable(Instant) }),
  quarantined: Type.Integer(),
  /** Mail that should have left by now, and since when the first of it should; `failed` waits for somebody. */
  outbox: exactly({
    waiting: Type.Integer(),
    since: nullable(Instant),
    uncertain: Type.Integer(),
    failed: Type.Integer(),
  }),
  /** How many mails the server counts in the watched folders, and how many of them the ledger lacks. */
  balance: nullable(
    exactly({
      serverCount: Type.Integer(),
      missingCount: Type.Integer(),
      comparedAt: Instant,
      /** In which folders, most first. */
      missingIn: Type.Array(exactly({ path: Type.String(), count: Type.Integer() })),
    }),
  ),
  /** The watched folders that cannot be read: why, as `problem.code`, with the server's words. The others are watched as ever. */
  unreadFolders: Type.Array(
    exactly({ path: Type.String(), code: Type.String(), detail: nullable(Type.String()), since: Instant }),
  ),
  quota: nullable(exactly({ usedBytes: Type.Integer(), limitBytes: Type.Integer() })),
  /**
   * The hourly mail to itself: when the last one was back, where and how long it took, and how many in a row were not;
   * null: off.
   */
  canary: nullable(
    exactly({
      arrivedAt: nullable(Instant),
      arrivedIn: nullable(oneOf(['inbox', 'junk'] as const)),
      roundTripMs: nullable(Type.Integer()),
      lostCount: Type.Integer(),
    }),
  ),
  /** Why filed mail is not marked as read or moved on its server as an admin wished; a code as of `problem`. */
  afterFiling: nullable(exactly({ code: Type.String(), detail: nullable(Type.String()) })),
  /** The app it signs in by; null where it has a password. */
  signInApp: nullable(exactly({ id: Id, name: Type.String() })),
})
export type MailboxHealth = Static<typeof MailboxHealth>

/** What stops working on a known day; `id` is of the app or of the mailbox. */
export const Expiry = exactly({
  kind: oneOf(['app-secret', 'mailbox-grant', 'imap-certificate', 'smtp-certificate'] as const),
  name: Type.String(),
  id: Id,
  endsAt: Instant,
})
export type Expiry = Static<typeof Expiry>

/** How one record of a domain stands, what DNS has there, and what exactly to enter. */
export const DomainRecord = exactly({
  kind: oneOf(DOMAIN_RECORDS),
  state: oneOf(RECORD_STATES),
  note: nullable(oneOf(RECORD_NOTES)),
  found: Type.Array(Type.String()),
  /** `value` null: only the provider's own page tells it. */
  add: nullable(
    exactly({
      name: Type.String(),
      type: oneOf(['TXT', 'CNAME', 'MX'] as const),
      value: nullable(Type.String()),
    }),
  ),
})
export type DomainRecord = Static<typeof DomainRecord>

/** A domain that mail is written from. `isOurs` false: it is a provider's, where nobody can enter anything. */
export const SendingDomain = exactly({
  domain: Type.String(),
  mailboxIds: Type.Array(Id),
  isOurs: Type.Boolean(),
  /** null: not looked up yet, or DNS did not answer. */
  checkedAt: nullable(Instant),
  records: nullable(Type.Array(DomainRecord)),
})
export type SendingDomain = Static<typeof SendingDomain>

/** Something admins were told of that is not over. `endsAt`: of what ends on a known day. */
export const Alert = exactly({
  id: Id,
  trouble: oneOf(ALERT_TROUBLES),
  mailboxId: nullable(Id),
  /** Of the mailbox, the app, or the disk. */
  name: Type.String(),
  beganAt: Instant,
  endsAt: nullable(Instant),
})
export type Alert = Static<typeof Alert>

export const Health = exactly({
  alerts: Type.Array(Alert),
  /** The disk as it is now: a full one takes no alert any more. */
  disk: oneOf(DISK_STATES),
  /** When the background work last looked; null: never. */
  lookedAt: nullable(Instant),
  /** The host alerts are posted to, beside the mails to admins. */
  webhookHost: nullable(Type.String()),
  mailboxes: Type.Array(MailboxHealth),
  expiries: Type.Array(Expiry),
  domains: Type.Array(SendingDomain),
})
export type Health = Static<typeof Health>

export const getHealth = defineRoute({
  method: 'GET',
  path: '/health',
  access: 'admin',
  summary: 'How every mailbox is doing, and what stops working on a known day',
  reply: Health,
})

export const listAlerts = defineRoute({
  method: 'GET',
  path: '/health/alerts',
  access: 'admin',
  summary: 'What is wrong and was told to admins, the oldest first',
  reply: exactly({ data: Type.Array(Alert) }),
})

export const setAlertWebhook = defineRoute({
  method: 'PUT',
  path: '/health/webhook',
  access: 'admin',
  summary:
    'Post alerts to an https address too, as JSON with a `text`; it has to take a test first. null: no more',
  body: exactly({ url: nullable(Type.String({ minLength: 1, maxLength: 2000 })) }),
  reply: exactly({ webhookHost: nullable(Type.String()) }),
})

export const checkDomainRecords = defineRoute({
  method: 'POST',
  path: '/health/domains/:domain/check',
  access: 'admin',
  summary: 'Look up MX, SPF, DKIM and DMARC of a domain that mail is written from, now',
  params: exactly({ domain: Type.String({ minLength: 1, maxLength: 253 }) }),
  reply: SendingDomain,
})

export const setCanary = defineRoute({
  method: 'PUT',
  path: '/health/mailboxes/:id/canary',
  access: 'admin',
  summary: 'Let a mailbox send itself a small mail each hour, which is removed as it comes back, or no more',
  params: IdParams,
  body: exactly({ isOn: Type.Boolean() }),
  reply: 'nothing',
})
