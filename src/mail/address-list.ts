import { isUtf8 } from 'node:buffer'
import { makeAddress } from './address.ts'
import type { Address } from './mail-types.ts'

/** What an address field holds; `isBad` when it has text that is no address. */
export type AddressList = { addresses: Address[]; isBad: boolean; isCut: boolean }

/** One entry while it is read; texts are latin1, `after` what stands behind `<>`. */
type Entry = { phrase: string; hasAt: boolean; comment: string; angle: string | null; after: string }

const MAX_ADDRESSES = 500
const MAX_CHARS = 200_000
const MAX_QUOTED_CHARS = 500
const MAX_COMMENT_CHARS = 200 // longer ones are text: a field of `(` stays linear

/**
 * The mailboxes of From, To, Cc, Reply-To or Sender (RFC 5322 §3.4) with groups, comments, quoted
 * names and obsolete routes (§4.4); `;` separates too, as Outlook writes it. Never throws, linear.
 *
 * The structure is read before encoded words are: `=?…?=` can name a person, never make an address.
 *
 * @param value the unfolded field, latin1
 * @param decode reads encoded words and 8-bit text
 */
export function parseAddressList(value: string, decode: (latin1: string) => string): AddressList {
  const text = value.slice(0, MAX_CHARS)
  const entries = joinSplitNames(splitEntries(text))
  const addresses: Address[] = []
  let isBad = false
  for (const entry of entries.slice(0, MAX_ADDRESSES)) {
    if (addresses.length >= MAX_ADDRESSES) break
    const found = toAddresses(entry, decode)
    addresses.push(...(found.length > 0 ? found : notedAddress(entry, decode)))
    isBad ||= found.length === 0 && (entry.angle !== '' || entry.phrase.trim() !== '')
  }
  const isCut = Math.max(entries.length, addresses.length) > MAX_ADDRESSES || value.length > MAX_CHARS
  return { addresses: addresses.slice(0, MAX_ADDRESSES), isBad, isCut }
}

function toAddresses(entry: Entry, decode: (latin1: string) => string): Address[] {
  if (entry.angle === null) return bareAddresses(entry, decode)
  const address = angleAddress({ ...entry, angle: entry.angle }, decode)
  return address ? [address] : []
}

function angleAddress(
  entry: Entry & { angle: string },
  decode: (latin1: string) => string,
): Address | undefined {
  const route = /^\s*@[^:]*:/ // obsolete: <@a,@b:user@c>
  const spec = entry.angle
    .replace(route, '')
    .replace(/\([^()]*\)/g, '')
    .trim()
    .replace(/^mailto:/i, '')
  const name = entry.phrase.trim() === '' ? entry.comment : entry.phrase
  return (
    makeAddress(decode(name.trim()), decodeSpec(spec, decode)) ??
    makeAddress(decode(name), spec.replace(/\s+/g, ''))
  )
}

/**
 * An address is decoded for its letters beyond ASCII only: in ASCII each sign is itself, and encoded words
 * make no address. UTF-8 is what RFC 6532 §3.2 has such letters in, whatever the mail's text is written in.
 */
function decodeSpec(spec: string, decode: (latin1: string) => string): string {
  if (/^[!-~\s]*$/.test(spec)) return spec
  const bytes = Buffer.from(spec, 'latin1')
  if (isUtf8(bytes)) return bytes.toString('utf8')
  return spec.includes('=?') ? spec.replace(/[\u0080-\u00ff]+/g, decode) : decode(spec)
}

/** `Ann (ann@example.org)`: the address where a comment should be. */
function notedAddress(entry: Entry, decode: (latin1: string) => string): Address[] {
  const spec = entry.comment.trim()
  if (entry.angle !== null || entry.hasAt || !/^[^\s@]+@[^\s@]+$/.test(spec)) return []
  const address = makeAddress(decode(entry.phrase.trim()), decodeSpec(spec, decode))
  return address ? [address] : []
}

/** An entry without `<>`: the address alone, with its name in a comment, or mixed with words; or several with blanks between. */
function bareAddresses(entry: Entry, decode: (latin1: string) => string): Address[] {
  const phrase = entry.phrase.trim()
  if (!phrase.includes('@')) return []
  const whole = makeAddress(decode(entry.comment), decodeSpec(phrase, decode))
  if (whole) return [whole]
  const words = phrase.split(/\s+/)
  const specs = words.filter(word => word.indexOf('@') > 0).slice(0, MAX_ADDRESSES)
  const name = specs.length > 1 ? '' : decode(words.filter(word => !specs.includes(word)).join(' '))
  return specs.flatMap(spec => {
    const bare = spec.replace(/^\[([^[\]]*)\]$/, '$1')
    return makeAddress(name, decodeSpec(bare, decode)) ?? []
  })
}

/** `Doe, John <j@x>` written without quotes: the name was cut at its comma. */
function joinSplitNames(entries: Entry[]): Entry[] {
  const joined: Entry[] = []
  for (const entry of entries) {
    const last = joined.at(-1)
    const isHalf =
      last?.angle === null && !`${last.phrase}${last.comment}`.includes('@') && last.phrase.trim() !== ''
    if (isHalf && entry.angle !== null && entry.angle !== '') {
      joined[joined.length - 1] = { ...entry, phrase: `${last.phrase.trim()}, ${entry.phrase.trim()}` }
    } else joined.push(entry)
  }
  return joined.filter(entry => entry.angle !== null || entry.phrase.trim() !== '')
}

const EMPTY: Entry = { phrase: '', hasAt: false, comment: '', angle: null, after: '' }

function splitEntries(text: string): Entry[] {
  const entries: Entry[] = []
  let entry = { ...EMPTY }
  let at = 0
  while (at < text.length) {
    const char = text.charAt(at)
    if (char === ',' || char === ';') {
      entries.push(entry)
      entry = { ...EMPTY }
      at++
      continue
    }
    if (beginsAnother(text, at, entry)) {
      entries.push(entry)
      entry = { ...EMPTY, phrase: entry.after }
    }
    at = readToken(text, at, entry)
  }
  entries.push(entry)
  return entries
}

/** `Ann <a@x> Bob <b@y>`: the comma was forgotten. */
function beginsAnother(text: string, at: number, { angle }: Entry): boolean {
  if (text.charAt(at) !== '<' || angle === null || angle.trim() === '') return false
  return /^<[^<>\s@]{1,100}@[^<>\s@]{1,100}>/.test(text.slice(at, at + 210))
}

/** Reads one quoted string, comment, `<…>`, group name or run of text into `entry`; returns its end. */
function readToken(text: string, at: number, entry: Entry): number {
  const char = text.charAt(at)
  if (char === '"') return readQuoted(text, at, entry)
  if (char === '(') return readComment(text, at, entry)
  if (char === '<') return readAngle(text, at, entry)
  if (char === ':' && entry.angle === null && !entry.hasAt) {
    entry.phrase = '' // a group's name: its members follow
    return at + 1
  }
  const run = /[^"(<,;:]+/y
  run.lastIndex = at
  const found = run.exec(text)?.[0] ?? char
  if (entry.angle === null) addWords(entry, found)
  else entry.after += found
  return at + found.length
}

function readQuoted(text: string, at: number, entry: Entry): number {
  const end = closingQuote(text, at + 1)
  if (end < 0) return at + 1 // never closed: an ordinary sign
  const inner = text.slice(at + 1, end)
  // A quoted local part keeps its quotes, as they are part of the address.
  const isLocalPart = text.charAt(end + 1) === '@'
  if (entry.angle !== null) entry.after += inner
  else addWords(entry, isLocalPart ? `"${inner}"` : inner.replace(/\\(.)/g, '$1'))
  return end + 1
}

/** Notes an `@` as it comes: to look for one in a long phrase at each `:` would take quadratic time. */
function addWords(entry: Entry, words: string): void {
  entry.phrase += words
  entry.hasAt ||= words.includes('@')
}

function closingQuote(text: string, from: number): number {
  for (let i = from; i < text.length && i < from + MAX_QUOTED_CHARS; i++) {
    const char = text.charAt(i)
    if (char === '\\') i++
    else if (char === '"') return i
  }
  return -1
}

function readComment(text: string, at: number, entry: Entry): number {
  let depth = 0
  for (let i = at; i < text.length && i < at + MAX_COMMENT_CHARS; i++) {
    const char = text.charAt(i)
    if (char === '\\') i++
    else if (char === '(') depth++
    else if (char === ')' && --depth === 0) {
      if (entry.comment === '') entry.comment = text.slice(at + 1, i)
      return i + 1
    }
  }
  entry.phrase += '(' // never closed
  return at + 1
}

// Quoted local parts may hold `>`. Run on a short slice only, so that a field of `<` stays linear.
const ANGLE = /^<([^<>"]*(?:"[^"]*"[^<>"]*)*)>/
const MAX_ANGLE_CHARS = 700

function readAngle(text: string, at: number, entry: Entry): number {
  const slice = text.slice(at, at + MAX_ANGLE_CHARS)
  const inner = ANGLE.exec(slice)?.[1]
  if (inner !== undefined) {
    if (entry.angle === null || entry.angle.trim() === '') entry.angle = inner
    return at + inner.length + 2
  }
  if (slice.indexOf('<', 1) >= 0) return at + 1 // `<words <a@b>`: the first sign opened nothing
  const word = /^<([^,;\s"]*)/.exec(slice)?.[1] ?? ''
  entry.angle ??= word // never closed
  return at + 1 + word.length
}
