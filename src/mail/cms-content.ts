type Element = { tag: number; start: number; end: number; isOpenEnded: boolean }

const SIGNED_DATA = Buffer.from('2a864886f70d010702', 'hex') // 1.2.840.113549.1.7.2
const SEQUENCE = 0x30
const OBJECT_ID = 0x06
const OCTET_STRING = 0x04
const CONSTRUCTED_OCTETS = 0x24
const FIRST = 0xa0 // [0] EXPLICIT
const MAX_PIECES = 100_000
const MAX_STEPS = 400_000

/**
 * What an opaque S/MIME signature (RFC 8551 §3.5.2, RFC 5652 §5) wraps: a MIME entity that nobody can
 * read without this; null when the bytes are something else, such as encrypted data. The signature is
 * not checked. Never throws, linear; lengths may be left open (BER), as Outlook and OpenSSL write them.
 */
export function signedContent(bytes: Buffer): Buffer | null {
  const steps = { left: MAX_STEPS }
  const outer = elementAt(bytes, 0, bytes.length, steps)
  if (outer?.tag !== SEQUENCE) return null
  const [type, wrapped] = childrenOf(bytes, outer, 2, steps)
  if (type?.tag !== OBJECT_ID || !bytes.subarray(type.start, type.end).equals(SIGNED_DATA)) return null
  const signed = wrapped && childrenOf(bytes, wrapped, 1, steps)[0]
  // version, digest algorithms, content, …
  const content = signed && childrenOf(bytes, signed, 3, steps)[2]
  const holder = content && childrenOf(bytes, content, 2, steps)[1]
  if (holder?.tag !== FIRST) return null // a detached signature
  const octets = childrenOf(bytes, holder, 1, steps)[0]
  return octets ? octetsOf(bytes, octets, steps) : null
}

function octetsOf(bytes: Buffer, element: Element, steps: { left: number }): Buffer | null {
  if (element.tag === OCTET_STRING) return bytes.subarray(element.start, element.end)
  if (element.tag !== CONSTRUCTED_OCTETS) return null
  const pieces = childrenOf(bytes, element, MAX_PIECES, steps)
  return Buffer.concat(
    pieces.filter(one => one.tag === OCTET_STRING).map(one => bytes.subarray(one.start, one.end)),
  )
}

/** The first `count` elements inside of one. */
function childrenOf(bytes: Buffer, parent: Element, count: number, steps: { left: number }): Element[] {
  const found: Element[] = []
  let at = parent.start
  while (at < parent.end && found.length < count) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) break // end of contents
    const child = elementAt(bytes, at, parent.end, steps)
    if (!child) break
    found.push(child)
    if (found.length < count) at = endOf(bytes, child, steps)
  }
  return found
}

function elementAt(bytes: Buffer, at: number, limit: number, steps: { left: number }): Element | undefined {
  if (steps.left-- <= 0 || at + 2 > limit) return undefined
  const tag = bytes[at] ?? 0
  const first = bytes[at + 1] ?? 0
  if (first === 0x80) return { tag, start: at + 2, end: limit, isOpenEnded: true }
  const digits = first < 0x80 ? 0 : first & 0x7f
  if (digits > 4 || at + 2 + digits > limit) return undefined
  const length = digits === 0 ? first : bytes.readUIntBE(at + 2, digits)
  const start = at + 2 + digits
  return { tag, start, end: Math.min(limit, start + length), isOpenEnded: false }
}

/** Where the next element begins; one of open length ends behind its own children. */
function endOf(bytes: Buffer, element: Element, steps: { left: number }): number {
  if (!element.isOpenEnded) return element.end
  let depth = 1
  let at = element.start
  while (at < element.end && depth > 0) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) {
      depth--
      at += 2
      continue
    }
    const child = elementAt(bytes, at, element.end, steps)
    if (!child) return element.end
    if (child.isOpenEnded) depth++
    at = child.isOpenEnded ? child.start : child.end
  }
  return at
}
