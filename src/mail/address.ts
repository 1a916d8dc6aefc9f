import { domainToASCII } from 'node:url'
import { cleanLine } from './clean-line.ts'
import type { Address } from './mail-types.ts'

const MAX_ADDRESS_CHARS = 320 // 64 + @ + 255 (RFC 5321 §4.5.3.1), as characters
const MAX_NAME_CHARS = 300

// A dot-atom, taken leniently: Japanese carriers issued addresses with doubled and trailing dots.
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is refused
const ATOM = /^[^\u0000-\u0020\u007f-\u00a0"(),:;<>@[\\\]\u2028\u2029]+$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is refused
const QUOTED = /^"(?:[^\u0000-\u001f\u007f-\u009f"\\]|\\[ -~])*"$/
const DOMAIN = /^[\p{L}\p{N}\p{M}_](?:[\p{L}\p{N}\p{M}_.-]*[\p{L}\p{N}\p{M}_])?$/u
// Marks nobody sees, direction marks among them: an address looks like another's with them.
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Zs}\u2800]/u
const LITERAL = /^\[[0-9a-f.:]{2,45}\]$|^\[ipv6:[0-9a-f.:]{2,45}\]$/

/**
 * One address as someone typed it: `ann@example.org` or `Ann <ann@example.org>`; undefined for
 * anything else, also for two addresses.
 */
export function parseAddress(input: string): Address | undefined {
  const text = input.trim()
  if (!text.endsWith('>')) return makeAddress(null, text)
  const opened = text.lastIndexOf('<')
  if (opened < 0) return undefined
  const name = text
    .slice(0, opened)
    .trim()
    .replace(/^"(.*)"$/s, '$1')
  return makeAddress(name, text.slice(opened + 1, -1))
}

/**
 * A validated address from its two halves, or undefined. The local part stays as it is, the domain
 * becomes lower-case NFC; `name` loses controls and bidi marks, and is null when nothing of it can be seen.
 */
export function makeAddress(name: string | null, addrSpec: string): Address | undefined {
  const spec = addrSpec.trim()
  const at = spec.lastIndexOf('@')
  if (at < 1 || spec.length > MAX_ADDRESS_CHARS) return undefined
  const local = spec.slice(0, at)
  const domain = spec
    .slice(at + 1)
    .normalize('NFC')
    .toLowerCase()
    .replace(/\.$/, '')
  if (UNSEEN.test(local.replace(/^"|"$/g, '').replaceAll(' ', '')) || UNSEEN.test(domain)) return undefined
  if (!ATOM.test(local) && !QUOTED.test(local)) return undefined
  if (!LITERAL.test(domain) && (!DOMAIN.test(domain) || domain.includes('..'))) return undefined
  const shownName = cleanLine(name ?? '', MAX_NAME_CHARS)
  return { name: shownName === '' ? null : shownName, address: `${local}@${domain}` }
}

declare const checked: unique symbol

/** An address that may stand in an SMTP envelope; made by `envelopeAddress` alone, so no unread text gets there. */
export type EnvelopeAddress = string & { readonly [checked]: true }

/**
 * An address for the envelope. A quoted local part can hide a second address from a careless relay, and is none.
 *
 * @throws RangeError for anything but one bare address: a fault of ours
 */
export function envelopeAddress(text: string): EnvelopeAddress {
  const address = makeAddress(null, text)?.address
  if (address === undefined || address.startsWith('"')) throw new RangeError('no address for an envelope')
  return address as EnvelopeAddress
}

/**
 * Whether two addresses reach the same person: local parts compared without case (NFC), domains
 * as A-labels. Dots and plus parts count: only the receiving server knows what they mean.
 */
export function sameAddress(a: string, b: string): boolean {
  return addressKey(a) === addressKey(b)
}

/** The domain of an address, as it is spelled there. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

/** An address without what stands behind a plus in its local part: a reply token, or a word of whoever wrote it. */
export function withoutTag(address: string): string {
  return address.replace(/^([^+@]+)\+[^@]*@/, '$1@')
}

/** The form under which an address is looked up: lower-case NFC local part, domain in A-labels. */
export function addressKey(address: string): string {
  const at = address.lastIndexOf('@')
  const domain = address
    .slice(at + 1)
    .normalize('NFC')
    .toLowerCase()
  const local = address.slice(0, Math.max(at, 0)).normalize('NFC').toLowerCase()
  return `${local}@${domainToASCII(domain) || domain}`
}
