import { uuLine } from './transfer-encoding.ts'

/** A file that stood in a text, and the text without it. */
export type TextFile = { filename: string; bytes: Buffer }

const MAX_FILES = 50
const MAX_TRIES = 1_000 // lines that begin like a file and are none
const MAX_LINE_CHARS = 400

/**
 * Files written into plain text, as uuencode (POSIX) and yEnc: older than MIME and still sent. The
 * text keeps everything else; what only looks like a file stays text. Never throws; linear.
 */
export function takeTextFiles(text: Buffer): { files: TextFile[]; text: Buffer } {
  const files: TextFile[] = []
  const kept: Buffer[] = []
  let from = 0
  const findEnd = nextLine(text, '=yend')
  for (const at of startsOf(text)) {
    if (at < from) continue
    const found = fileAt(text, at, findEnd)
    if (!found) continue
    files.push({ filename: found.filename, bytes: found.bytes })
    kept.push(text.subarray(from, at))
    from = found.end
    if (files.length >= MAX_FILES) break
  }
  kept.push(text.subarray(from))
  return { files, text: files.length === 0 ? text : Buffer.concat(kept) }
}

/** Where lines begin as files do, in order; each word is searched for once. */
function* startsOf(text: Buffer): Generator<number> {
  let uu = lineStart(text, 'begin ', 0)
  let yenc = text.includes('=yend ') ? lineStart(text, '=ybegin ', 0) : -1
  for (let tries = 0; tries < MAX_TRIES && (uu >= 0 || yenc >= 0); tries++) {
    const isUu = uu >= 0 && (yenc < 0 || uu < yenc)
    yield isUu ? uu : yenc
    if (isUu) uu = lineStart(text, 'begin ', uu + 1)
    else yenc = lineStart(text, '=ybegin ', yenc + 1)
  }
}

function lineStart(text: Buffer, word: string, from: number): number {
  let at = text.indexOf(word, from)
  while (at > 0 && text[at - 1] !== 0x0a) at = text.indexOf(word, at + 1)
  return at
}

/** Finds the next line that begins so; asked in order, it searches the text once. */
function nextLine(text: Buffer, word: string): (from: number) => number {
  let next = 0
  return from => {
    if (next >= 0 && next <= from) next = lineStart(text, word, from)
    return next
  }
}

type Found = { filename: string; bytes: Buffer; end: number }
type Line = { text: string; end: number }

function lineAt(text: Buffer, at: number): Line {
  const newline = text.indexOf(0x0a, at)
  const end = newline < 0 ? text.length : newline + 1
  const cut = Math.min(end, at + MAX_LINE_CHARS)
  return { text: text.toString('latin1', at, cut).replace(/\r?\n$/, ''), end }
}

function fileAt(text: Buffer, at: number, findEnd: (from: number) => number): Found | undefined {
  const first = lineAt(text, at)
  const uu = /^begin [0-7]{3,4} (\S.{0,250})$/.exec(first.text)
  if (uu) return uuFile(text, first.end, uu[1] ?? '')
  const yenc = /^=ybegin (?=.*\bsize=\d).*?\bname=(\S.{0,250})$/.exec(first.text)
  return yenc ? yencFile(text, yenc[1] ?? '', first.end, findEnd(first.end)) : undefined
}

/**
 * Undefined unless line after line is no longer than its first sign says, and most are as long, up to `end`:
 * shouted words are short lines of such signs too.
 */
function uuFile(text: Buffer, start: number, filename: string): Found | undefined {
  const pieces: Buffer[] = []
  let whole = 0
  let at = start
  while (at < text.length) {
    const line = lineAt(text, at)
    at = line.end
    if (line.text.trimEnd() === 'end') break
    if (!isUuLine(line.text)) {
      if (line.text.trim() !== '') return undefined
      continue
    }
    pieces.push(uuLine(line.text))
    if (line.text.length > digitsOf(line.text)) whole++
  }
  if (pieces.length === 0 || whole * 2 < pieces.length) return undefined
  return { filename: filename.trim(), bytes: Buffer.concat(pieces), end: at }
}

function isUuLine(line: string): boolean {
  // Blanks at a line's end are lost on the way; some programs add a sign or two of checksum.
  return /^[ -`]+$/.test(line) && line.length - 1 <= digitsOf(line) + 2
}

/** How many digits a line has by its first sign. */
function digitsOf(line: string): number {
  return Math.ceil(((line.charCodeAt(0) - 32) & 63) / 3) * 4
}

function yencFile(text: Buffer, filename: string, start: number, end: number): Found | undefined {
  if (end < 0) return undefined
  const part = lineAt(text, start)
  const from = part.text.startsWith('=ypart ') ? part.end : start
  return {
    filename: filename.trim(),
    bytes: decodeYenc(text.subarray(from, end)),
    end: lineAt(text, end).end,
  }
}

/** Each byte is 42 more than it was, after a `=` 106 more. */
function decodeYenc(encoded: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(encoded.length)
  let length = 0
  let shift = 42
  for (const byte of encoded) {
    if (byte === 0x0a || byte === 0x0d) continue
    if (byte === 0x3d && shift === 42) shift = 106
    else {
      bytes[length++] = (byte - shift) & 0xff
      shift = 42
    }
  }
  return bytes.subarray(0, length)
}
