/** What a server says of one method in an Authentication-Results field. */
export type MethodResult = {
  /** Lower-case, without a version: `dmarc`, `dkim`, `spf`. */
  method: string
  /** Lower-case: `pass`, `fail`, `none` and the like. */
  result: string
  /** `ptype.property` in lower case to its value, as `header.from`; a `reason` is among them. At most 12. */
  properties: Record<string, string>
  /** The comments of this result, one after the other. */
  comment: string
}

/** One Authentication-Results field, read. */
export type ServerResults = {
  /** The authserv-id in lower case; null where the field names no server. */
  server: string | null
  /** At most 20. */
  results: MethodResult[]
}

type Segment = { tokens: string[]; comments: string[] }

const MAX_CHARS = 8_000
const MAX_RESULTS = 20
const MAX_PROPERTIES = 12
const MAX_VALUE_CHARS = 255
const EQUALS = '\u0000=' // no word holds NUL: an equals sign inside quotes is no sign of a pair

/**
 * Reads the value of an Authentication-Results field (RFC 8601 §2.2) in one pass; what does not fit its
 * grammar is left out.
 *
 * Microsoft's servers name no server and begin with the first result: `server` is null then.
 */
export function parseAuthenticationResults(value: string): ServerResults {
  const segments = splitSegments(value.slice(0, MAX_CHARS).replaceAll('\u0000', ' '))
  const first = segments[0]?.tokens ?? []
  const namesServer = first[0] !== undefined && first[0] !== EQUALS && first[1] !== EQUALS
  const results = (namesServer ? segments.slice(1) : segments)
    .slice(0, MAX_RESULTS)
    .map(readResult)
    .filter(result => result !== undefined)
  return {
    server: namesServer ? (first[0] ?? '').toLowerCase().slice(0, MAX_VALUE_CHARS) : null,
    results,
  }
}

function readResult({ tokens, comments }: Segment): MethodResult | undefined {
  const pairs = pairsOf(tokens)
  const [head, ...rest] = pairs
  if (head === undefined) return undefined
  const properties: Record<string, string> = {}
  for (const [name, text] of rest.slice(0, MAX_PROPERTIES)) {
    if (!Object.hasOwn(properties, name) && /^[a-z][\w.-]{0,60}$/.test(name)) properties[name] = text
  }
  return {
    method: head[0].split('/')[0] ?? '',
    result: head[1].toLowerCase(),
    properties,
    comment: comments.join(' ').slice(0, MAX_VALUE_CHARS),
  }
}

/** `name = value` in a row of tokens; a token beside no equals sign is skipped. */
function pairsOf(tokens: string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let at = 1; at < tokens.length - 1; at++) {
    const name = tokens[at - 1]
    const text = tokens[at + 1]
    if (tokens[at] !== EQUALS || name === undefined || text === undefined) continue
    if (name !== EQUALS && text !== EQUALS) pairs.push([name.toLowerCase(), text.slice(0, MAX_VALUE_CHARS)])
  }
  return pairs
}

type Reading = { segments: Segment[]; word: string | null; comment: string; depth: number; isQuoted: boolean }

/** Cuts at `;` outside of quotes and comments; comments nest (RFC 5322 §3.2.2). */
function splitSegments(value: string): Segment[] {
  const reading: Reading = {
    segments: [{ tokens: [], comments: [] }],
    word: null,
    comment: '',
    depth: 0,
    isQuoted: false,
  }
  for (let at = 0; at < value.length; at++) {
    const char = value.charAt(at)
    const isEscape = char === '\\' && (reading.isQuoted || reading.depth > 0)
    if (isEscape) at++
    const text = isEscape ? value.charAt(at) : char
    if (reading.depth > 0) readComment(reading, text, isEscape)
    else if (reading.isQuoted) readQuoted(reading, text, isEscape)
    else readPlain(reading, text)
  }
  endWord(reading)
  return reading.segments
}

function readComment(reading: Reading, char: string, isEscaped: boolean): void {
  if (!isEscaped && char === '(') reading.depth++
  if (!isEscaped && char === ')') reading.depth--
  if (reading.depth > 0) reading.comment += char
  else {
    reading.segments.at(-1)?.comments.push(reading.comment.slice(0, MAX_VALUE_CHARS))
    reading.comment = ''
  }
}

function readQuoted(reading: Reading, char: string, isEscaped: boolean): void {
  if (!isEscaped && char === '"') reading.isQuoted = false
  else reading.word = (reading.word ?? '') + char
}

function readPlain(reading: Reading, char: string): void {
  switch (char) {
    case '(':
      endWord(reading)
      reading.depth = 1
      break
    case '"':
      reading.word ??= ''
      reading.isQuoted = true
      break
    case ';':
      endWord(reading)
      reading.segments.push({ tokens: [], comments: [] })
      break
    case '=':
      endWord(reading)
      reading.segments.at(-1)?.tokens.push(EQUALS)
      break
    case ' ':
    case '\t':
    case '\r':
    case '\n':
      endWord(reading)
      break
    default:
      reading.word = (reading.word ?? '') + char
  }
}

function endWord(reading: Reading): void {
  if (reading.word !== null) reading.segments.at(-1)?.tokens.push(reading.word)
  reading.word = null
}
