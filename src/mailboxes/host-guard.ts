import { lookup as resolve } from 'node:dns/promises'
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net'
import { RemoteFault } from '../lib/app-error.ts'

/** What the operator lets us trust and reach, from EXTRA_CA_FILE (PEM) and ALLOW_PRIVATE_HOSTS. */
export type Trust = { extraCa: string | null; allowPrivateHosts: readonly string[] }

/** One address of a name, as a socket takes it. */
export type HostAddress = { address: string; family: number }

// Nobody's mail server: this network, link-local with the clouds' metadata, multicast and reserved
// (RFC 6890), AWS's metadata over IPv6 and Alibaba's. No setting opens these.
const NEVER = ['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4', '100.100.100.200/32']
const NEVER_V6 = ['::/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254/128']
// Loopback, private use, carrier-grade NAT, benchmarks, documentation: only where the operator says so.
const PRIVATE = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
]
// 64:ff9b:1::/48 is translated to the IPv4 networks of whoever runs the translator.
const PRIVATE_V6 = ['::1/128', 'fc00::/7', 'fec0::/10', '2001:db8::/32', '100::/64', '64:ff9b:1::/48']

/**
 * Resolves a mail server's name and refuses what a mailbox form must not reach. One refused
 * address refuses the name: a record that mixes a public and a private address is a trick. Connect to
 * these addresses themselves, so that a second look-up cannot answer otherwise.
 *
 * @param host a name, or an address in any spelling the system's resolver takes (`0x7f.1`)
 * @throws RemoteFault `host-not-found` or `host-not-allowed`; both before anything is connected, so the
 *   answer says nothing about ports
 */
export async function resolveAllowed(host: string, trust: Trust): Promise<HostAddress[]> {
  const addresses = await resolveAll(host)
  checkAddresses(host, addresses, trust)
  return addresses
}

/** The guard for addresses that were found some other way. @throws RemoteFault `host-not-allowed` */
export function checkAddresses(host: string, addresses: readonly HostAddress[], trust: Trust): void {
  const refused = addresses.find(({ address }) => !isAllowed(address, host, trust.allowPrivateHosts))
  if (refused === undefined) return
  throw new RemoteFault('host-not-allowed', 'the host is in a network that is not allowed', {
    retry: false,
    host,
  })
}

/** The guard as the `lookup` of a socket: names are checked where they are resolved for connecting. */
export function guardedLookup(trust: Trust): LookupFunction {
  return (host, options, done) => {
    resolveAllowed(host, trust).then(
      addresses => {
        const [first] = addresses
        if (options.all === true) done(null, addresses)
        else done(null, first?.address ?? '', first?.family)
      },
      (fault: NodeJS.ErrnoException) => done(fault, ''),
    )
  }
}

/**
 * Whether an address may be connected for `host`. An IPv4 address inside an IPv6 one (mapped, NAT64,
 * 6to4) counts as itself.
 *
 * @param allowed names, addresses and ranges of ALLOW_PRIVATE_HOSTS
 */
export function isAllowed(address: string, host: string, allowed: readonly string[]): boolean {
  const plain = embeddedIPv4(address) ?? address
  if (isListed(plain, [...NEVER, ...NEVER_V6])) return false
  if (!isListed(plain, [...PRIVATE, ...PRIVATE_V6])) return true
  return allowed.includes(host.toLowerCase()) || isListed(plain, allowed)
}

/** The addresses of a name as the system finds them, unguarded. @throws RemoteFault `host-not-found` */
export async function resolveAll(host: string): Promise<HostAddress[]> {
  const notFound = (cause?: unknown) =>
    new RemoteFault('host-not-found', 'the host has no address', { retry: true, host }, { cause })
  if (host === '' || host.includes('/') || host.includes('\0')) throw notFound()
  try {
    const addresses = await resolve(host, { all: true, order: 'verbatim' })
    if (addresses.length > 0) return addresses
  } catch (cause) {
    throw notFound(cause)
  }
  throw notFound()
}

function isListed(address: string, ranges: readonly string[]): boolean {
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/')
    const ofRange = isIPv4(network) ? 'ipv4' : 'ipv6'
    if (isIP(network) === 0 || ofRange !== family) continue
    list.addSubnet(network, Number(prefix ?? (ofRange === 'ipv4' ? 32 : 128)), ofRange)
  }
  return list.check(address, family)
}

// The 96 bits before an embedded address: mapped, compatible (deprecated), NAT64 (RFC 6052).
const EMBEDDING = ['0,0,0,0,0,65535', '0,0,0,0,0,0', '100,65435,0,0,0,0']

/** The IPv4 address an IPv6 one leads to, 6to4 (2002::/16) included; `::` and `::1` are themselves. */
function embeddedIPv4(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined
  const words = expand(address)
  if (words[0] === 0x2002) return dotted(words.slice(1, 3))
  const tail = words.slice(6)
  const isItself = tail[0] === 0 && (tail[1] ?? 0) <= 1
  return EMBEDDING.includes(words.slice(0, 6).join()) && !isItself ? dotted(tail) : undefined
}

function dotted([high = 0, low = 0]: readonly number[]): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** The eight 16-bit words of an IPv6 address, a dotted tail and `::` included. */
function expand(address: string): number[] {
  const bare = (address.split('%')[0] ?? '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    const word = (high: string, low: string) => (Number(high) * 256 + Number(low)).toString(16)
    return `${word(a, b)}:${word(c, d)}`
  })
  const [head = '', tail] = bare.split('::')
  const words = (part: string) =>
    part
      .split(':')
      .filter(Boolean)
      .map(word => Number.parseInt(word, 16))
  if (tail === undefined) return words(head)
  const [before, after] = [words(head), words(tail)]
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
}
