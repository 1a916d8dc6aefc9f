import { domainToASCII } from 'node:url'
import type { DkimCheck } from '../shared/vocabulary.ts'
import { domainOf } from './address.ts'

const DOMAIN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/
const MAX_DOMAIN_CHARS = 200 // with selector and `_domainkey` still a DNS name of 253 (RFC 1035 §2.3.4)
const MAX_RECORD_CHARS = 4_000
const STRING_CHARS = 255 // of one character-string in a TXT record (RFC 1035 §3.3.14)
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** The domain that signs for an address (`d=`), as A-labels; undefined where it is no name of DNS. */
export function signingDomain(address: string): string | undefined {
  const domain = domainToASCII(domainOf(address)).toLowerCase()
  return domain.length <= MAX_DOMAIN_CHARS && DOMAIN.test(domain) ? domain : undefined
}

/** What is published of a key (RFC 6376 §3.6.1). @param publicKey SubjectPublicKeyInfo in base64 */
export function keyRecord(publicKey: string): string {
  return `v=DKIM1; k=rsa; p=${publicKey}`
}

/** The record as a line of a zone file: a value over 255 characters is written as several strings. */
export function zoneLine(name: string, value: string): string {
  const strings: string[] = []
  for (let at = 0; at < value.length; at += STRING_CHARS)
    strings.push(`"${value.slice(at, at + STRING_CHARS)}"`)
  return `${name}. IN TXT ( ${strings.join(' ')} )`
}

/**
 * What verifiers will make of the TXT records found where a key is published (RFC 6376 §3.6.1, §6.1.2).
 *
 * @param records each whole, its strings joined; whatever whoever owns the zone wrote
 */
export function judgeKeyRecord(records: readonly string[], publicKey: string): DkimCheck {
  const [record, another] = records
  if (record === undefined) return 'missing'
  if (another !== undefined) return 'several' // which of them counts is undefined (§3.6.2.2)
  const tags = readTags(record)
  const key = tags?.get('p')
  if (tags === undefined || key === undefined) return 'malformed'
  if (key === '') return 'revoked'
  if (key !== publicKey) return judgeOtherKey(tags, key, publicKey)
  if (listOf(tags, 't').includes('y')) return 'test-mode'
  return isForMail(tags) ? 'right' : 'restricted'
}

function judgeOtherKey(tags: ReadonlyMap<string, string>, key: string, publicKey: string): DkimCheck {
  if (publicKey.startsWith(key)) return 'cut'
  return BASE64.test(key) || tags.get('k') === 'ed25519' ? 'other-key' : 'malformed'
}

/** The tags with all white space taken out; undefined where this is no list of tags of a key (§3.2). */
function readTags(record: string): Map<string, string> | undefined {
  if (record.length > MAX_RECORD_CHARS) return undefined
  const tags = new Map<string, string>()
  const parts = record.replace(/[ \t\r\n]/g, '').split(';')
  if (parts.at(-1) === '') parts.pop()
  for (const part of parts) {
    const at = part.indexOf('=')
    const name = part.slice(0, at)
    if (at < 1 || tags.has(name)) return undefined
    if (name === 'v' && (tags.size > 0 || part !== 'v=DKIM1')) return undefined
    tags.set(name, part.slice(at + 1))
  }
  return tags
}

function isForMail(tags: ReadonlyMap<string, string>): boolean {
  const services = listOf(tags, 's')
  const isForService = !tags.has('s') || services.includes('*') || services.includes('email')
  const isForHash = !tags.has('h') || listOf(tags, 'h').includes('sha256')
  return isForService && isForHash && (tags.get('k') ?? 'rsa') === 'rsa'
}

function listOf(tags: ReadonlyMap<string, string>, name: string): string[] {
  return (tags.get(name) ?? '').toLowerCase().split(':')
}
