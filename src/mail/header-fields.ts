/** One header field of a mail or a part. */
export type HeaderField = {
  /** Lower-case. */
  name: string
  /** Unfolded, each byte as one latin1 character, trimmed. */
  value: string
  /** The field as it stands, folded, without its last line end and without what was wrapped with no blank; latin1. */
  raw: string
}

/**
 * A header block and where what follows it begins: behind the first empty line. `wordsStart` is before it where
 * that line was forgotten, at the first line of words that no field follows.
 */
export type HeaderBlock = { fields: HeaderField[]; bodyStart: number; wordsStart: number; isCut: boolean }

const MAX_FIELDS = 5_000
const MAX_BLOCK_BYTES = 1024 * 1024

/**
 * The header fields from `start` up to the first empty line (RFC 5322 §2.2); never throws.
 *
 * Takes LF and CRLF, skips an mbox `From ` line and lines that are no field, allows blanks before
 * the colon (§4.5). A field that was wrapped without a blank goes on. `isCut` when the block has more than 5,000 fields or 1 MiB: the rest is not read.
 */
export function readHeaderFields(raw: Buffer, start: number, end: number): HeaderBlock {
  const { blockEnd, bodyStart } = findBlockEnd(raw, start, end)
  const readEnd = Math.min(blockEnd, start + MAX_BLOCK_BYTES)
  const lines = raw.toString('latin1', start, readEnd).split('\n').map(withoutReturn)
  const count = readEnd < blockEnd ? lines.length : headerLines(lines)
  const fields = joinFields(lines.slice(0, count))
  const isCut = readEnd < blockEnd || fields.length >= MAX_FIELDS
  const wordsStart = count < lines.length ? lineStart(raw, start, count) : bodyStart
  return { fields, bodyStart, wordsStart, isCut }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

function joinFields(lines: readonly string[]): HeaderField[] {
  const fields: HeaderField[] = []
  let current: string[] = []
  for (const line of lines) {
    if (goesOn(current, line)) {
      current.push(line)
      continue
    }
    addField(fields, current)
    if (fields.length >= MAX_FIELDS) break
    current = [line]
  }
  addField(fields, current)
  return fields
}

const FIELD = /^[!-9;-~]{1,200}[ \t]*:/

/** How many lines are the header: the empty line below it was forgotten where words follow that no field follows. */
function headerLines(lines: readonly string[]): number {
  const last = lines.findLastIndex(line => FIELD.test(line))
  const words = lines.findIndex(
    (line, at) => at > last && line !== '' && !/^[ \t]|^>?From /.test(line) && !PARAMETER.test(line),
  )
  return words < 0 ? lines.length : words
}

function lineStart(raw: Buffer, start: number, line: number): number {
  let at = start
  for (let count = 0; count < line; count++) at = raw.indexOf(0x0a, at) + 1
  return at
}

/** The value of the first field of that name (RFC 7103 §7.1: the first wins), or undefined. */
export function firstValue(fields: HeaderField[], name: string): string | undefined {
  return fields.find(field => field.name === name)?.value
}

/** The values of all fields of that name, topmost first. */
export function allValues(fields: HeaderField[], name: string): string[] {
  return fields.filter(field => field.name === name).map(field => field.value)
}

// Programs that break long lines forget the blank; a parameter's value may hold a colon.
const BREAKABLE = /^(?:subject|to|cc|references)\s{0,9}:/i
const HAS_PARAMETERS = /^content-(?:type|disposition)\s{0,9}:/i
const PARAMETER = /^(?:boundary|charset|name|filename)\*?=/i

function goesOn(current: readonly string[], text: string): boolean {
  const [first] = current
  if (first === undefined || text === '') return false
  if (/^[ \t]/.test(text)) return true
  if (HAS_PARAMETERS.test(first)) return PARAMETER.test(text)
  return BREAKABLE.test(first) && !/:|^>?From /.test(text)
}

function addField(fields: HeaderField[], lines: string[]): void {
  const first = lines[0]
  if (first === undefined) return
  const colon = first.indexOf(':')
  const name = first.slice(0, Math.max(colon, 0)).trimEnd().toLowerCase()
  if (!/^[!-9;-~]{1,200}$/.test(name)) return
  const value = [first.slice(colon + 1), ...lines.slice(1)]
    .map(line => line.trim())
    .join(' ')
    .trim()
  const broken = lines.findIndex((line, at) => at > 0 && !/^[ \t]/.test(line))
  const raw = (broken < 0 ? lines : lines.slice(0, broken)).join('\n')
  fields.push({ name, value, raw })
}

/** Where the first empty line from `start` on ends: what the mail key is over begins there. */
export function blankLineEnd(raw: Buffer, start: number): number {
  return findBlockEnd(raw, start, raw.length).bodyStart
}

function findBlockEnd(raw: Buffer, start: number, end: number): { blockEnd: number; bodyStart: number } {
  if (raw[start] === 0x0a) return { blockEnd: start, bodyStart: start + 1 }
  if (raw[start] === 0x0d && raw[start + 1] === 0x0a) return { blockEnd: start, bodyStart: start + 2 }
  let at = raw.indexOf(0x0a, start)
  while (at >= 0 && at < end) {
    if (raw[at + 1] === 0x0a) return { blockEnd: at, bodyStart: Math.min(at + 2, end) }
    if (raw[at + 1] === 0x0d && raw[at + 2] === 0x0a)
      return { blockEnd: at, bodyStart: Math.min(at + 3, end) }
    at = raw.indexOf(0x0a, at + 1)
  }
  return { blockEnd: end, bodyStart: end }
}
