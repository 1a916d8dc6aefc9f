import type { CheckResult, MailboxDiscovery } from '../../shared/mailbox-checks.ts'
import type { MailboxStart, ServerAddress } from '../../shared/mailboxes.ts'
import { serverOf, type TypedServer } from '../settings/server-fields.tsx'
import type { SignInTarget } from '../settings/sign-in-with.tsx'

/** What somebody typed to connect a mailbox; an empty host or user name is left to be found. */
export type Typed = {
  address: string
  password: string
  username: string
  imap: TypedServer
  smtp: TypedServer
}

/** Nothing typed yet. */
export const BLANK: Typed = {
  address: '',
  password: '',
  username: '',
  imap: { host: '', port: 993, security: 'tls' },
  smtp: { host: '', port: 465, security: 'tls' },
}

/** What the API is asked to sign in with: what was typed, else what was shown as found. */
export function connectionOf(typed: Typed, found: MailboxDiscovery | undefined) {
  const imap = serverOf(typed.imap) ?? found?.imap[0]
  const smtp = serverOf(typed.smtp) ?? found?.smtp[0]
  const username = typed.username.trim() || found?.username
  return toConnection(typed, { imap, smtp, username })
}

/** What was found to work is used as it is, so that connecting tries nothing else. */
export function provenConnection(typed: Typed, checked: CheckResult) {
  const { imap, smtp, username } = checked
  return toConnection(typed, { imap, smtp, username })
}

type Found = {
  imap: ServerAddress | null | undefined
  smtp: ServerAddress | null | undefined
  username: string | null | undefined
}

function toConnection({ address, password }: Typed, { imap, smtp, username }: Found) {
  return {
    address,
    password,
    ...(imap && { imap }),
    ...(smtp && { smtp }),
    ...(username && { username }),
  }
}

/** The mailbox to sign in at its provider; servers only where they were typed, else the provider's own are taken. */
export function targetOf({ address, ...typed }: Typed, start: MailboxStart): SignInTarget {
  const [imap, smtp] = [serverOf(typed.imap), serverOf(typed.smtp)]
  return {
    address,
    start,
    ...(address !== '' && { name: nameFrom(address) }),
    ...(imap && { imap }),
    ...(smtp && { smtp }),
  }
}

/** support@firma.bg is "Support" until someone names it better. */
export function nameFrom(address: string): string {
  const local = address.split('@')[0] ?? address
  return local.charAt(0).toLocaleUpperCase() + local.slice(1)
}
