import { isAscii, isUtf8 } from 'node:buffer'
import { charsetName } from './charset-name.ts'
import { decodeCharset } from './decode-charset.ts'
import { isDoubtfulLabel } from './doubtful-label.ts'
import { guessCharset } from './guess-charset.ts'

// Where a byte of 0x80-0x9f stands in text of the first, a program meant the second: ISO has controls there.
const WINDOWS_KIN: Readonly<Record<string, string>> = {
  'iso-8859-2': 'windows-1250',
  'iso-8859-4': 'windows-1257',
  'iso-8859-5': 'windows-1251',
  'iso-8859-6': 'windows-1256',
  'iso-8859-7': 'windows-1253',
  'iso-8859-8': 'windows-1255',
  'iso-8859-8-i': 'windows-1255',
  'iso-8859-13': 'windows-1257',
  'iso-8859-15': 'windows-1252',
}

/** How much may still be guessed in one mail: a thousand parts and names without a label take seconds. */
export type GuessBudget = { bytesLeft: number; last: string }

/** Twenty parts or two thousand names: far more than honest mail leaves open. */
export function newGuessBudget(): GuessBudget {
  return { bytesLeft: 80_000, last: 'windows-1252' }
}

/**
 * The text of `bytes` under the charset a sender named; never throws.
 *
 * Unlabelled text, text under an unknown name and text that is not what its label says is read as
 * UTF-8 where it is that, else as the charset in which it reads as words (guess-charset.ts); so is text that
 * reads as none under a label that programs write by default (doubtful-label.ts). A BOM
 * wins over a label (RFC 2781 §3.3). U+FFFD stands only where no reading is without a fault.
 *
 * @param label as in `charset=`, in any spelling; null when the mail has none
 * @param budget is drawn on by guesses; where it is used up the last one counts
 */
export function decodeText(bytes: Buffer, label: string | null, budget?: GuessBudget): string {
  const given = charsetName(label)
  const name = isWide(given) && isNarrow(bytes) ? '' : given
  if (isAscii(bytes)) return decodeAscii(bytes, name)
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3)
  if (isWide(name)) return decodeCharset(bytes, name) ?? decodeUnlabelled(bytes, budget)
  if (name === '' || name === 'utf-8' || isSevenBit(name)) return decodeUnlabelled(bytes, budget)
  return decodeLabelled(bytes, name, budget) ?? decodeUnlabelled(bytes, budget)
}

/**
 * Raw text of a header: UTF-8 where it is surely that (RFC 6532), else as the mail's text is labelled, else
 * by guess. The label speaks of another part of the mail, so it counts for less than there, and nothing in
 * a header has two bytes for each letter.
 *
 * @param label of the mail's text; null where that has none
 */
export function decodeRawHeader(bytes: Buffer, label: string | null, budget: GuessBudget): string {
  const name = charsetName(label)
  const text = isUtf8(bytes) ? bytes.toString('utf8') : ''
  if (isSurelyUtf8(text)) return encodedTwice(bytes, name, budget) ?? text
  return decodeText(bytes, isWide(name) ? null : label, budget)
}

/** Three characters beyond ASCII, or one beside a Latin letter: bytes of another charset are that by rare chance. */
function isSurelyUtf8(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
  const foreign = text.match(/[^\u0000-\u007f]/gu)?.length ?? 0
  return foreign >= 3 || /[a-z][\u0080-\u024f]|[\u0080-\u024f][a-z]/i.test(text)
}

/** The label under which a mail's raw headers are read: as its text says, or as its text reads. */
export function charsetOfText(bytes: Buffer, label: string | null): string | null {
  if (charsetName(label) !== '' || isAscii(bytes) || isUtf8(bytes)) return label
  return guessCharset(bytes)
}

function decodeAscii(bytes: Buffer, name: string): string {
  if (isWide(name) || (isSevenBit(name) && name !== 'us-ascii')) {
    return decodeCharset(bytes, name) ?? bytes.toString('latin1')
  }
  const text = bytes.toString('latin1')
  const hasEscapes = text.includes('\u001b$') || text.includes('\u001b(I')
  return hasEscapes ? (decodeCharset(bytes, 'iso-2022-jp') ?? text) : text
}

/** Two or four bytes a character: nothing in it is ASCII. */
function isWide(name: string): boolean {
  return name.startsWith('utf-16') || name.startsWith('utf-32')
}

/** UTF-8 with blanks or line ends and no NUL, which UTF-16 has at each of these. */
function isNarrow(bytes: Buffer): boolean {
  return !bytes.includes(0) && (bytes.includes(0x20) || bytes.includes(0x0a)) && isUtf8(bytes)
}

/** A charset in which no byte is above 0x7f: text that has one is something else. */
function isSevenBit(name: string): boolean {
  return name === 'us-ascii' || /^(?:utf-7|iso-2022-|hz-)/.test(name)
}

function decodeLabelled(bytes: Buffer, name: string, budget?: GuessBudget): string | undefined {
  const text = decodeCharset(bytes, kinOf(bytes, name))
  if (text === undefined) return undefined
  const isByLabel = !text.includes('\ufffd')
  if (isByLabel && !isMislabelledUtf8(bytes, text))
    return isDoubtfulLabel(text, name) ? (asGuessed(bytes, budget) ?? text) : text
  if (isUtf8(bytes)) return encodedTwice(bytes, name, budget) ?? bytes.toString('utf8')
  if (!isMostlyUnreadable(text)) return text
  const guessed = decodeUnlabelled(bytes, budget)
  return guessed.split('\ufffd').length < text.split('\ufffd').length ? guessed : text
}

/** As the charset in which it reads as words, if that is without a fault. */
function asGuessed(bytes: Buffer, budget?: GuessBudget): string | undefined {
  const text = decodeCharset(bytes, guessWithin(bytes, budget))
  return text?.includes('\ufffd') ? undefined : text
}

// Ukrainian letters stand where koi8-r has parts of frames: beside a letter they are no frame.
const UKRAINIAN_IN_KOI8 =
  /[\u00c0-\u00ff][\u00a4\u00a6\u00a7\u00ad\u00b4\u00b6\u00b7\u00bd]|[\u00a4\u00a6\u00a7\u00ad\u00b4\u00b6\u00b7\u00bd][\u00c0-\u00ff]/

function kinOf(bytes: Buffer, name: string): string {
  if (name === 'koi8-r') return UKRAINIAN_IN_KOI8.test(bytes.toString('latin1')) ? 'koi8-u' : name
  const kin = WINDOWS_KIN[name]
  return kin !== undefined && bytes.some(byte => byte >= 0x80 && byte <= 0x9f) ? kin : name
}

/**
 * Valid UTF-8 under the label of a charset with one byte a letter. Its readers would see each letter
 * as two signs; one such pair can be chance (`чё` in koi8-r), two or three bytes in a row cannot.
 */
function isMislabelledUtf8(bytes: Buffer, text: string): boolean {
  if (text.length < bytes.length || !isUtf8(bytes)) return false // of many bytes a character: taken at its word
  const sequences = bytes.reduce((count, byte) => count + (byte >= 0xc2 ? 1 : 0), 0)
  return sequences >= 2 || bytes.some(byte => byte >= 0xe0)
}

/**
 * Text of the label's charset that was taken for Latin-1 on its way and made UTF-8: only where it reads
 * without a fault, and as words rather than what it is.
 */
function encodedTwice(bytes: Buffer, name: string, budget?: GuessBudget): string | undefined {
  const text = bytes.toString('utf8')
  const once = Buffer.from(text, 'latin1')
  if (name === '' || name === 'utf-8' || once.toString('latin1') !== text) return undefined
  const inner = decodeCharset(once, name)
  if (inner === undefined || inner.includes('\ufffd')) return undefined
  return decodeCharset(once, guessWithin(once, budget)) === inner ? inner : undefined
}

function isMostlyUnreadable(text: string): boolean {
  return text.split('\ufffd').length * 8 > text.length
}

/** UTF-8 with a fault here and there is still UTF-8: a program cut a character in two. */
function decodeUnlabelled(bytes: Buffer, budget?: GuessBudget): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  const asUtf8 = bytes.toString('utf8')
  const broken = asUtf8.split('\ufffd').length - 1
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
  const foreign = asUtf8.replace(/[\u0000-\u007f\ufffd]+/g, '').length
  if (broken * 2 <= foreign) return asUtf8
  return decodeCharset(bytes, guessWithin(bytes, budget)) ?? asUtf8
}

const GUESS_BYTES = 4_000 // as many as a guess looks at
const LEAST_BYTES = 60 // what the shortest guess costs

function guessWithin(bytes: Buffer, budget: GuessBudget = newGuessBudget()): string {
  if (budget.bytesLeft <= 0) return budget.last
  budget.bytesLeft -= Math.min(bytes.length, GUESS_BYTES) + LEAST_BYTES
  budget.last = guessCharset(bytes)
  return budget.last
}
