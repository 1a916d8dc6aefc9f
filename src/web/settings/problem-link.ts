import type { MailProvider } from '../../shared/mail-provider.ts'

/**
 * The provider's own page where it helps with this problem, else null. Never one that a server's answer names: whoever
 * answers may be anybody.
 */
export function linkFor(code: string, provider: MailProvider | null): string | null {
  if (provider === null) return null
  if (code === 'app-password-required') return provider.appPasswordUrl
  if (code === 'web-login-required' || code === 'mailbox-full') return provider.webMailUrl
  if (code === 'wrong-password') return provider.appPasswordUrl ?? provider.enableUrl
  return code === 'imap-disabled' ? (provider.enableUrl ?? provider.appPasswordUrl) : null
}
