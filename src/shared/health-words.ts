/** What can be wrong with a mailbox or the desk, the worst first. */
export const TROUBLES = [
  'sign-in',
  'fetching',
  'intake',
  'folder',
  'sending',
  'outbox-stuck',
  'ledger',
  'unfiled',
  'canary',
  'quota',
] as const
export type Trouble = (typeof TROUBLES)[number]

/** What admins are told of: a mailbox's troubles, a domain's records, what ends on a known day, and the disk. */
export const ALERT_TROUBLES = [...TROUBLES, 'domain', 'disk', 'expiry'] as const
export type AlertTrouble = (typeof ALERT_TROUBLES)[number]

/** How much room the disk of DATA_DIR has; `full`: nothing more can be stored. */
export const DISK_STATES = ['enough', 'tight', 'full'] as const

/** How many days ahead of an end admins are told; 0: it is here. */
export const EXPIRY_STAGES: readonly number[] = [0, 1, 3, 14]

/** Faults that do not pass by themselves: somebody has to sign in again, or let the desk in at the provider. */
export const SIGN_IN_FAULTS: readonly string[] = [
  'wrong-password',
  'app-password-required',
  'password-expired',
  'web-login-required',
  'imap-disabled',
  'smtp-auth-off',
  'account-blocked',
  'cannot-open-secret',
  'grant-ended',
  'token-refused',
  'no-token-sign-in',
  'no-refresh-token',
  'scope-missing',
  'app-secret-refused',
  'app-unknown',
  'app-not-permitted',
  'admin-approval-needed',
  'outside-organisation',
  'certificate-changed',
  'certificate-expired',
  'certificate-untrusted',
  'certificate-wrong-name',
]

/** What of a domain's records lets its mail come in, and be believed. */
export const DOMAIN_RECORDS = ['mx', 'spf', 'dkim', 'dmarc'] as const
export type DomainRecordKind = (typeof DOMAIN_RECORDS)[number]

/** How a record stands; `unknown`: it cannot be known from here. */
export const RECORD_STATES = ['right', 'missing', 'wrong', 'several', 'unknown'] as const
export type RecordState = (typeof RECORD_STATES)[number]

/** What there is to say beside the state. */
export const RECORD_NOTES = [
  'elsewhere',
  'guess',
  'everybody',
  'no-include',
  'ask-provider',
  'own-signing',
  'only-watching',
  'of-parent',
] as const
export type RecordNote = (typeof RECORD_NOTES)[number]
