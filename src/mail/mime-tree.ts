import { type GuessBudget, newGuessBudget } from './charset.ts'
import { cleanLine } from './clean-line.ts'
import { blankLineEnd, firstValue, type HeaderField, readHeaderFields } from './header-fields.ts'
import { parseHeaderParams } from './header-params.ts'
import { decodeTransfer } from './transfer-encoding.ts'

/** One node of a mail's MIME structure (RFC 2045-2046); offsets are into the raw bytes. */
export type MimePart = {
  fields: HeaderField[]
  /** Lower-case `type/subtype`, valid. */
  contentType: string
  params: Map<string, string>
  /** Lower-case; null when there is none. */
  disposition: string | null
  /** As given, not yet cleaned; null when there is none. */
  filename: string | null
  /** Lower-case Content-Transfer-Encoding. */
  encoding: string
  /** Content-ID without `<>`; null when there is none. */
  contentId: string | null
  /** Content-Location as given; null when there is none. */
  location: string | null
  /** The bytes that the offsets are into, for a part found inside of another; the mail's own where absent. */
  source?: Buffer
  bodyStart: number
  bodyEnd: number
  children: MimePart[]
}

/** The tree of a mail, where its first empty line ends, and `isCut` when a limit stopped the reading. */
export type MimeTree = { root: MimePart; blankLineEnd: number; isCut: boolean }

type Reading = {
  raw: Buffer
  partsLeft: number
  isCut: boolean
  charset: string | null
  guesses: GuessBudget
}

const MAX_DEPTH = 30 // real mail stays below 10; each level costs one pass over its bytes
const MAX_PARTS = 1_000
const MAX_INNER_HEADER_BYTES = 4_000 // between a part's header and its first delimiter stands a preamble at most

/**
 * The parts of a mail; never throws.
 *
 * Attached mails (message/rfc822) are leaves. A multipart without a usable boundary is read as plain text,
 * unless it is the whole mail and begins with a delimiter line that has fields below: a part inside may not
 * come to hold files, as that would change the numbers of those behind it (unpack-parts.ts); a missing closing boundary ends with its parent (RFC 2046 §5.1.1); what lies deeper
 * than 30 levels stays one undivided part. Time is linear in bytes × depth.
 */
export function readMimeTree(raw: Buffer): MimeTree {
  const reading: Reading = {
    raw,
    partsLeft: MAX_PARTS,
    isCut: false,
    charset: null,
    guesses: newGuessBudget(),
  }
  const start = skipBlankLines(raw)
  const root = readPart(reading, {
    start,
    end: raw.length,
    depth: 0,
    defaultType: 'text/plain',
  })
  return { root, blankLineEnd: blankLineEnd(raw, start), isCut: reading.isCut }
}

/** Some stores put blank lines before the first field. */
function skipBlankLines(raw: Buffer): number {
  let at = 0
  while (at < raw.length && at < 10_000 && /\s/.test(String.fromCharCode(raw[at] ?? 0))) at++
  return at < raw.length && raw.lastIndexOf(0x0a, at) >= 0 ? at : 0
}

/** The bytes of a leaf, transfer encoding removed. */
export function partBytes(raw: Buffer, part: MimePart): Buffer {
  return decodeTransfer(encodedBytes(raw, part), part.encoding)
}

/** The bytes of a leaf as they stand in the mail. */
export function encodedBytes(raw: Buffer, part: MimePart): Buffer {
  return (part.source ?? raw).subarray(part.bodyStart, part.bodyEnd)
}

type Range = { start: number; end: number; depth: number; defaultType: string }

function readPart(reading: Reading, range: Range): MimePart {
  const block = readHeaderFields(reading.raw, range.start, range.end)
  if (block.isCut) reading.isCut = true
  const part = describePart(reading, block.fields, range)
  part.bodyStart = block.wordsStart
  if (!part.contentType.startsWith('multipart/')) return part
  if (range.depth >= MAX_DEPTH) {
    reading.isCut = true
    return part
  }
  const sections = range.depth === 0 ? rootSections(reading, part) : innerSections(reading, part)
  if (sections.length === 0) return { ...part, contentType: 'text/plain' }
  const defaultType = part.contentType === 'multipart/digest' ? 'message/rfc822' : 'text/plain'
  part.children = sections.map(section =>
    readPart(reading, { ...section, depth: range.depth + 1, defaultType }),
  )
  return part
}

function describePart(reading: Reading, fields: HeaderField[], range: Range): MimePart {
  const type = parseHeaderParams(firstValue(fields, 'content-type') ?? '', reading.charset, reading.guesses)
  const disposition = parseHeaderParams(
    firstValue(fields, 'content-disposition') ?? '',
    reading.charset,
    reading.guesses,
  )
  const encoding = firstValue(fields, 'content-transfer-encoding') ?? ''
  const isType = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/.test(type.value)
  if (range.depth === 0) reading.charset = type.params.get('charset') ?? null
  return {
    fields,
    contentType: isType ? type.value : shortType(type.value, range.defaultType),
    params: type.params,
    // What is no token says nothing (RFC 2183 §2.8 is about unknown words only).
    disposition: /^[\w-]{1,40}$/.test(disposition.value) ? disposition.value : null,
    filename: disposition.params.get('filename') || type.params.get('name') || null,
    encoding:
      encoding
        .replace(/\([^()]*\)/g, '')
        .trim()
        .toLowerCase()
        .split(/[;\s]/, 1)[0] ?? '',
    contentId: contentIdOf(fields),
    location: firstValue(fields, 'content-location')?.replace(/\s+/g, '').slice(0, 2_000) || null,
    bodyStart: range.end,
    bodyEnd: range.end,
    children: [],
  }
}

function contentIdOf(fields: HeaderField[]): string | null {
  const value = cleanLine(firstValue(fields, 'content-id') ?? '', 1_000)
  const id = value.replace(/^<|>$/g, '').trim()
  return id === '' ? null : id
}

/** `Content-Type: text` and `html`, as old programs wrote them; anything else unknown is the default. */
function shortType(value: string, defaultType: string): string {
  if (value.startsWith('multipart/')) return 'multipart/mixed'
  if (value === 'text') return 'text/plain'
  if (value === 'html') return 'text/html'
  return value === '' || value.startsWith('text/') ? defaultType : 'application/octet-stream'
}

/** By a boundary that its field holds as it should; see readMimeTree. */
function innerSections(reading: Reading, part: MimePart): { start: number; end: number }[] {
  const field = part.fields.find(one => one.name === 'content-type')
  return /boundary/i.test(field?.raw ?? '') ? splitSections(reading, part) : []
}

function rootSections(reading: Reading, part: MimePart): { start: number; end: number }[] {
  const sections = splitSections(reading, part)
  if (sections.length > 0 || reading.isCut) return sections
  const boundary = likelyBoundary(reading.raw, part)
  if (boundary === undefined) return sections
  part.params.set('boundary', boundary)
  return splitSections(reading, part)
}

const MAX_PREAMBLE_BYTES = 300 // a notice for old programs; more could be what somebody wrote
const MAX_HEAD_BYTES = 10_000

/** The first line that begins with `--`, if it stands above a part's fields there or further down. */
function likelyBoundary(raw: Buffer, { bodyStart, bodyEnd }: MimePart): string | undefined {
  const head = raw.toString('latin1', bodyStart, Math.min(bodyEnd, bodyStart + MAX_HEAD_BYTES))
  const line = /(?:^|\n)--([^\s-][^\r\n]{0,200}|-[^\r\n]{1,200})\r?\n/.exec(head)
  if (line?.[1] === undefined || line.index > MAX_PREAMBLE_BYTES) return undefined
  const delimiter = `--${line[1]}`
  const isAboveFields = head
    .split(delimiter)
    .some(part => /^\s?\ncontent-[a-z-]{2,30}[ \t]{0,5}:/i.test(part))
  return isAboveFields ? line[1] : undefined
}

/** The ranges between a multipart's delimiter lines; preamble and epilogue are left out. */
function splitSections(reading: Reading, part: MimePart): { start: number; end: number }[] {
  const boundary = part.params.get('boundary')?.slice(0, 1_000).trimEnd()
  if (boundary === undefined || boundary === '') return []
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  const sections: { start: number; end: number }[] = []
  let open = -1
  const next = (from: number): DelimiterLine | undefined => {
    const line = nextDelimiter(reading.raw, delimiter, from, part.bodyEnd)
    const isInner =
      line?.isClosing && open >= 0 && opensInner(reading, `${boundary}--`, open, line.contentEnd)
    return isInner ? nextDelimiter(reading.raw, delimiter, line.end, part.bodyEnd) : line
  }
  for (let line = next(part.bodyStart); line; line = next(open)) {
    if (open >= 0) sections.push({ start: open, end: Math.max(open, line.contentEnd) })
    if (line.isClosing) return sections
    if (reading.partsLeft-- <= 0) {
      reading.isCut = true
      return sections
    }
    open = line.end
  }
  if (open >= 0) sections.push({ start: open, end: part.bodyEnd })
  return sections
}

/** Whether what looks like the end is the first line of a part inside: its boundary is ours with `--`. */
function opensInner(reading: Reading, innerBoundary: string, start: number, end: number): boolean {
  if (end - start > MAX_INNER_HEADER_BYTES) return false
  const head = readHeaderFields(reading.raw, start, end)
  const type = parseHeaderParams(firstValue(head.fields, 'content-type') ?? '', null)
  return type.value.startsWith('multipart/') && type.params.get('boundary')?.trimEnd() === innerBoundary
}

type DelimiterLine = { contentEnd: number; end: number; isClosing: boolean }

/** The next line that is the delimiter and nothing else: `--b` is not the start of `--bb`. */
function nextDelimiter(raw: Buffer, delimiter: Buffer, from: number, end: number): DelimiterLine | undefined {
  const within = raw.subarray(0, end) // each part that lacks its delimiter would be searched to the end of the mail
  let at = within.indexOf(delimiter, from)
  while (at >= 0) {
    const isLineStart = at === from || raw[at - 1] === 0x0a
    const line = isLineStart ? delimiterAt(raw, at, delimiter.length, end) : undefined
    if (line) return { ...line, contentEnd: beforeLineEnd(raw, at, from) }
    at = within.indexOf(delimiter, at + 1)
  }
  return undefined
}

function delimiterAt(
  raw: Buffer,
  at: number,
  length: number,
  end: number,
): Omit<DelimiterLine, 'contentEnd'> | undefined {
  let i = at + length
  while (i < at + length + 5 && raw[i] === 0x20) i++ // of a boundary that was given with blanks
  const isClosing = raw[i] === 0x2d && raw[i + 1] === 0x2d
  if (isClosing) i += 2
  const limit = Math.min(end, i + 200)
  while (i < limit && (raw[i] === 0x20 || raw[i] === 0x09 || raw[i] === 0x0d)) i++
  if (i >= end) return { end, isClosing }
  return raw[i] === 0x0a ? { end: i + 1, isClosing } : undefined
}

/** The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1). */
function beforeLineEnd(raw: Buffer, at: number, from: number): number {
  if (at - 1 < from || raw[at - 1] !== 0x0a) return at
  return at - 2 >= from && raw[at - 2] === 0x0d ? at - 2 : at - 1
}
