import {
  ABOVE_THE_LINE,
  FORWARD_DIVIDERS,
  FORWARD_LINES,
  HEADER_LABELS,
  REPLY_DIVIDERS,
} from './quote-words.ts'

/** What the lines of a quoted mail's header block tell. */
export type Label = keyof typeof HEADER_LABELS

// Help desks ask for it in their own words; in other languages they draw `##-` around it.
const REPLY_ABOVE =
  /^[\s*>_]{0,10}(?:##-.{1,200}-##\s{0,5}$|[-=#_* ]{0,40}(?:please )?(?:type|write|enter|reply)\b.{0,40}\babove (?:this|the) line(?: to (?:reply|respond|answer|comment))?[^\p{L}\p{N}]{0,60}$)/iu
const ABOVE_IN_OTHERS = new RegExp(
  String.raw`^[\s*>]{0,10}[-=#_*—–]{2,40}\s?\P{N}{3,60}(?:${ABOVE_THE_LINE.join('|')})\P{N}{0,20}[-=#_*—–]{2,40}\s{0,5}$`,
  'iu',
)
// Tobit's david draws no dashes.
const PROCESSED = /^[\s*>_]{0,10}original message processed by (?:david|tobit)\b/i
const DIVIDERS = [REPLY_ABOVE, ABOVE_IN_OTHERS, PROCESSED]
const MAX_LINE_CHARS = 300
const MAX_BLOCK_LINES = 9
const MAX_WRAPPED_LINES = 40 // of fifty recipients and more
const LABELS = new Map<string, Label>(
  Object.entries(HEADER_LABELS).flatMap(([meaning, words]) =>
    words.map(word => [word, meaning as Label] as const),
  ),
)

/** `-----Original Message-----` and its kin, and a help desk's `reply above this line`. */
export function isReplyDivider(line: string): boolean {
  if (line.length > MAX_LINE_CHARS) return false
  const words = wordsBehindDashes(line)
  return (words !== undefined && saysDivider(words)) || DIVIDERS.some(divider => divider.test(line))
}

/** The words of a divider alone, or with whose message it was: `--- Original message was lost` is a sentence. */
function saysDivider(words: string): boolean {
  const divider = REPLY_DIVIDERS.find(one => words.startsWith(one))
  return (
    divider !== undefined &&
    !/^\s{0,3}(?!(?:from|by|od|от|від|von|de|da|van) )\p{L}{2,}\s\p{L}/u.test(words.slice(divider.length))
  )
}

/** `---------- Forwarded message ---------`: what follows is what the writer wants read. */
export function isForwardDivider(line: string): boolean {
  if (line.length > MAX_LINE_CHARS) return false
  const words = wordsBehindDashes(line)
  if (words !== undefined) return FORWARD_DIVIDERS.some(divider => words.startsWith(divider))
  const start = line
    .replace(/^[\s*_]{1,10}/, '')
    .slice(0, 60)
    .toLowerCase()
  return FORWARD_LINES.some(phrase => start.startsWith(phrase))
}

/** What a divider says, in lower case; undefined for a line that begins without dashes. */
function wordsBehindDashes(line: string): string | undefined {
  // QQ Mail leaves an entity in its plain text; Turkish İ in lower case is i and a dot.
  const drawn = line.slice(0, MAX_LINE_CHARS).replaceAll('&nbsp;', ' ')
  const at = drawn.search(/[^\s*>_|=—–-]/)
  return at >= 2 && at <= 80 && /[-_=—–]{2}/.test(drawn.slice(0, at))
    ? drawn
        .slice(at, at + 60)
        .toLowerCase()
        .replaceAll('i\u0307', 'i')
    : undefined
}

/** A line of dashes or underscores alone. */
export function isDrawnLine(line: string): boolean {
  return /^\s{0,5}[-_=*—–]{3,200}\s{0,20}$/.test(line)
}

/**
 * Whether the header block of a quoted mail begins here: From or the date first, and three of from,
 * date, to and subject within nine lines, an address or the minute among them, or a From with an
 * address directly above a date. Orders for transport have such labels too.
 */
export function startsHeaderBlock(lines: readonly string[], at: number): boolean {
  const first = labelOf(lines[at] ?? '')
  if (first === undefined) return standsBelowRule(lines, at)
  return !lines.slice(at, at + MAX_BLOCK_LINES).some(isFromDate) && startsWith(first, lines, at)
}

function startsWith(first: Label, lines: readonly string[], at: number): boolean {
  if (first === 'cc' || first === 'subject') return false
  // Yandex draws a line and begins with whom the mail goes to.
  const above = lines[at - 1] ?? ''
  if (first === 'to' && !isDrawnLine(above) && !isTitle(above)) return false
  const block = blockAt(lines, at)
  const labels = new Set(block.map(labelOf))
  if (first === 'to') return labels.has('subject') && namesMail(block, true)
  const others = (['from', 'sent', 'to', 'subject'] as const).filter(label => labels.has(label)).length
  const isWhole = others === 4 || isDrawnLine(above)
  return labels.has('from') && ((others >= 3 && namesMail(block, isWhole)) || isSenderAndDate(lines, at))
}

/** Nobody is named like that: `From: 17.11.2026` says when something begins. */
function isFromDate(line: string): boolean {
  return labelOf(line) === 'from' && /[:：][*_\s]{0,5}\d[\d\s.,/:-]{2,40}$/.test(line.slice(0, 200))
}

/** The next nine lines, not counting those on which recipients go on. */
function blockAt(lines: readonly string[], at: number): string[] {
  const block: string[] = []
  for (let next = at; next < at + MAX_WRAPPED_LINES && block.length < MAX_BLOCK_LINES; next++) {
    const line = lines[next] ?? ''
    if (
      block.length === 0 ||
      labelOf(line) !== undefined ||
      !/^[^:]{0,200}@[^:]{0,200}[;,>]\s{0,5}$/.test(line)
    )
      block.push(line)
  }
  return block
}

// Outlook's, and no other program's.
const OUTLOOK_RULE = /^_{32}\s?$/

/** Whether a block of labels in any language stands below the rule that Outlook draws. */
function standsBelowRule(lines: readonly string[], at: number): boolean {
  if (!OUTLOOK_RULE.test(lines[at - 1] ?? '') || !looksLikeHeaderBlock(lines, at)) return false
  const block = lines
    .slice(at, at + MAX_BLOCK_LINES)
    .map(line => line.slice(0, 300))
    .join('\n')
  return block.includes('@') && /\d{1,2}[:.]\d{2}/.test(block) && /(?:19|20)\d{2}/.test(block)
}

/** A title between dashes, whatever it says, right above the header block of a mail. */
export function isTitleOfHeaderBlock(lines: readonly string[], at: number): boolean {
  if (!isTitle(lines[at] ?? '')) return false
  let next = at + 1
  while (next < at + 4 && (lines[next] ?? '').trim() === '') next++
  return startsHeaderBlock(lines, next)
}

function isTitle(line: string): boolean {
  const isDrawn = line.length <= MAX_LINE_CHARS && /^[\s*>_]{0,10}-{2}.{1,100}-{2}[\s*_]{0,5}$/.test(line)
  return isDrawn && wordsBehindDashes(line) !== undefined
}

/** Whether a block holds an address beside a label, or, where no label is missing, the minute. */
function namesMail(block: readonly string[], isWhole: boolean): boolean {
  const labelled = block.filter(line => labelOf(line) !== undefined).map(line => line.slice(0, 300))
  return labelled.some(line => line.includes('@') || (isWhole && /\d{1,2}[:.]\d{2}/.test(line)))
}

function isSenderAndDate(lines: readonly string[], at: number): boolean {
  const [from = '', sent = ''] = [lines[at], lines[at + 1]]
  return (
    labelOf(from) === 'from' &&
    labelOf(sent) === 'sent' &&
    from.includes('@') &&
    /\d{1,2}[:.]\d{2}/.test(sent)
  )
}

/** Whether three lines `Label: value` begin here, in any language; to be asked where the HTML draws a header block. */
export function looksLikeHeaderBlock(lines: readonly string[], at: number): boolean {
  const block = lines.slice(at, at + MAX_BLOCK_LINES).map(line => line.slice(0, 200))
  const labelled = block.filter(line =>
    /^[\s*>_]{0,10}[\p{L}][\p{L} .-]{0,24}[*_]{0,2}\s?[:：]/u.test(line),
  ).length
  return labelled >= 3 && block.some(line => line.includes('@') || /\d{1,2}[:.]\d{2}/.test(line))
}

/** What a line of a quoted mail's header block tells, by its label in any of our languages. */
export function labelOf(line: string): Label | undefined {
  const label = /^[\s*>_|]{0,10}([\p{L}][\p{L} -]{0,18}?)\s?[*_]{0,2}\s?[:：]/u.exec(line.slice(0, 60))?.[1]
  return label === undefined ? undefined : LABELS.get(label.toLowerCase())
}
