/**
 * The bytes of a part behind its Content-Transfer-Encoding (RFC 2045 §6); never throws.
 *
 * Lenient as the RFC asks: foreign characters in base64 are skipped, padding inside it joins two
 * pieces, a broken `=` in quoted-printable stays. An unknown encoding leaves the bytes as they are.
 *
 * @param encoding lower-case, without comments
 */
export function decodeTransfer(bytes: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return decodeBase64(bytes)
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(bytes)
  if (/^(x-)?uu(e|encode)?$/.test(encoding)) return decodeUuencode(bytes)
  return bytes
}

/** Bytes of base64 text. */
export function decodeBase64(bytes: Buffer): Buffer {
  if (isBigBase64(bytes)) return decodeBigBase64(bytes)
  const text = bytes.toString('latin1')
  const padding = text.indexOf('=')
  if (padding < 0 || !/[A-Za-z0-9+/]/.test(text.slice(padding))) return Buffer.from(text, 'base64')
  return Buffer.concat(base64Runs(text).map(run => Buffer.from(run, 'base64')))
}

/**
 * Whether text stands as it is under the label of base64: half its lines have blanks inside or signs that
 * no base64 has.
 */
export function isBare(bytes: Buffer): boolean {
  const lines = bytes
    .toString('latin1', 0, 2_000)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  const bare = lines.filter(line => /[^A-Za-z0-9+/=]/.test(line)).length
  return bare > 0 && bare * 2 >= lines.length && !beginsEncoded(lines[0] ?? '')
}

function beginsEncoded(line: string): boolean {
  return /^[A-Za-z0-9+/]{16}/.test(line) || (line.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(line))
}

const MAX_RUNS = 50_000

/** Runs that padding ended. What follows the first counts only where it is base64 itself: lists append their footers. */
function base64Runs(text: string): string[] {
  const runs: string[] = []
  let at = 0
  while (at < text.length && runs.length < MAX_RUNS) {
    const padding = text.indexOf('=', at)
    const end = padding < 0 ? text.length : padding
    let next = end
    while (text.charAt(next) === '=') next++
    const run = runs.length === 0 ? text.slice(at, end) : text.slice(at, end).replace(/[\s\0]+/g, '')
    if (runs.length > 0 && (/[^A-Za-z0-9+/]/.test(run) || (run.length + next - end) % 4 !== 0)) break
    runs.push(run)
    at = next
  }
  return runs
}

/**
 * How many bytes `decodeTransfer` gives. Big base64 is counted, not decoded: a mail of 40 MB must
 * not need its memory three times.
 */
export function decodedSizeBytes(bytes: Buffer, encoding: string): number {
  if (encoding !== 'base64' || !isBigBase64(bytes)) return decodeTransfer(bytes, encoding).length
  let digits = 0
  for (const piece of base64Pieces(bytes)) digits += piece.length
  return Math.floor((digits * 3) / 4)
}

const BIG_BYTES = 1024 * 1024
const PIECE_BYTES = 32 * 1024 // short strings die young: the heap stays small

/** Big, and padded at its end only. */
function isBigBase64(bytes: Buffer): boolean {
  const padding = bytes.indexOf(0x3d)
  return (
    bytes.length >= BIG_BYTES &&
    (padding < 0 || !/[A-Za-z0-9+/]/.test(bytes.toString('latin1', padding, padding + 200)))
  )
}

/** The base64 digits of `bytes`, a piece at a time. */
function* base64Pieces(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield bytes
      .toString('latin1', at, Math.min(at + PIECE_BYTES, bytes.length))
      .replace(/[^A-Za-z0-9+/]+/g, '')
  }
}

function decodeBigBase64(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(Math.ceil((bytes.length * 3) / 4))
  let length = 0
  let carry = ''
  for (const piece of base64Pieces(bytes)) {
    const digits = carry + piece
    const whole = digits.length - (digits.length % 4)
    length += out.write(digits.slice(0, whole), length, 'base64')
    carry = digits.slice(whole)
  }
  length += out.write(carry, length, 'base64')
  return out.subarray(0, length)
}

/** Bytes of quoted-printable text; a `=` that escapes nothing stays. */
export function decodeQuotedPrintable(bytes: Buffer): Buffer {
  let equals = bytes.indexOf(0x3d)
  if (equals < 0) return bytes
  const out = Buffer.allocUnsafe(bytes.length)
  let length = 0
  let at = 0
  while (equals >= 0) {
    length += bytes.copy(out, length, at, equals)
    const { value, end } = readEscape(bytes, equals)
    if (value >= 0) out[length++] = value
    at = end
    equals = bytes.indexOf(0x3d, at)
  }
  length += bytes.copy(out, length, at)
  return out.subarray(0, length)
}

/** What the `=` at `at` stands for (-1: nothing, a soft line break) and where reading goes on. */
function readEscape(bytes: Buffer, at: number): { value: number; end: number } {
  const value = hexPair(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0)
  if (value >= 0) return { value, end: at + 3 }
  const breakEnd = softBreakEnd(bytes, at + 1)
  return breakEnd < 0 ? { value: 0x3d, end: at + 1 } : { value: -1, end: breakEnd }
}

/** Where the line after a soft break begins, or -1 when `at` is not at one. */
function softBreakEnd(bytes: Buffer, at: number): number {
  let i = at
  while (i < bytes.length && i < at + 80 && (bytes[i] === 0x20 || bytes[i] === 0x09)) i++
  if (bytes[i] === 0x0d && bytes[i + 1] === 0x0a) return i + 2
  if (bytes[i] === 0x0a || bytes[i] === 0x0d) return i + 1
  return i >= bytes.length ? i : -1
}

/** The value of two hexadecimal digits of either case, or -1. */
export function hexPair(high: number, low: number): number {
  const one = hexDigit(high)
  const two = hexDigit(low)
  return one < 0 || two < 0 ? -1 : one * 16 + two
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const upper = code & 0xdf
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1
}

function decodeUuencode(bytes: Buffer): Buffer {
  const lines = bytes.toString('latin1').split(/\r?\n/)
  const begin = lines.findIndex(line => /^begin [0-7]{3,4} /.test(line))
  if (begin < 0) return bytes
  const out: Buffer[] = []
  for (const line of lines.slice(begin + 1)) {
    if (line === 'end') break
    out.push(uuLine(line))
  }
  return Buffer.concat(out)
}

/** The bytes of one line of uuencode. */
export function uuLine(line: string): Buffer {
  const length = (line.charCodeAt(0) - 32) & 63
  const out = Buffer.alloc(Math.ceil(line.length / 4) * 3)
  for (let i = 1, at = 0; i < line.length; i += 4, at += 3) {
    const [a, b, c, d] = [0, 1, 2, 3].map(step => ((line.charCodeAt(i + step) || 32) - 32) & 63)
    out.writeUIntBE(((a ?? 0) << 18) | ((b ?? 0) << 12) | ((c ?? 0) << 6) | (d ?? 0), at, 3)
  }
  return out.subarray(0, Math.min(length, out.length))
}
