import type { Socket } from 'node:net'

/** One argument of a command: an atom or string, literal bytes, or a parenthesised list. */
export type ImapToken = string | Buffer | ImapToken[]

/** One command of a client. */
export type ImapCommand = { tag: string; name: string; args: ImapToken[] }

// Far above anything our own client sends: this server is spoken to by this product only.
const maxCommandBytes = 64 * 1024 * 1024

/**
 * Cuts the byte stream of a client into commands and hands them on one after the other; a literal
 * `{n}` is asked for with a continuation (RFC 3501 §4.3). `DONE` comes as a command without tag.
 */
export function readCommands(socket: Socket, onCommand: (command: ImapCommand) => Promise<void>): void {
  let pending: Buffer = Buffer.alloc(0)
  let askedAt = -1
  let queue = Promise.resolve()
  socket.on('data', chunk => {
    pending = Buffer.concat([pending, chunk])
    if (pending.length > maxCommandBytes) return void socket.destroy()
    for (let end = commandEnd(pending); end.kind !== 'more'; end = commandEnd(pending)) {
      if (end.kind === 'literal') {
        if (askedAt !== end.at) socket.write('+ go ahead\r\n')
        askedAt = end.at
        return
      }
      const command = parseCommand(pending.subarray(0, end.at))
      pending = pending.subarray(end.at)
      askedAt = -1
      queue = queue.then(() => onCommand(command)).catch(error => void socket.destroy(error))
    }
  })
}

type End = { kind: 'complete'; at: number } | { kind: 'literal'; at: number } | { kind: 'more' }

/** Where the first command ends, or the literal of which bytes are still to come. */
function commandEnd(bytes: Buffer): End {
  let from = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', from)
    if (lineEnd < 0) return { kind: 'more' }
    const literal = /\{(\d+)(\+?)\}$/.exec(bytes.subarray(from, lineEnd).toString('latin1'))
    if (!literal) return { kind: 'complete', at: lineEnd + 2 }
    const literalEnd = lineEnd + 2 + Number(literal[1])
    if (bytes.length < literalEnd)
      return literal[2] === '+' ? { kind: 'more' } : { kind: 'literal', at: lineEnd }
    from = literalEnd
  }
}

function parseCommand(bytes: Buffer): ImapCommand {
  const tokens = parseTokens({ bytes, at: 0 })
  const words = tokens.map(token => (typeof token === 'string' ? token : ''))
  if (words[0]?.toUpperCase() === 'DONE') return { tag: '', name: 'DONE', args: [] }
  const isUid = words[1]?.toUpperCase() === 'UID'
  const name = isUid ? `UID ${words[2] ?? ''}` : (words[1] ?? '')
  return { tag: words[0] ?? '*', name: name.toUpperCase(), args: tokens.slice(isUid ? 3 : 2) }
}

type Cursor = { bytes: Buffer; at: number }

function parseTokens(cursor: Cursor): ImapToken[] {
  const tokens: ImapToken[] = []
  while (cursor.at < cursor.bytes.length) {
    const char = String.fromCharCode(cursor.bytes[cursor.at] ?? 0)
    if (char === ')') {
      cursor.at++
      return tokens
    }
    const token = char === ' ' || char === '\r' || char === '\n' ? skip(cursor) : parseToken(cursor, char)
    if (token !== undefined) tokens.push(token)
  }
  return tokens
}

function skip(cursor: Cursor): undefined {
  cursor.at++
}

function parseToken(cursor: Cursor, char: string): ImapToken {
  if (char === '(') {
    cursor.at++
    return parseTokens(cursor)
  }
  if (char === '"') return parseQuoted(cursor)
  const rest = cursor.bytes.subarray(cursor.at, cursor.at + 32).toString('latin1')
  const literal = /^\{(\d+)\+?\}\r\n/.exec(rest)
  if (!literal) return parseAtom(cursor)
  const start = cursor.at + literal[0].length
  cursor.at = start + Number(literal[1])
  return cursor.bytes.subarray(start, cursor.at)
}

function parseQuoted(cursor: Cursor): string {
  let text = ''
  cursor.at++
  for (; cursor.at < cursor.bytes.length; cursor.at++) {
    const char = String.fromCharCode(cursor.bytes[cursor.at] ?? 0)
    if (char === '"') break
    if (char === '\\') cursor.at++
    text += String.fromCharCode(cursor.bytes[cursor.at] ?? 0)
  }
  cursor.at++
  return Buffer.from(text, 'latin1').toString('utf8')
}

/** An atom; a section in brackets (`BODY.PEEK[HEADER.FIELDS (TO)]`) belongs to it with its spaces. */
function parseAtom(cursor: Cursor): string {
  const start = cursor.at
  let depth = 0
  for (; cursor.at < cursor.bytes.length; cursor.at++) {
    const char = String.fromCharCode(cursor.bytes[cursor.at] ?? 0)
    if (char === '[') depth++
    if (char === ']') depth--
    if (depth <= 0 && ' ()\r\n'.includes(char)) break
  }
  return cursor.bytes.subarray(start, cursor.at).toString('utf8')
}

/** Writes a string as a quoted string (RFC 3501 §4.3). */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, match => `\\${match}`)}"`
}

/** A token as text, whatever form it came in. */
export function textOf(token: ImapToken | undefined): string {
  if (typeof token === 'string') return token
  return Buffer.isBuffer(token) ? token.toString('utf8') : ''
}
