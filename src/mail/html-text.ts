import { QUOTE_MARK_ATTRIBUTE, QUOTE_MARKS, type QuoteMark } from './html-quote-marks.ts'

const BLOCKS = new Set(
  `address article aside blockquote body center dd div dl dt fieldset figcaption figure footer form h1 h2 h3
  h4 h5 h6 header hr html li main nav ol p pre section table tbody tfoot thead tr ul`.split(/\s+/),
)
const HAS_SPACE = new Set('blockquote dl h1 h2 h3 h4 h5 h6 ol p pre table ul'.split(' '))
const SILENT = new Set('head script style title textarea template noscript select iframe object'.split(' '))

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  shy: '',
  copy: '©',
  reg: '®',
  euro: '€',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  laquo: '«',
  raquo: '»',
  bdquo: '„',
  ldquo: '“',
  rdquo: '”',
  lsquo: '‘',
  rsquo: '’',
  bull: '•',
  middot: '·',
}

/**
 * Lines of a text, `to` excluded, that come from one element: one that cleanHtml marked, or a `<blockquote>`
 * (`isBlock`), whose lines begin with `>`.
 */
export type TextMark = { mark: QuoteMark | 'block'; isBlock: boolean; from: number; to: number }

/** The text of HTML with the places of its quotes. */
export type MarkedText = { text: string; marks: TextMark[] }

type OpenMark = Pick<TextMark, 'mark' | 'from'> & { tag: string; nested: number }

type Writer = {
  out: string[]
  line: number
  lineIsEmpty: boolean
  newlines: number
  quoteDepth: number
  pre: number
  /** The last number of each open list; null in one without numbers. */
  lists: (number | null)[]
  marks: TextMark[]
  openMarks: OpenMark[]
  /** Silent elements that are closed nowhere below. */
  unclosed: Set<string>
}

/**
 * The text of HTML as a plain-text mail would have it; linear, any depth, never throws.
 *
 * Blocks begin lines, cells are parted by a blank, list items begin with `- ` or their number, quoted blocks
 * with `> `. Meant for the output of `cleanHtml`; on raw HTML it drops scripts and styles and reads the
 * common entities only.
 */
export function htmlToPlainText(html: string): string {
  return htmlToMarkedText(html).text
}

/** The text of HTML, and which of its lines cleanHtml or a `<blockquote>` marks as quoted. */
export function htmlToMarkedText(html: string): MarkedText {
  const writer: Writer = {
    out: [],
    line: 0,
    lineIsEmpty: true,
    newlines: 2,
    quoteDepth: 0,
    pre: 0,
    lists: [],
    marks: [],
    openMarks: [],
    unclosed: new Set(),
  }
  let at = 0
  while (at < html.length) {
    const open = html.indexOf('<', at)
    writeText(writer, html.slice(at, open < 0 ? html.length : open))
    if (open < 0) break
    at = readTag(writer, html, open)
  }
  while (writer.openMarks.length > 0) closeMark(writer)
  const text = writer.out
    .join('')
    .replaceAll('\u00a0', ' ')
    .split('\n')
    .map(withoutBlanksAtEnd)
    .join('\n')
    .trimEnd()
  const trimmed = text.trimStart()
  const above = text.slice(0, text.length - trimmed.length).split('\n').length - 1
  const marks = writer.marks.map(({ from, to, ...mark }) => ({
    ...mark,
    from: Math.max(0, from - above),
    to: Math.max(0, to - above),
  }))
  return { text: trimmed, marks }
}

/** No pattern does it in linear time: it would be tried at each blank of a run. */
function withoutBlanksAtEnd(line: string): string {
  let end = line.length
  while (end > 0 && (line.charAt(end - 1) === ' ' || line.charAt(end - 1) === '\t')) end--
  return line.slice(0, end)
}

function readTag(writer: Writer, html: string, open: number): number {
  if (html.startsWith('<!--', open)) return endAfter(html, '-->', open + 4)
  const tag = /<(\/?)([a-z][a-z0-9]{0,20})|<[!?/]/iy
  tag.lastIndex = open
  const match = tag.exec(html)
  if (!match) {
    writeText(writer, '<')
    return open + 1
  }
  const end = tagEnd(html, open)
  const name = (match[2] ?? '').toLowerCase()
  if (match[1] === '' && SILENT.has(name)) return skipSilent(writer, html, name, end)
  if (name !== '') {
    writeTag(writer, name, match[1] === '/')
    trackMarks(writer, name, match[1] === '/' ? undefined : html.slice(open, end))
  }
  return end
}

const MAX_OPEN_MARKS = 100
const VOID = new Set(['br', 'hr', 'img', 'col', 'wbr'])

/** @param opening the whole opening tag, or undefined at a closing one */
function trackMarks(writer: Writer, name: string, opening: string | undefined): void {
  const top = writer.openMarks.at(-1)
  const mark = opening && (markIn(opening) ?? (name === 'blockquote' ? 'block' : undefined))
  if (mark && writer.openMarks.length < MAX_OPEN_MARKS) openMark(writer, name, mark)
  else if (top?.tag !== name) return
  else if (opening !== undefined) top.nested++
  else if (top.nested > 0) top.nested--
  else closeMark(writer)
}

function openMark(writer: Writer, tag: string, mark: TextMark['mark']): void {
  const from = writer.lineIsEmpty ? writer.line : writer.line + 1
  if (VOID.has(tag)) writer.marks.push({ mark, from, to: from, isBlock: false })
  else writer.openMarks.push({ mark, from, tag, nested: 0 })
}

function markIn(opening: string): QuoteMark | undefined {
  const at = opening.indexOf(` ${QUOTE_MARK_ATTRIBUTE}="`)
  if (at < 0) return undefined
  const value = opening.slice(at + QUOTE_MARK_ATTRIBUTE.length + 3, at + QUOTE_MARK_ATTRIBUTE.length + 15)
  return QUOTE_MARKS.find(mark => value.startsWith(`${mark}"`))
}

function closeMark(writer: Writer): void {
  const open = writer.openMarks.pop()
  if (open === undefined) return
  const { mark, from, tag } = open
  const to = writer.lineIsEmpty ? writer.line : writer.line + 1
  // An empty element can still say where the rest begins.
  if (to >= from) writer.marks.push({ mark, from, to, isBlock: tag === 'blockquote' })
}

/** Behind the `>` that ends a tag; one inside a quoted attribute does not end it. */
function tagEnd(html: string, open: number): number {
  const end = /[^<>"']*(?:"[^"]{0,20000}"[^<>"']*|'[^']{0,20000}'[^<>"']*){0,200}>/y
  end.lastIndex = open + 1
  const match = end.exec(html)
  return match ? end.lastIndex : endAfter(html, '>', open)
}

function endAfter(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from)
  return at < 0 ? html.length : at + mark.length
}

/** Behind the closing tag of an element that has no text; an unclosed one hides nothing. */
function skipSilent(writer: Writer, html: string, name: string, from: number): number {
  if (writer.unclosed.has(name)) return from
  for (let at = html.indexOf('</', from); at >= 0; at = html.indexOf('</', at + 2)) {
    const isIt = html.slice(at + 2, at + 2 + name.length).toLowerCase() === name
    if (isIt) return endAfter(html, '>', at)
  }
  writer.unclosed.add(name) // a mail of `<style>` would be searched to its end for each
  return from
}

function writeTag(writer: Writer, name: string, isClosing: boolean): void {
  if (name === 'br') newLine(writer, writer.newlines + 1)
  else if (name === 'td' || name === 'th') writeText(writer, isClosing ? '' : ' ')
  else if (BLOCKS.has(name)) writeBlock(writer, name, isClosing)
}

function writeBlock(writer: Writer, name: string, isClosing: boolean): void {
  const step = isClosing ? -1 : 1
  if (name === 'blockquote' && isClosing) writer.quoteDepth = Math.max(0, writer.quoteDepth - 1)
  newLine(writer, HAS_SPACE.has(name) ? 2 : 1)
  if (name === 'pre') writer.pre = Math.max(0, writer.pre + step)
  if (name === 'blockquote' && !isClosing) writer.quoteDepth++
  if (name === 'ol' || name === 'ul') writeList(writer, name, isClosing)
  if (name === 'li' && !isClosing) writeText(writer, nextItem(writer))
  if (name === 'hr') {
    writeRun(writer, '---')
    newLine(writer, 1)
  }
}

const MAX_LISTS = 100

function writeList({ lists }: Writer, name: string, isClosing: boolean): void {
  if (isClosing) lists.pop()
  else if (lists.length < MAX_LISTS) lists.push(name === 'ol' ? 0 : null)
}

function nextItem({ lists }: Writer): string {
  const last = lists.at(-1) ?? null
  if (last === null) return '- '
  lists[lists.length - 1] = last + 1
  return `${last + 1}. `
}

/** Sees to it that at least `count` line ends stand before what comes next. */
function newLine(writer: Writer, count: number): void {
  while (writer.newlines < Math.min(count, 3)) {
    if (writer.lineIsEmpty && writer.newlines > 0) writer.out.push(quoteMarks(writer).trimEnd())
    writer.out.push('\n')
    writer.line++
    writer.newlines++
    writer.lineIsEmpty = true
  }
}

function writeText(writer: Writer, text: string): void {
  if (text === '') return
  const decoded = decodeEntities(text)
  if (writer.pre > 0) {
    for (const [index, line] of decoded.split('\n').entries()) {
      if (index > 0) newLine(writer, writer.newlines + 1)
      writeRun(writer, line)
    }
    return
  }
  const run = decoded.replace(/[ \t\r\n\f]+/g, ' ')
  writeRun(writer, writer.lineIsEmpty ? run.trimStart() : run)
}

function writeRun(writer: Writer, run: string): void {
  if (run === '') return
  writer.out.push(writer.lineIsEmpty ? quoteMarks(writer) + run : run)
  writer.lineIsEmpty = false
  writer.newlines = 0
}

function quoteMarks(writer: Writer): string {
  return writer.quoteDepth > 0 ? `${'>'.repeat(Math.min(writer.quoteDepth, 10))} ` : ''
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));?/gi, (all, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? all
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : '\ufffd'
  })
}
