import { decodeText } from './charset.ts'
import { hexPair } from './transfer-encoding.ts'

// The text may hold blanks: several clients write them unescaped. Each `?` ends a try, so this is linear.
const WORD = /=\?([^?\s]{1,60})\?([bq])\?([^?]*)\?=/gi

type Word = { charset: string; pieces: Buffer[]; start: number; end: number }

/**
 * A header's text with its encoded words read (RFC 2047 §2, §6.2; language suffixes of RFC 2231 §5).
 *
 * Neighbouring words of one charset are joined before reading, as senders cut characters in two.
 * Bytes outside of words are read as UTF-8, else as `fallbackCharset`, else by guess. The result
 * can hold CR, LF and NUL: clean it before use.
 *
 * @param value the field's bytes as latin1, unfolded
 * @param fallbackCharset of the mail's text part, or null
 */
export function decodeHeaderText(value: string, fallbackCharset: string | null): string {
  if (!value.includes('=?')) return decodeRaw(value, fallbackCharset)
  let out = ''
  let at = 0
  for (const word of joinedWords(value)) {
    const between = value.slice(at, word.start)
    const isFiller = at > 0 && between.trim() === ''
    if (!isFiller) out += decodeRaw(between, fallbackCharset)
    out += decodeText(Buffer.concat(word.pieces), word.charset)
    at = word.end
  }
  return out + decodeRaw(value.slice(at), fallbackCharset)
}

function joinedWords(value: string): Word[] {
  const words: Word[] = []
  for (const match of value.matchAll(WORD)) {
    const [all, label = '', kind = '', text = ''] = match
    const charset = label.replace(/\*.*$/, '').toLowerCase()
    const bytes = kind.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : decodeQ(text)
    const last = words.at(-1)
    const end = match.index + all.length
    if (last && last.charset === charset && value.slice(last.end, match.index).trim() === '') {
      last.pieces.push(bytes)
      last.end = end
    } else words.push({ charset, pieces: [bytes], start: match.index, end })
  }
  return words
}

/** The Q encoding: `_` is a blank, `=XX` a byte (RFC 2047 §4.2). */
function decodeQ(text: string): Buffer {
  const out = Buffer.allocUnsafe(text.length)
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const value = code === 0x3d ? hexPair(text.charCodeAt(i + 1), text.charCodeAt(i + 2)) : -1
    if (value >= 0) i += 2
    out[length++] = value >= 0 ? value : code === 0x5f ? 0x20 : code
  }
  return out.subarray(0, length)
}

function decodeRaw(latin1: string, fallbackCharset: string | null): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
  if (!/[^\u0000-\u007f]/.test(latin1)) return latin1
  return decodeText(Buffer.from(latin1, 'latin1'), fallbackCharset)
}
