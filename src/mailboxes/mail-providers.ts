import rows from '../../config/mail-providers.json' with { type: 'json' }
import type { SignInWay, UnusableProvider } from '../shared/mailbox-words.ts'
import type { MailServer } from './mail-server.ts'

/** What a provider lets one mailbox send; what it does not limit is left out. Outsiders are in other domains. */
export type SendingLimits = {
  messagesPerMinute?: number
  messagesPerDay?: number
  recipientsPerDay?: number
  outsidersPerDay?: number
  /** Only where it is less than what one mail may have at all (`maxRecipients`). */
  recipientsPerMail?: number
  /** How many sessions of one account may send at once. */
  sessions?: number
}

/** A provider as `config/mail-providers.json` has it (test/mailboxes/mail-providers.test.ts holds it to this). */
export type Provider = {
  name: string
  /** Domains its people have addresses in. */
  domains: readonly string[]
  /** What the mail servers of other domains it serves end in. */
  mx: readonly string[]
  /** Both left out where each customer has servers of their own, or none. */
  imap?: MailServer
  smtp?: MailServer
  /** The best way first; none where it cannot be used, and `unusable` says why. */
  signIn: readonly SignInWay[]
  unusable?: UnusableProvider
  /** The provider's page where an app password is made. */
  appPasswordUrl?: string
  /** The provider's page on letting mail programs in, where they are kept out until somebody does. */
  enableUrl?: string
  /** Where its people read mail in a browser: a sign-in it finds suspicious is confirmed there. */
  webMailUrl?: string
  /** Whether it puts what it sends into Sent by itself; else we do. */
  sentCopy?: 'by_server'
  limits?: SendingLimits
  /** The page the entry was written from. */
  source: string
}

/** Every provider we know. */
export const PROVIDERS = rows as unknown as readonly Provider[]

/** The provider whose people have addresses in this domain. @param domain in lower case */
export function providerOfDomain(domain: string): Provider | undefined {
  return PROVIDERS.find(provider => provider.domains.includes(domain))
}

/** The provider whose servers these are. @param host as somebody typed it */
export function providerOfHost(host: string): Provider | undefined {
  const name = host.toLowerCase()
  return PROVIDERS.find(({ imap, smtp }) => imap?.host === name || smtp?.host === name)
}

/** The provider behind one of these mail exchangers. @param hosts in lower case */
export function providerOfMx(hosts: readonly string[]): Provider | undefined {
  const isBelow = (host: string, suffix: string) => host === suffix || host.endsWith(`.${suffix}`)
  return PROVIDERS.find(({ mx }) => mx.some(suffix => hosts.some(host => isBelow(host, suffix))))
}
