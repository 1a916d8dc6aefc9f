import { domainToASCII } from 'node:url'
import { RemoteFault } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import { type Dns, openDns } from '../lib/dns.ts'
import { nearestName } from '../lib/nearest-name.ts'
import { isSameOrganisation } from '../mail/organisation.ts'
import type { ServersFoundBy } from '../shared/mailbox-words.ts'
import { fetchAutoconfig } from './fetch-autoconfig.ts'
import { type HostAddress, resolveAll, type Trust } from './host-guard.ts'
import { PROVIDERS, type Provider, providerOfDomain, providerOfMx } from './mail-providers.ts'
import type { MailServer } from './mail-server.ts'
import { reachServer } from './reach-server.ts'

/** `dnsServers`: `address:port` of those to ask; none: those of the system. `webPorts` for tests. */
export type DiscoveryNeeds = {
  clock: Clock
  trust: Trust
  dnsServers: readonly string[]
  webPorts?: { https: number; http: number }
}

/** What is known of an address before anybody typed a password. */
export type Discovery = {
  provider: Provider | null
  /** What the provider calls itself, where the table does not know it. */
  providerName: string | null
  foundBy: ServersFoundBy | null
  /** The first mail exchanger, as a sign of who the provider is. */
  mxHost: string | null
  /** To be tried in this order; empty where nothing was found. */
  imap: MailServer[]
  smtp: MailServer[]
  username: string | null
  /**
   * Whether whoever controls the network, and not the domain, may have named the servers (DNS without a signature,
   * http) and they lie outside of the domain: then a person has to see them first (RFC 6186 §6).
   */
  needsConsent: boolean
  /** The address that was probably meant. */
  didYouMean: string | null
}

type Found = Pick<Discovery, 'imap' | 'smtp' | 'username' | 'providerName'> & { isOfDomain: boolean }

const LIMIT_MS = 4_000
const DNS_TRY_MS = 1_000
const WEB_PORTS = { https: 443, http: 80 }
const IMAP_PORTS = [993, 143]
const SMTP_PORTS = [465, 587, 25]

/**
 * Finds the provider and the servers of an address within 4 s: by its domain in `config/mail-providers.json`, by
 * its mail exchanger in the same table, by the description its domain publishes (autoconfig), by SRV records
 * (RFC 6186, RFC 8314), else by usual names that can be reached. Sends no password and stores nothing; names whose
 * addresses are private are not connected unless the operator opened them.
 *
 * @param address in one spelling (`normalAddress`)
 */
export async function discoverServers(needs: DiscoveryNeeds, address: string): Promise<Discovery> {
  const at = address.lastIndexOf('@')
  const domain = (domainToASCII(address.slice(at + 1)) || address.slice(at + 1)).toLowerCase()
  const known = providerOfDomain(domain)
  if (known !== undefined && isWhole(known)) return fromTable(known, 'domain', null)
  const dns = openDns({ servers: needs.dnsServers, clock: needs.clock, tryMs: DNS_TRY_MS })
  const cut = new AbortController()
  const timer = setTimeout(() => cut.abort(), LIMIT_MS)
  try {
    return await lookAround({ ...needs, dns, signal: cut.signal }, `${address.slice(0, at)}@${domain}`, known)
  } finally {
    clearTimeout(timer)
    cut.abort()
    dns.stop()
  }
}

/** Whether there is nothing left to find out. */
function isWhole({ imap, unusable }: Provider): boolean {
  return imap !== undefined || unusable !== undefined
}

function fromTable(provider: Provider, foundBy: 'domain' | 'mx', mxHost: string | null): Discovery {
  const { imap, smtp } = provider
  return {
    provider,
    providerName: null,
    foundBy,
    mxHost,
    username: null,
    needsConsent: false,
    didYouMean: null,
    imap: imap === undefined ? [] : [imap],
    smtp: smtp === undefined ? [] : [smtp],
  }
}

type Lookup = DiscoveryNeeds & { dns: Dns; signal: AbortSignal }

async function lookAround(lookup: Lookup, address: string, known: Provider | undefined): Promise<Discovery> {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  const mx = (await orNothing(lookup.signal, findMx(lookup, domain))) ?? []
  const provider = known ?? providerOfMx(mx) ?? null
  const mxHost = mx[0] ?? null
  if (provider !== null && isWhole(provider)) return fromTable(provider, 'mx', mxHost)
  const ways: readonly [ServersFoundBy, Promise<Found | undefined>][] = [
    ['autoconfig', orNothing(lookup.signal, findDescribed(lookup, address))],
    ['srv', orNothing(lookup.signal, findSrv(lookup, domain))],
    ['guess', orNothing(lookup.signal, guess(lookup, domain, mx))],
  ]
  const blank = { imap: [], smtp: [], username: null, providerName: null, isOfDomain: true }
  let best: Found & { foundBy: ServersFoundBy | null } = { ...blank, foundBy: null }
  for (const [foundBy, way] of ways) {
    const found = best.foundBy === null ? await way : undefined
    if (found !== undefined) best = { ...found, foundBy }
  }
  const { isOfDomain, ...servers } = best
  const isForeign = [...servers.imap, ...servers.smtp].some(({ host }) => !isSameOrganisation(host, domain))
  const didYouMean = provider === null ? meant(address, mx.length > 0) : null
  return { provider, mxHost, ...servers, needsConsent: !isOfDomain && isForeign, didYouMean }
}

/** What a way finds before the time is over; a way that fails has found nothing. */
async function orNothing<Result>(signal: AbortSignal, way: Promise<Result>): Promise<Result | undefined> {
  const over = Promise.withResolvers<undefined>()
  const end = () => over.resolve(undefined)
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([way.catch(() => undefined), over.promise])
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** The mail exchangers, the first to be asked first; none for a domain that takes no mail (RFC 7505). */
async function findMx({ dns }: Lookup, domain: string): Promise<string[]> {
  const records = (await dns.resolve(domain, 'MX')) as { priority: number; exchange: string }[]
  return records
    .sort((a, b) => a.priority - b.priority)
    .map(({ exchange }) => exchange.toLowerCase().replace(/\.$/, ''))
    .filter(exchange => exchange !== '')
}

async function findDescribed(lookup: Lookup, address: string): Promise<Found | undefined> {
  const { trust, signal, webPorts = WEB_PORTS } = lookup
  const resolve = (host: string) => addressesOf(lookup, host)
  const config = await fetchAutoconfig(address, { trust, resolve, webPorts, signal })
  if (config === undefined) return undefined
  const imap = config.imap.filter(server => isUsual(server, IMAP_PORTS, trust))
  const smtp = config.smtp.filter(server => isUsual(server, SMTP_PORTS, trust))
  if (imap.length === 0 || smtp.length === 0) return undefined
  return { imap, smtp, username: config.username, providerName: config.name, isOfDomain: config.isSecure }
}

/** Ports a stranger's answer may make us knock at: those of mail, others only on hosts the operator opened. */
function isUsual(
  { host, port }: MailServer,
  ports: readonly number[],
  { allowPrivateHosts }: Trust,
): boolean {
  return ports.includes(port) || allowPrivateHosts.includes(host)
}

async function addressesOf({ dns, dnsServers }: Lookup, host: string): Promise<HostAddress[]> {
  if (dnsServers.length === 0) return await resolveAll(host)
  const ask = async (type: 'A' | 'AAAA', family: number) =>
    (await dns.resolve(host, type).catch(() => [])).map(address => ({ address: String(address), family }))
  const found = (await Promise.all([ask('A', 4), ask('AAAA', 6)])).flat()
  if (found.length > 0) return found
  throw new RemoteFault('host-not-found', 'the host has no address', { retry: true, host })
}

const SRV_NAMES = [
  { of: 'imap', name: '_imaps._tcp', security: 'tls' },
  { of: 'imap', name: '_imap._tcp', security: 'starttls' },
  { of: 'smtp', name: '_submissions._tcp', security: 'tls' },
  { of: 'smtp', name: '_submission._tcp', security: 'starttls' },
] as const

type SrvRecord = { priority: number; weight: number; port: number; name: string }

async function findSrv({ dns, trust }: Lookup, domain: string): Promise<Found | undefined> {
  const asked = await Promise.all(
    SRV_NAMES.map(async ({ of, name, security }) => {
      const records = (await dns.resolve(`${name}.${domain}`, 'SRV').catch(() => [])) as SrvRecord[]
      const ports = of === 'imap' ? IMAP_PORTS : SMTP_PORTS
      const servers = records
        .sort((a, b) => a.priority - b.priority || b.weight - a.weight)
        .map(record => ({ host: record.name.toLowerCase().replace(/\.$/, ''), port: record.port, security }))
        .filter(server => server.host !== '' && isUsual(server, ports, trust)) // `.` is "not offered"
      return { of, servers }
    }),
  )
  const of = (kind: 'imap' | 'smtp') => asked.flatMap(answer => (answer.of === kind ? answer.servers : []))
  const [imap, smtp] = [of('imap'), of('smtp')]
  if (imap.length === 0 || smtp.length === 0) return undefined
  return { imap, smtp, username: null, providerName: null, isOfDomain: false }
}

/** Usual names at usual ports, of which the first that answers with a good certificate is taken. */
async function guess(lookup: Lookup, domain: string, mx: readonly string[]): Promise<Found | undefined> {
  const { trust, clock } = lookup
  const needs = { trust, nowMs: () => clock.monotonicMs() }
  const [imapHosts, smtpHosts] = await Promise.all([
    existing(lookup, [`imap.${domain}`, `mail.${domain}`, ...mx.slice(0, 1)]),
    existing(lookup, [`smtp.${domain}`, `mail.${domain}`, ...mx.slice(0, 1)]),
  ])
  const [imap, smtp] = await Promise.all([
    reachServer('imap', atDoors(imapHosts, [993, 143]), needs),
    reachServer('smtp', atDoors(smtpHosts, [465, 587]), needs),
  ])
  if (!imap.ok || !smtp.ok) return undefined
  const servers = { imap: [imap.reached.server], smtp: [smtp.reached.server] }
  return { ...servers, username: null, providerName: null, isOfDomain: false }
}

/** The names that have an address, each once. */
async function existing(lookup: Lookup, hosts: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    [...new Set(hosts)].map(host =>
      addressesOf(lookup, host).then(
        () => [host],
        () => [],
      ),
    ),
  )
  return found.flat()
}

function atDoors(hosts: readonly string[], [tls, plain]: readonly [number, number]): MailServer[] {
  return [
    ...hosts.map(host => ({ host, port: tls, security: 'tls' as const })),
    ...hosts.map(host => ({ host, port: plain, security: 'starttls' as const })),
  ]
}

const LONG_DOMAIN = 8

/** Short names are near to many; one that takes mail is only doubted when it is long and near to one we know. */
function meant(address: string, takesMail: boolean): string | null {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  if (takesMail && domain.length < LONG_DOMAIN) return null
  const known = PROVIDERS.flatMap(({ domains }) => domains)
  const near = nearestName(domain, known)
  return near === undefined ? null : `${address.slice(0, at)}@${near}`
}
