import { isAscii } from 'node:buffer'
import { StringDecoder } from 'node:string_decoder'
import { decodeRawHeader, decodeText, type GuessBudget, newGuessBudget } from './charset.ts'
import { charsetName } from './charset-name.ts'
import { hexPair } from './transfer-encoding.ts'

/** One encoded word, or several of one charset that follow each other. */
type Word = { charset: string; isBase64: boolean; text: string; pieces: Buffer[]; start: number; end: number }

const WORD_START = /=\?([^?\s]{0,60})\?([bq])\?/gi
const MAX_WORDS = 5_000
const MAX_WORD_CHARS = 20_000 // RFC 2047 §2 says 75; programs put whole subjects into one

/**
 * A header's text with its encoded words read (RFC 2047 §2, §6.2; language suffixes of RFC 2231 §5).
 *
 * Neighbouring words of one charset are joined before reading, as senders cut characters in two; a
 * `?` inside a word, a missing end and a word inside a word are read as they were meant. Bytes
 * outside of words are read as UTF-8, else as `fallbackCharset`, else by guess. The result
 * can hold CR, LF and NUL: clean it before use.
 *
 * @param value the field's bytes as latin1, unfolded
 * @param fallbackCharset of the mail's text part, or null
 * @param budget for the guesses of one mail
 */
export function decodeHeaderText(
  value: string,
  fallbackCharset: string | null,
  budget = newGuessBudget(),
): string {
  const text = decodeOnce(value, fallbackCharset, budget)
  // Encoded twice by programs that encode what is encoded; nothing else looks like words alone.
  return text !== value && isWordsAlone(text) ? decodeOnce(text, fallbackCharset, budget) : text
}

function decodeOnce(value: string, fallbackCharset: string | null, budget: GuessBudget): string {
  if (!value.includes('=?')) return decodeRaw(value, fallbackCharset, budget)
  let out = ''
  let at = 0
  for (const word of joinedWords(value)) {
    const between = value.slice(at, word.start)
    const isFiller = at > 0 && between.trim() === ''
    if (!isFiller) out += decodeRaw(between, fallbackCharset, budget)
    out += decodeText(wholeCharacters(Buffer.concat(word.pieces)), word.charset, budget)
    at = word.end
  }
  return out + decodeRaw(value.slice(at), fallbackCharset, budget)
}

function isWordsAlone(text: string): boolean {
  return text.length < MAX_WORD_CHARS && /^(?:=\?[\w.:-]{2,40}\?[bq]\?[!->@-~]*\?=\s*)+$/i.test(text)
}

function joinedWords(value: string): Word[] {
  const words: Word[] = []
  const ends: Ends = { value, next: -1, lastStart: value.lastIndexOf('=?') }
  const start = new RegExp(WORD_START)
  for (let match = start.exec(value); match && words.length < MAX_WORDS; match = start.exec(value)) {
    const word = readWord(ends, match)
    if (!word) continue
    start.lastIndex = word.end
    const last = words.at(-1)
    const isNext = last && last.charset === word.charset && value.slice(last.end, word.start).trim() === ''
    if (!isNext) words.push(word)
    else joinTo(last, word)
  }
  return words
}

/** The next `?=` that was found: searched for once, however many words begin before it. */
type Ends = { value: string; next: number; lastStart: number }

function endAfter(ends: Ends, from: number): number {
  if (ends.next < from) {
    const found = ends.value.indexOf('?=', from)
    ends.next = found < 0 ? Number.POSITIVE_INFINITY : found
  }
  return ends.next
}

/** The word that opens at `match`; its end may be missing where the header ends. */
function readWord(ends: Ends, match: RegExpExecArray): Word | undefined {
  const [opening, label = '', kind = ''] = match
  const textStart = match.index + opening.length
  const isBase64 = kind.toLowerCase() === 'b'
  const textEnd = wordEnd(ends, textStart, { isBase64, isLast: match.index === ends.lastStart })
  if (textEnd < 0) return undefined
  const text = ends.value.slice(textStart, textEnd)
  return {
    charset: charsetName(label),
    isBase64,
    text,
    pieces: [isBase64 ? Buffer.from(text, 'base64') : decodeQ(text)],
    start: match.index,
    end: Math.min(ends.value.length, textEnd + 2),
  }
}

/**
 * Where a word's text ends: at `?=`. In a Q word an unescaped `?` may stand before `=20`, so that an
 * end is one that no hexadecimal digits follow. The last word of a header may lack its end: headers
 * are cut at some length.
 */
function wordEnd(ends: Ends, from: number, word: { isBase64: boolean; isLast: boolean }): number {
  const { value } = ends
  let end = endAfter(ends, from)
  while (!word.isBase64 && hexPair(value.charCodeAt(end + 2), value.charCodeAt(end + 3)) >= 0) {
    const next = endAfter(ends, end + 2)
    if (next - from > MAX_WORD_CHARS) break
    end = next
  }
  if (end - from <= MAX_WORD_CHARS) return end
  const rest = value.slice(from, from + MAX_WORD_CHARS)
  const isCut = word.isLast && from + rest.length === value.length && /^[!-~]*$/.test(rest)
  return isCut ? from + rest.replace(/\?$/, '').length : -1
}

/** Base64 that was cut anywhere goes on in the next word; each complete word is read by itself. */
function joinTo(last: Word, word: Word): void {
  const isOpen = last.isBase64 && word.isBase64 && !last.text.includes('=') && digitsOf(last.text) % 4 !== 0
  if (isOpen && last.text.length < MAX_WORD_CHARS) {
    last.text += word.text
    last.pieces[last.pieces.length - 1] = Buffer.from(last.text, 'base64')
  } else {
    last.text = word.text
    last.pieces.push(...word.pieces)
  }
  last.isBase64 = word.isBase64
  last.end = word.end
}

function digitsOf(base64: string): number {
  return base64.replace(/[^A-Za-z0-9+/]+/g, '').length
}

/** The Q encoding: `_` is a blank, `=XX` a byte (RFC 2047 §4.2). */
function decodeQ(text: string): Buffer {
  const out = Buffer.allocUnsafe(text.length)
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const value = code === 0x3d ? hexPair(text.charCodeAt(i + 1), text.charCodeAt(i + 2)) : -1
    if (value >= 0) i += 2
    const plain = code === 0x5f ? 0x20 : code
    out[length++] = value >= 0 ? value : plain
  }
  return out.subarray(0, length)
}

/** Outside of words ASCII means itself, also in a mail in UTF-7; only escapes of ISO 2022 were ever sent bare. */
function decodeRaw(latin1: string, fallbackCharset: string | null, budget: GuessBudget): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII without ESC
  if (!/[^\u0000-\u001a\u001c-\u007f]/.test(latin1)) return latin1
  return decodeRawHeader(wholeCharacters(Buffer.from(latin1, 'latin1')), fallbackCharset, budget)
}

/** Without the beginning of a UTF-8 character at the end: senders cut headers and names at some length. */
function wholeCharacters(bytes: Buffer): Buffer {
  if ((bytes.at(-1) ?? 0) < 0x80) return bytes
  const whole = Buffer.from(new StringDecoder('utf8').write(bytes))
  return !isAscii(whole) && whole.length < bytes.length && bytes.indexOf(whole) === 0 ? whole : bytes
}
