import { decodeText, type GuessBudget, newGuessBudget } from './charset.ts'
import { decodeHeaderText } from './encoded-words.ts'

/** A structured header value such as Content-Type. */
export type HeaderValue = {
  /** Lower-case, without parameters. */
  value: string
  /**
   * The parameters that are read here, by lower-case name; continuations joined, percent and encoded words read, not
   * yet cleaned.
   */
  params: Map<string, string>
}

type Piece = { index: number; isEncoded: boolean; text: string }

// To decode what nobody asks for is what a stranger can make dear.
const READ: ReadonlySet<string> = new Set(
  'boundary charset delsp filename format method name protocol report-type smime-type'.split(' '),
)
const MAX_PARAMS = 200
const MAX_PIECES = 100
const MAX_CHARS = 200_000 // no honest field has a tenth of it

/**
 * Reads `value; name=value; …` (RFC 2045 §5.1) with the continuations and charsets of RFC 2231
 * §3-4 in any order, and with encoded words, which clients write there though RFC 2047 §5 forbids it.
 *
 * Linear; reads the first 200,000 characters.
 *
 * @param field the unfolded value, latin1
 * @param fallbackCharset for raw 8-bit parameters
 * @param budget for the guesses of one mail
 */
export function parseHeaderParams(
  field: string,
  fallbackCharset: string | null,
  budget = newGuessBudget(),
): HeaderValue {
  const [given, ...others] = splitAtSemicolons(field.slice(0, MAX_CHARS))
  const { first, rest } = splitMissingSemicolon(given, others)
  const pieces = new Map<string, Piece[]>()
  for (const part of rest.slice(0, MAX_PARAMS)) addPiece(pieces, part)
  const params = new Map<string, string>()
  for (const [name, list] of pieces) params.set(name, joinPieces(list, { charset: fallbackCharset, budget }))
  return {
    value: withoutComments(first).trim().toLowerCase(),
    params,
  }
}

type Part = { text: string; isQuoted: boolean }

/** `attachment filename=x`, and a value that is a parameter: the first `;` was forgotten. */
function splitMissingSemicolon(given: Part | undefined, rest: Part[]): { first: string; rest: Part[] } {
  const text = (given?.text ?? '').trimStart() // two runs of blanks in one pattern take quadratic time
  const match = /^(?:([\w!#$&^.+/-]{1,100})\s+)?([\w*-]{1,40}\s*=.*)$/s.exec(text)
  const params = match?.[2]
  if (params === undefined) return { first: text, rest }
  return { first: match?.[1] ?? '', rest: [{ text: params, isQuoted: given?.isQuoted ?? false }, ...rest] }
}

const TOKEN = /"(?:[^"\\]|\\.)*"?|;|[^";]+/gs

/** Cuts at `;` outside of quoted strings. Quotes go, their blanks stay; a path keeps its `\`. */
function splitAtSemicolons(field: string): Part[] {
  const parts: Part[] = []
  let pieces: string[] = []
  let isQuoted = false
  const close = () => {
    parts.push({ text: pieces.join(''), isQuoted })
    pieces = []
    isQuoted = false
  }
  for (const [token] of field.matchAll(TOKEN)) {
    if (token === ';') close()
    else if (token.startsWith('"')) {
      pieces.push((pieces.pop() ?? '').trimEnd(), unquoted(token))
      isQuoted = true
    } else if (!isQuoted || token.trim() !== '') pieces.push(token)
  }
  close()
  return parts
}

/** @param token from its `"` on; the closing one may be missing */
function unquoted(token: string): string {
  return token.slice(1, token.endsWith('"') && token.length > 1 ? -1 : undefined).replace(/\\(["\\])/g, '$1')
}

function addPiece(pieces: Map<string, Piece[]>, part: Part): void {
  const equals = part.text.indexOf('=')
  if (equals < 1) return
  const given = part.text.slice(equals + 1)
  const text = part.isQuoted ? given : given.trim()
  const match = /^([^*\s]{1,60})(?:\*(\d{1,3}))?(\*)?$/.exec(part.text.slice(0, equals).trim().toLowerCase())
  const name = match?.[1]
  if (!match || name === undefined || !READ.has(name)) return
  const isEncoded = match[3] !== undefined
  const wholeIndex = isEncoded ? -1 : -2
  const index = match[2] === undefined ? wholeIndex : Number(match[2])
  const list = pieces.get(name) ?? []
  if (list.length < MAX_PIECES && !list.some(piece => piece.index === index)) {
    list.push({ index, isEncoded, text })
  }
  pieces.set(name, list)
}

type Fallback = { charset: string | null; budget: GuessBudget }

/** `name*` wins over `name*0`, which wins over `name` (RFC 6266 §4.3 for the order of forms). */
function joinPieces(list: Piece[], fallback: Fallback): string {
  const extended = list.find(piece => piece.index === -1)
  const numbered = list.filter(piece => piece.index >= 0).sort((a, b) => a.index - b.index)
  const plain = list.find(piece => piece.index === -2)
  const read = extended ? [extended] : numbered
  if (read.length === 0) return decodePlain(plain?.text ?? '', fallback)
  const text = decodeExtended(read, fallback)
  return text.includes('\ufffd') && plain ? decodePlain(plain.text, fallback) : text
}

/** Some programs write the extended form under the plain name. */
function decodePlain(text: string, fallback: Fallback): string {
  const isExtended = /^(?:utf-8|iso-8859-\d{1,2}|windows-125\d|koi8-[ru])'[\w-]{0,20}'[^']*%[\da-f]{2}/i.test(
    text,
  )
  if (isExtended) return decodeExtended([{ index: -1, isEncoded: true, text }], fallback)
  return decodeHeaderText(text, fallback.charset, fallback.budget)
}

function decodeExtended(pieces: Piece[], { charset, budget }: Fallback): string {
  const first = pieces[0]
  const prefix = first?.isEncoded ? /^([^']*)'[^']*'/.exec(first.text) : null
  const bytes = pieces.map((piece, i) => {
    const text = i === 0 && prefix ? piece.text.slice(prefix[0].length) : piece.text
    return piece.isEncoded ? percentBytes(text) : Buffer.from(text, 'latin1')
  })
  const joined = Buffer.concat(bytes)
  const text = joined.toString('latin1')
  // Encoded words inside of it name their charset themselves (RFC 2047 §5 forbids them, clients write them).
  if (prefix && !/=\?[^?\s]{1,60}\?[bq]\?/i.test(text))
    return decodeText(joined, prefix[1] || charset, budget)
  return decodeHeaderText(text, prefix?.[1] || charset, budget)
}

function percentBytes(text: string): Buffer {
  const plain = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(plain, 'latin1')
}

function withoutComments(text: string): string {
  return text.replace(/\([^()]*\)/g, ' ')
}
