import { isIP, isIPv4 } from 'node:net'

/** What reading one setting gave: its value, or what is wrong with it as the end of a sentence. */
export type Parsed<Value> = { value: Value } | { problem: string }

/** A whole number from `min` to `max`, written in decimal digits only. */
export function parseWholeNumber(range: { min: number; max: number }): (raw: string) => Parsed<number> {
  return raw => {
    const value = /^\d{1,15}$/.test(raw) ? Number(raw) : Number.NaN
    if (value >= range.min && value <= range.max) return { value }
    return { problem: `must be a whole number from ${range.min} to ${range.max}` }
  }
}

/** Exactly one of the words, lower case. */
export function parseWord<Word extends string>(words: readonly Word[]): (raw: string) => Parsed<Word> {
  return raw => {
    const value = words.find(word => word === raw)
    return value === undefined ? { problem: `must be one of ${words.join(', ')}` } : { value }
  }
}

/** A comma-separated list whose every word is one of `words`; doubles are dropped, the order of `words` kept. */
export function parseWords<Word extends string>(words: readonly Word[]): (raw: string) => Parsed<Word[]> {
  return raw => {
    const given = splitList(raw)
    const unknown = given.filter(item => !words.some(word => word === item))
    if (unknown.length > 0 || given.length === 0) {
      return { problem: `must be a list of ${words.join(', ')}, separated by commas` }
    }
    return { value: words.filter(word => given.includes(word)) }
  }
}

/** `http` or `https` without query, fragment or password; given back without a slash at its end. */
export function parseBaseUrl(raw: string): Parsed<string> {
  const problem = 'must be the full address people open, like https://desk.example.org'
  const url = URL.canParse(raw) ? new URL(raw) : null
  if (url === null || !/^https?:$/.test(url.protocol)) return { problem }
  if (url.search !== '' || url.hash !== '' || url.username !== '') return { problem }
  return { value: url.href.replace(/\/+$/, '') }
}

/** A `postgres://` or `postgresql://` URL. The problem never repeats the value: it holds a password. */
export function parsePostgresUrl(raw: string): Parsed<string> {
  const url = URL.canParse(raw) ? new URL(raw) : null
  if (url !== null && /^postgres(ql)?:$/.test(url.protocol)) return { value: raw }
  return { problem: 'must be a URL like postgres://name:password@host:5432/database' }
}

/** At least 32 characters: a shorter key is easier to guess than what it protects. */
export function parseSecretKey(raw: string): Parsed<string> {
  if (raw.length >= 32) return { value: raw }
  return { problem: 'must have at least 32 characters; make one with: openssl rand -hex 32' }
}

/** A word of at least 16 characters that fits into a header. */
export function parseToken(raw: string): Parsed<string> {
  if (/^[\x21-\x7e]{16,}$/.test(raw)) return { value: raw }
  return {
    problem: 'must have at least 16 characters, without blanks; make one with: openssl rand -hex 16',
  }
}

/** An address to listen on: an IP address or `localhost`. */
export function parseListenAddress(raw: string): Parsed<string> {
  if (raw === 'localhost' || isIP(raw) !== 0) return { value: raw }
  return { problem: 'must be an IP address to listen on, like 0.0.0.0 or 127.0.0.1' }
}

/** Comma-separated IP addresses and CIDR ranges. */
export function parseNetworks(raw: string): Parsed<string[]> {
  const value = splitList(raw)
  const wrong = value.filter(item => !isNetwork(item))
  if (wrong.length === 0) return { value }
  return { problem: `has ${wrong.join(', ')}, which is neither an IP address nor a range like 10.0.0.0/8` }
}

/** Comma-separated host names, IP addresses and CIDR ranges; names in lower case. */
export function parseHosts(raw: string): Parsed<string[]> {
  const value = splitList(raw).map(item => item.toLowerCase())
  const wrong = value.filter(item => !isNetwork(item) && !isHostName(item))
  if (wrong.length === 0) return { value }
  return { problem: `has ${wrong.join(', ')}, which is neither a host name, an IP address nor a range` }
}

/** A door for mail that is handed in: `lmtp` or `smtp`, on a socket (absolute path) or a port of this machine. */
export type IntakePlace = {
  protocol: 'lmtp' | 'smtp'
  at: { path: string } | { host: string; port: number }
}

/**
 * Comma-separated `lmtp:///path/of.sock`, `lmtp://127.0.0.1:2424` or the same with `smtp`. Any other place than a socket or
 * loopback is refused: nobody signs in there.
 */
export function parseMailIntake(raw: string): Parsed<IntakePlace[]> {
  const places = splitList(raw).map(item => ({ item, place: readIntakePlace(item) }))
  const wrong = places.filter(({ place }) => place === undefined).map(({ item }) => item)
  if (wrong.length === 0) return { value: places.flatMap(({ place }) => place ?? []) }
  return {
    problem: `has ${wrong.join(', ')}: it must be like lmtp:///run/letterdesk/lmtp.sock or lmtp://127.0.0.1:2424 (or smtp), on a socket or on this machine alone, as nobody signs in there`,
  }
}

function readIntakePlace(item: string): IntakePlace | undefined {
  const [, word, rest = ''] = /^(lmtp|smtp):\/\/(.+)$/.exec(item) ?? []
  if (word !== 'lmtp' && word !== 'smtp') return undefined
  if (rest.startsWith('/')) return rest.length > 100 ? undefined : { protocol: word, at: { path: rest } }
  const [, host = '', digits = ''] = /^(127(?:\.\d{1,3}){3}|localhost|\[::1\]):(\d{1,5})$/.exec(rest) ?? []
  const port = Number(digits)
  if (port < 1 || port > 65_535) return undefined
  return { protocol: word, at: { host: host.replace(/[[\]]/g, ''), port } }
}

/** Comma-separated IP addresses, each with a port or without; IPv6 with a port in brackets. */
export function parseDnsServers(raw: string): Parsed<string[]> {
  const value = splitList(raw)
  const wrong = value.filter(item => {
    const [, address = '', port] =
      /^\[?([^\]]*?)\]?(?::(\d{1,5}))?$/.exec(isIP(item) ? `[${item}]` : item) ?? []
    return isIP(address) === 0 || Number(port ?? 53) > 65_535
  })
  if (wrong.length === 0) return { value }
  return {
    problem: `has ${wrong.join(', ')}, which is no address of a DNS server like 192.0.2.53 or 192.0.2.53:5353`,
  }
}

/** Accepts everything: a path is checked by whoever opens it. */
export function parseText(raw: string): Parsed<string> {
  return { value: raw }
}

function splitList(raw: string): string[] {
  return raw
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')
}

function isNetwork(item: string): boolean {
  const [address = '', prefix, ...more] = item.split('/')
  if (isIP(address) === 0 || more.length > 0) return false
  if (prefix === undefined) return true
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIPv4(address) ? 32 : 128)
}

function isHostName(item: string): boolean {
  // Letters first or digits with a letter in the last label: 10.0.0.300 is a typo, not a name.
  return /^(?=.{1,253}$)([a-z0-9_-]{1,63}\.)*[a-z0-9-]*[a-z][a-z0-9-]*$/.test(item)
}
