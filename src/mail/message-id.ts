import { createHash } from 'node:crypto'

const MAX_CHARS = 2_000
const KEPT_AT_EACH_END = 50 // of References: its root and its newest; none may fill the index

/**
 * The one form in which ids are stored and written again: without `<>`, white space and control
 * characters, at most 2,000 characters; null when nothing remains.
 *
 * Its case stays, since customers' programs thread our answers by comparing ids exactly. Compare
 * two ids by their `threadRef`, never as text.
 */
export function canonicalMessageId(value: string): string | null {
  const opened = value.indexOf('<')
  const closed = value.indexOf('>', opened + 1)
  const inner = opened >= 0 && closed > opened + 1 ? value.slice(opened + 1, closed) : value
  const id = withoutControls(inner.slice(0, MAX_CHARS * 2)).slice(0, MAX_CHARS)
  return id === '' ? null : id
}

/**
 * The canonical ids of an In-Reply-To or References field, in their order, each once; with more
 * than 100 the first 50 and the last 50.
 *
 * Text outside `<…>` is skipped (RFC 5322 §4.5.4 allows phrases there); where no `<` stands, each
 * word with an `@` counts.
 */
export function listMessageIds(value: string): { ids: string[]; isCut: boolean } {
  const words = value.includes('<')
    ? bracketed(value)
    : value.split(/[\s,]+/).filter(word => word.includes('@'))
  const byKey = new Map<string, string>()
  for (const id of words.map(canonicalMessageId)) {
    if (id !== null && !byKey.has(id.toLowerCase())) byKey.set(id.toLowerCase(), id)
  }
  const ids = [...byKey.values()]
  if (ids.length <= 2 * KEPT_AT_EACH_END) return { ids, isCut: false }
  return { ids: [...ids.slice(0, KEPT_AT_EACH_END), ...ids.slice(-KEPT_AT_EACH_END)], isCut: true }
}

/**
 * The key of an id in the ancestor index: the first 16 bytes of SHA-256 of the canonical id in
 * lower case, written as a uuid (no version bits). An id of any length makes a key of one size.
 * RFC 5322 §3.6.4 lets ids differ by case only; nobody makes such, and some systems lower-case
 * what they quote.
 */
export function threadRef(canonicalId: string): string {
  const hex = createHash('sha256').update(canonicalId.toLowerCase()).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}

function bracketed(value: string): string[] {
  const found: string[] = []
  let at = value.indexOf('<')
  while (at >= 0) {
    const end = value.indexOf('>', at)
    if (end < 0) {
      if (found.length === 0) found.push(value.slice(at + 1))
      break
    }
    found.push(value.slice(at, end + 1))
    at = value.indexOf('<', end)
  }
  return found
}

function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is cut
  return text.replace(/[\u0000-\u0020\u007f-\u00a0\u2028\u2029<>]+/g, '')
}
