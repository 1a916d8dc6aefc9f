/** One mail out of an mbox; `raw` is null where it is larger than allowed. */
export type MboxMail = {
  /** What its `From ` line says of when it came; null where that is no time. */
  deliveredAt: string | null
  raw: Buffer | null
  sizeBytes: number
}

const LF = 0x0a
const QUOTE = 0x3e // >
const LONG_LINE_BYTES = 1_048_576

// A sentence that begins with From is no separator: one has a weekday and a time.
const SEPARATOR = /^From .{0,200}?\b((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .*\d:\d{2}.*\d{4}.*)$/i

type State = {
  maxBytes: number
  /** Of the mail being read; empty before the first. */
  pieces: Buffer[]
  sizeBytes: number
  deliveredAt: string | null
  isBegun: boolean
  isBlankBefore: boolean
}

/**
 * Splits an mbox of any size into its mails, a mail in memory at a time (RFC 4155, and what programs make of it).
 *
 * A separator is a `From ` line after an empty line, or at the beginning. `>From ` loses one `>`: mboxrd quotes each such
 * line, mboxo those without one, and both are read. The empty line before a separator is no part of the mail. What
 * stands before the first separator is left out.
 */
export async function* splitMbox(
  chunks: AsyncIterable<Buffer>,
  options: { maxBytes: number },
): AsyncGenerator<MboxMail> {
  const state: State = {
    maxBytes: options.maxBytes,
    pieces: [],
    sizeBytes: 0,
    deliveredAt: null,
    isBegun: false,
    isBlankBefore: true,
  }
  let rest: Buffer = Buffer.alloc(0)
  let isMidLine = false
  for await (const chunk of chunks) {
    const buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    for (let end = buffer.indexOf(LF); end >= 0; end = buffer.indexOf(LF, at)) {
      yield* takeLine(state, buffer.subarray(at, end + 1), isMidLine)
      isMidLine = false
      at = end + 1
    }
    rest = buffer.subarray(at)
    if (rest.length < LONG_LINE_BYTES) continue
    yield* takeLine(state, rest, isMidLine)
    isMidLine = true
    rest = Buffer.alloc(0)
  }
  if (rest.length > 0) yield* takeLine(state, rest, isMidLine)
  yield* flush(state)
}

function* takeLine(state: State, line: Buffer, isMidLine: boolean): Generator<MboxMail> {
  const separator = isMidLine || !state.isBlankBefore ? undefined : readSeparator(line, state)
  if (separator !== undefined) {
    yield* flush(state)
    Object.assign(state, { isBegun: true, isBlankBefore: false, deliveredAt: separator.deliveredAt })
    return
  }
  state.isBlankBefore = !isMidLine && isBlank(line)
  if (!state.isBegun) return
  const kept = !isMidLine && isQuotedFrom(line) ? line.subarray(1) : line
  state.sizeBytes += kept.length
  if (state.sizeBytes <= state.maxBytes) state.pieces.push(kept)
  else state.pieces = []
}

/** The very first one may be without a time. */
function readSeparator(line: Buffer, { isBegun }: State): { deliveredAt: string | null } | undefined {
  if (line[0] !== 0x46) return undefined // F
  const text = line.toString('latin1', 0, Math.min(line.length, 400)).trimEnd()
  const found = SEPARATOR.exec(text)
  if (found !== null) return { deliveredAt: found[1] ?? null }
  return !isBegun && text.startsWith('From ') ? { deliveredAt: null } : undefined
}

function* flush(state: State): Generator<MboxMail> {
  const { pieces, sizeBytes, deliveredAt } = state
  const isTooLarge = sizeBytes > state.maxBytes
  if (pieces.length > 1 && isBlank(pieces.at(-1) ?? Buffer.alloc(0))) pieces.pop()
  Object.assign(state, { pieces: [], sizeBytes: 0, deliveredAt: null })
  if (sizeBytes === 0) return
  yield { deliveredAt, raw: isTooLarge ? null : Buffer.concat(pieces), sizeBytes }
}

function isBlank(line: Buffer): boolean {
  return line.length <= 2 && line.at(-1) === LF && (line.length === 1 || line[0] === 0x0d)
}

function isQuotedFrom(line: Buffer): boolean {
  if (line[0] !== QUOTE) return false
  let at = 1
  while (line[at] === QUOTE) at++
  return line.toString('latin1', at, at + 5) === 'From '
}
