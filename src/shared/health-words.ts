/** What can be wrong with a mailbox or the desk, the worst first. */
export const TROUBLES = [
  'sign-in',
  'fetching',
  'sending',
  'outbox-stuck',
  'ledger',
  'unfiled',
  'quota',
] as const
export type Trouble = (typeof TROUBLES)[number]

/** What admins are told of: a mailbox's troubles, what ends on a known day, and the disk. */
export const ALERT_TROUBLES = [...TROUBLES, 'disk', 'expiry'] as const
export type AlertTrouble = (typeof ALERT_TROUBLES)[number]

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
