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

type Writer = { out: string[]; lineIsEmpty: boolean; newlines: number; quoteDepth: number; pre: number }

/**
 * The text of HTML as a plain-text mail would have it; linear, any depth, never throws.
 *
 * Blocks begin lines, cells are parted by a blank, list items begin with `- `, quoted blocks with
 * `> `. Meant for the output of `cleanHtml`; on raw HTML it drops scripts and styles and reads the
 * common entities only.
 */
export function htmlToPlainText(html: string): string {
  const writer: Writer = { out: [], lineIsEmpty: true, newlines: 2, quoteDepth: 0, pre: 0 }
  let at = 0
  while (at < html.length) {
    const open = html.indexOf('<', at)
    writeText(writer, html.slice(at, open < 0 ? html.length : open))
    if (open < 0) break
    at = readTag(writer, html, open)
  }
  return writer.out
    .join('')
    .replaceAll('\u00a0', ' ')
    .replace(/[ \t]{1,1000}$/gm, '')
    .trim()
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
  if (match[1] === '' && SILENT.has(name)) return skipSilent(html, name, end)
  if (name !== '') writeTag(writer, name, match[1] === '/')
  return end
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
function skipSilent(html: string, name: string, from: number): number {
  for (let at = html.indexOf('</', from); at >= 0; at = html.indexOf('</', at + 2)) {
    const isIt = html.slice(at + 2, at + 2 + name.length).toLowerCase() === name
    if (isIt) return endAfter(html, '>', at)
  }
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
  if (name === 'li' && !isClosing) writeText(writer, '- ')
  if (name === 'hr') {
    writeRun(writer, '---')
    newLine(writer, 1)
  }
}

/** Sees to it that at least `count` line ends stand before what comes next. */
function newLine(writer: Writer, count: number): void {
  while (writer.newlines < Math.min(count, 3)) {
    if (writer.lineIsEmpty && writer.newlines > 0) writer.out.push(quoteMarks(writer).trimEnd())
    writer.out.push('\n')
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
