import { AppError } from '../lib/app-error.ts'
import { isSameOrganisation } from '../mail/organisation.ts'
import type { SignInKind } from '../shared/vocabulary.ts'
import { type DiscoveryNeeds, discoverServers } from './discover-servers.ts'
import { providerOfDomain } from './mail-providers.ts'
import type { MailServer } from './mail-server.ts'
import { KIND_FACTS } from './sign-in-kinds.ts'

type Pair = { imap?: MailServer | undefined; smtp?: MailServer | undefined }

/**
 * Refuses servers that nobody but the one who types them names: a token that is sent to a server opens the whole account
 * for whoever runs it. Of a mailbox these are the servers it has, those of its kind of app, those of its address's
 * provider, those in the domain of who issues its tokens, and what its own domain says of itself (autoconfig, SRV) where
 * nobody on the way can have said it.
 *
 * @param given what is to be used from now on
 * @throws AppError `foreign-server` with the host and those that may be
 */
export async function refuseForeignServers(
  needs: DiscoveryNeeds,
  mailbox: { address: string; kind: SignInKind; issuer: string; known: Pair },
  given: Pair,
): Promise<void> {
  const { servers } = KIND_FACTS[mailbox.kind]
  const domain = mailbox.address.slice(mailbox.address.lastIndexOf('@') + 1).toLowerCase()
  const provider = providerOfDomain(domain)
  const allowed = hostsOf(mailbox.known, servers, provider)
  const issuedBy = URL.parse(mailbox.issuer)?.hostname ?? ''
  const typed = hostsOf(given).filter(host => !isSameOrganisation(host, issuedBy))
  if (typed.every(host => allowed.includes(host))) return
  if (servers === null) {
    const { imap, smtp, needsConsent } = await discoverServers(needs, mailbox.address)
    if (!needsConsent) allowed.push(...[...imap, ...smtp].map(({ host }) => host.toLowerCase()))
  }
  const foreign = typed.find(host => !allowed.includes(host))
  if (foreign === undefined) return
  throw new AppError('foreign-server', 'a token may not be sent to this server', {
    host: foreign,
    allowed: [...new Set(allowed.length === 0 ? [issuedBy] : allowed)].join(', '),
  })
}

function hostsOf(...pairs: (Pair | null | undefined)[]): string[] {
  return pairs
    .flatMap(pair => [pair?.imap, pair?.smtp])
    .flatMap(server => (server === undefined ? [] : [server.host.toLowerCase()]))
}
