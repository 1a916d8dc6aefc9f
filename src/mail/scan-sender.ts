import { createHash } from 'node:crypto'
import { addressKey } from './address.ts'
import { parseAddressList } from './address-list.ts'
import { firstValue, readHeaderFields } from './header-fields.ts'

const HEADER_BYTES = 64 * 1024

/**
 * Who wrote a mail, as far as a look at its header shows: the normal form (`addressKey`) of the first From,
 * null where there is none to read. A hint for counting, proof of nothing. Linear and bounded.
 */
export function scanSender(source: Buffer): string | null {
  const { fields } = readHeaderFields(source, 0, Math.min(source.length, HEADER_BYTES))
  const from = parseAddressList(firstValue(fields, 'from') ?? '', text => text).addresses[0]
  return from === undefined ? null : addressKey(from.address)
}

/** A sender, or several facts about one, as a key of bounded length: 16 bytes of SHA-256 as a uuid. */
export function senderKey(facts: readonly string[]): string {
  const hex = createHash('sha256').update(facts.join('\u0000')).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
