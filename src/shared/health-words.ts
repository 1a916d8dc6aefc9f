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
