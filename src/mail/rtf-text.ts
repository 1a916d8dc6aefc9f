import { charsetName, codepageName } from './charset-name.ts'
import { decodeCharset } from './decode-charset.ts'

/** What an RTF body says: the HTML it was made from, where Outlook made it from HTML, else its text. */
export type RtfBody = { html: string | null; text: string }

type Group = { isSkipped: boolean; isTag: boolean; isFontTable: boolean; font: number; fallback: number }

type Reading = {
  groups: Group[]
  group: Group
  /** Groups deeper than MAX_DEPTH are read flat; this many ends are still to come. */
  flat: number
  isHtml: boolean
  /** Inside `\htmlrtf … \htmlrtf0`: RTF only, not part of the HTML. */
  isRtfOnly: boolean
  isStarred: boolean
  skip: number
  codepage: string | undefined
  fonts: Map<number, string>
  definedFont: number
  bytes: number[]
  out: string[]
  length: number
}

const MAX_DEPTH = 200
const MAX_CHARS = 2_000_000
const MAX_TOKENS = 600_000 // 200 pages of Cyrillic, in which each letter is one
const MAX_FONTS = 1_000
const TOKEN = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([\s\S])|([{}])|[\r\n]+|[^\\{}\r\n]+/giy

// Groups that hold no text of the document.
const SILENT = new Set(
  `colortbl stylesheet info pict objdata header headerl headerr headerf footer footerl footerr footerf footnote
  themedata colorschememapping datastore listtable listoverridetable rsidtbl generator xmlnstbl latentstyles
  filetbl revtbl nonshppict mhtmltag fldinst`.split(/\s+/),
)

const SIGNS: Readonly<Record<string, string>> = {
  par: '\n',
  line: '\n',
  row: '\n',
  page: '\n',
  sect: '\n',
  tab: '\t',
  cell: '\t',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
  endash: '–',
  emdash: '—',
  '~': '\u00a0',
  _: '-',
  '-': '',
  '\n': '\n',
  '\r': '\n',
}

// \fcharset numbers and their Windows code pages.
const FONT_CHARSETS: Readonly<Record<number, number>> = {
  0: 1252,
  77: 10000,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
}

/**
 * The words of RTF (MS-OXRTFEX for HTML inside of it); never throws, linear, at most 2,000,000
 * characters of 600,000 signs and commands. Looks are lost unless it was made from HTML: keep the file.
 */
export function readRtf(rtf: Buffer): RtfBody {
  const source = rtf.toString('latin1')
  const group = { isSkipped: false, isTag: false, isFontTable: false, font: -1, fallback: 1 }
  const reading: Reading = {
    groups: [],
    group,
    flat: 0,
    isHtml: /\\fromhtml1?\b/.test(source.slice(0, 4_000)),
    isRtfOnly: false,
    isStarred: false,
    skip: 0,
    codepage: undefined,
    fonts: new Map(),
    definedFont: -1,
    bytes: [],
    out: [],
    length: 0,
  }
  readTokens(reading, source)
  flush(reading)
  const text = reading.out.join('').slice(0, MAX_CHARS).toWellFormed()
  return reading.isHtml
    ? { html: text, text: '' }
    : { html: null, text: text.replace(/\n{3,}/g, '\n\n').trim() }
}

function readTokens(reading: Reading, source: string): void {
  const token = new RegExp(TOKEN)
  let left = MAX_TOKENS
  for (let match = token.exec(source); match && left-- > 0; match = token.exec(source)) {
    if (reading.length >= MAX_CHARS) return
    const skipped = match[1]?.toLowerCase() === 'bin' ? Number(match[2] ?? 0) : 0
    if (skipped > 0) token.lastIndex += skipped
    else readToken(reading, match)
  }
}

function readToken(reading: Reading, [all, word, parameter, hex, sign, brace]: RegExpExecArray): void {
  if (word !== undefined) {
    readWord(reading, word.toLowerCase(), parameter === undefined ? undefined : Number(parameter))
  } else if (hex !== undefined) writeByte(reading, Number.parseInt(hex, 16))
  else if (sign !== undefined) readSign(reading, sign)
  else if (brace !== undefined) readBrace(reading, brace)
  else if (!/^[\r\n]/.test(all)) writePlain(reading, all)
}

function readBrace(reading: Reading, brace: string): void {
  flush(reading)
  reading.skip = 0
  if (brace === '{') {
    if (reading.groups.length >= MAX_DEPTH) reading.flat++
    else {
      reading.groups.push(reading.group)
      reading.group = { ...reading.group }
    }
  } else if (reading.flat > 0) reading.flat--
  else reading.group = reading.groups.pop() ?? reading.group
}

function readSign(reading: Reading, sign: string): void {
  if (sign === '*') reading.isStarred = true
  else write(reading, SIGNS[sign] ?? sign)
}

function readWord(reading: Reading, word: string, value: number | undefined): void {
  const isStarred = reading.isStarred
  reading.isStarred = false
  if (word === 'htmltag') {
    reading.group.isTag = true
    reading.group.isSkipped = !reading.isHtml
  } else if (word === 'fonttbl') reading.group.isFontTable = true
  else if (isStarred || SILENT.has(word)) reading.group.isSkipped = true
  else if (word === 'htmlrtf') {
    flush(reading)
    reading.isRtfOnly = value !== 0
  } else if (word === 'u') writeUnicode(reading, value ?? 0)
  else if (SIGNS[word] !== undefined) write(reading, SIGNS[word])
  else readSetting(reading, word, value ?? 0)
}

function readSetting(reading: Reading, word: string, value: number): void {
  if (word === 'ansicpg') reading.codepage ??= charsetOf(value)
  else if (word === 'uc') reading.group.fallback = Math.min(Math.max(value, 0), 20)
  else if (word === 'f') {
    flush(reading)
    reading.group.font = value
    reading.definedFont = value
  } else if (word === 'fcharset' && reading.group.isFontTable && reading.fonts.size < MAX_FONTS) {
    const number = FONT_CHARSETS[value]
    if (number !== undefined && value !== 0) reading.fonts.set(reading.definedFont, charsetOf(number))
  }
}

function writeUnicode(reading: Reading, value: number): void {
  write(reading, String.fromCharCode(value < 0 ? value + 0x10000 : value))
  reading.skip = reading.group.fallback
}

/** A run of characters, of which those that stand for a \u go. */
function writePlain(reading: Reading, run: string): void {
  const skipped = Math.min(reading.skip, run.length)
  reading.skip -= skipped
  const rest = run.slice(skipped)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
  if (!/[^\u0000-\u007f]/.test(rest)) write(reading, rest)
  else for (const char of rest) writeByte(reading, char.charCodeAt(0))
}

function writeByte(reading: Reading, byte: number): void {
  if (reading.skip > 0) reading.skip--
  else if (isSilent(reading)) return
  else reading.bytes.push(byte)
}

function write(reading: Reading, text: string): void {
  flush(reading)
  if (isSilent(reading) || text === '') return
  reading.out.push(text)
  reading.length += text.length
}

function charsetOf(codepage: number): string {
  return charsetName(codepageName(codepage))
}

/** Bytes are decoded together: a character may have two. */
function flush(reading: Reading): void {
  if (reading.bytes.length === 0) return
  const charset = reading.fonts.get(reading.group.font) ?? reading.codepage ?? 'windows-1252'
  const text = decodeCharset(Buffer.from(reading.bytes), charset) ?? ''
  reading.bytes = []
  reading.out.push(text)
  reading.length += text.length
}

function isSilent(reading: Reading): boolean {
  const { group } = reading
  return group.isSkipped || group.isFontTable || (reading.isRtfOnly && !group.isTag)
}
