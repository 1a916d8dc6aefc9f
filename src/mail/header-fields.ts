/** One header field of a mail or a part. */
export type HeaderField = {
  /** Lower-case. */
  name: string
  /** Unfolded, each byte as one latin1 character, trimmed. */
  value: string
  /** The field as it stands, folded, without its last line end; latin1. */
  raw: string
}

/** A header block and where what follows it begins. */
export type HeaderBlock = { fields: HeaderField[]; bodyStart: number; isCut: boolean }

const MAX_FIELDS = 5_000
const MAX_BLOCK_BYTES = 1024 * 1024

/**
 * The header fields from `start` up to the first empty line (RFC 5322 §2.2); never throws.
 *
 * Takes LF and CRLF, skips an mbox `From ` line and lines that are no field, allows blanks before
 * the colon (§4.5). `isCut` when the block has more than 5,000 fields or 1 MiB: the rest is
 * not read.
 */
export function readHeaderFields(raw: Buffer, start: number, end: number): HeaderBlock {
  const { blockEnd, bodyStart } = findBlockEnd(raw, start, end)
  const readEnd = Math.min(blockEnd, start + MAX_BLOCK_BYTES)
  const fields: HeaderField[] = []
  let current: string[] = []
  for (const line of raw.toString('latin1', start, readEnd).split('\n')) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line
    if (current.length > 0 && /^[ \t]/.test(text)) {
      current.push(text)
      continue
    }
    addField(fields, current)
    if (fields.length >= MAX_FIELDS) break
    current = [text]
  }
  addField(fields, current)
  return { fields, bodyStart, isCut: readEnd < blockEnd || fields.length >= MAX_FIELDS }
}

/** The value of the first field of that name (RFC 7103 §7.1: the first wins), or undefined. */
export function firstValue(fields: HeaderField[], name: string): string | undefined {
  return fields.find(field => field.name === name)?.value
}

/** The values of all fields of that name, topmost first. */
export function allValues(fields: HeaderField[], name: string): string[] {
  return fields.filter(field => field.name === name).map(field => field.value)
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
  fields.push({ name, value, raw: lines.join('\n') })
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
