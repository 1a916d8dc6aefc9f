import { get as getPlain, type IncomingMessage, type RequestOptions } from 'node:http'
import { get as getSecure } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { readAtMost } from '../lib/read-at-most.ts'
import { type Autoconfig, MAX_AUTOCONFIG_CHARS, readAutoconfig } from '../mail/read-autoconfig.ts'
import { checkAddresses, type HostAddress, type Trust } from './host-guard.ts'
import { tlsOptions } from './tls-options.ts'

/** `resolve` finds the addresses of a name; `webPorts` are 443 and 80 but where a test listens elsewhere. */
export type FetchNeeds = {
  trust: Trust
  resolve: (host: string) => Promise<HostAddress[]>
  webPorts: { https: number; http: number }
  signal: AbortSignal
}

/** A description, and whether it came from the domain itself, by a verified connection. */
export type FetchedAutoconfig = Autoconfig & { isSecure: boolean }

const MAX_REDIRECTS = 2

/**
 * Fetches the description of a domain's mail servers from where Thunderbird looks for it: `autoconfig.DOMAIN`,
 * then `.well-known` of the domain, by https; by http only when neither answers, and then whoever sits between
 * may have written it (`isSecure` false). All are asked at once. The guard looks at each address that is
 * connected, at each redirect anew; 64 kB at most, nothing compressed, and no longer than `signal` lets it.
 *
 * @returns undefined where there is none; never rejects
 */
export async function fetchAutoconfig(
  address: string,
  needs: FetchNeeds,
): Promise<FetchedAutoconfig | undefined> {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  const query = `?emailaddress=${encodeURIComponent(address)}`
  const places = [
    `autoconfig.${domain}/mail/config-v1.1.xml${query}`,
    `${domain}/.well-known/autoconfig/mail/config-v1.1.xml`,
  ]
  const targets = [...places.map(place => `https://${place}`), ...places.map(place => `http://${place}`)]
  const asked = targets.map(target => describe(target, address, needs))
  for (const [place, answer] of asked.entries()) {
    const config = await answer
    if (config !== undefined) return { ...config.read, isSecure: config.isSecure && place < places.length }
  }
  return undefined
}

type Described = { read: Autoconfig; isSecure: boolean }

async function describe(target: string, address: string, needs: FetchNeeds): Promise<Described | undefined> {
  try {
    const { text, isSecure } = await fetchText(target, needs)
    const read = readAutoconfig(text, address)
    return read && read.imap.length > 0 && read.smtp.length > 0 ? { read, isSecure } : undefined
  } catch {
    // No such host, no such page, a bad certificate: the domain describes nothing there.
    return undefined
  }
}

/** A page that describes nothing: the next place is looked at. */
class NoDescription extends Error {}

async function fetchText(first: string, needs: FetchNeeds): Promise<{ text: string; isSecure: boolean }> {
  let target = new URL(first)
  let isSecure = true
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    isSecure &&= target.protocol === 'https:'
    const answer = await ask(target, needs)
    const { statusCode = 0, headers } = answer
    if (statusCode === 200 && headers['content-encoding'] === undefined) {
      return { text: await readText(answer), isSecure }
    }
    answer.destroy()
    const next = [301, 302, 303, 307, 308].includes(statusCode)
      ? URL.parse(headers.location ?? '', target.href)
      : null
    if (next === null || !isOrdinary(next)) break
    target = next
  }
  throw new NoDescription('the page has none')
}

/** Only the web's own ports: a redirect must not make us knock elsewhere. */
function isOrdinary(url: URL): boolean {
  return ['https:', 'http:'].includes(url.protocol) && url.port === '' && url.username === ''
}

async function ask(url: URL, { trust, resolve, webPorts, signal }: FetchNeeds): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) === 0 ? await resolve(host) : [{ address: host, family: isIP(host) }]
  checkAddresses(host, addresses, trust)
  const isTls = url.protocol === 'https:'
  const options: RequestOptions = {
    lookup: toThese(addresses),
    port: isTls ? webPorts.https : webPorts.http,
    signal,
    agent: false,
    maxHeaderSize: 16_384,
    headers: {
      accept: 'text/xml, application/xml',
      'accept-encoding': 'identity',
      'user-agent': 'Letterdesk',
    },
  }
  const { promise, resolve: answered, reject } = Promise.withResolvers<IncomingMessage>()
  const request = isTls
    ? getSecure(url, { ...options, ...tlsOptions(trust) }, answered)
    : getPlain(url, options, answered)
  request.on('error', reject)
  return await promise
}

/** The socket goes to the very addresses the guard has seen. */
function toThese(addresses: readonly HostAddress[]): LookupFunction {
  return (_host, options, done) => {
    const [first] = addresses
    if (options.all === true) done(null, [...addresses])
    else done(null, first?.address ?? '', first?.family)
  }
}

async function readText(answer: IncomingMessage): Promise<string> {
  const tooLarge = () => new NoDescription('too large')
  return (await readAtMost(answer, MAX_AUTOCONFIG_CHARS, tooLarge)).toString('utf8')
}
