import { INTRO_STARTS, INTRO_VERBS } from './quote-words.ts'
import { DAY_AND_YEAR, endsBehindWriter, namesWriterAndMoment } from './writer-and-moment.ts'

const MAX_INTRO_CHARS = 400
const MAX_INTRO_LINES = 6
const MAX_PARAGRAPH_LINES = 4

const VERBS = INTRO_VERBS.map(verb => verb.toLowerCase())
const STARTS = new RegExp(
  String.raw`^(?:(?:${INTRO_STARTS.map(escaped).join('|')})(?=[\s,.])|\d|["'„“«]?\p{L}{2,4}\.?,? \d|\p{L}{3,12}, \d|["'„“«]?\p{L}[\p{L}. '"„“»-]{0,80}[<(])`,
  'iu',
)
const TIME = /\d{1,2}[:.h]\d{2}/
const YEAR = /(?:^|\D)(?:19|20)\d{2}(?:\D|$)/
// `2024年1月2日(火) 10:00 Ann <ann@example.org>:` and what Yandex and mail.ru write have no verb.
const ENDS_WITH_ADDRESS = /[<(][^<>()\s]{0,60}@[^<>()\s]{1,100}[>)]\s{0,3}:$/
const ADDRESS = /[^\s<>()]@[^\s<>()]/
// Horde names no time.
const QUOTING =
  /^(?:quoting|zitat von|citando a?|citat(?: от)?|cytowanie|цитирую|цитат от|cit[aá]t|citeren van) .{0,120}@.{1,100}:$/iu
const GROUPWISE = /^>{3} ?[^>]{0,100}.{0,100}\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}[:.]\d{2}.{0,6}>{3}\s?$/
// `I wrote at 10:00 to Ann <ann@example.org>, and then:` is a person's sentence.
const GOES_ON = /@[^<>()\s]{1,100}[>)]?[,;]? .{0,200}(?<!\p{L})\p{Ll}{2,30}\s{0,3}:$/u
const UNSEEN = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g
// Apple's Polish begins with its verb.
const VERB_FIRST = /^wiadomość napisana przez /

/**
 * How many lines, from `at`, introduce quoted mail (`On …, Ann wrote:`), or 0. Such a sentence names a
 * time or an address, ends in a colon, and is wrapped where a mail program wraps it.
 *
 * What follows is quoted or not (Outlook, phones); then the sentence must name day and time or an
 * address, so that `In 2024 I wrote:` is none.
 */
export function introLength(lines: readonly string[], at: number): number {
  const first = stripMarks(lineAt(lines, at))
  if (first === '' || first.length > MAX_INTRO_CHARS) return 0
  const length = STARTS.test(first) ? wrappedIntro(lines, at, first) : Number(isWholeIntro(first))
  return length > 0 ? length : paragraphIntro(lines, at, first)
}

/**
 * A paragraph that says who and when and nothing more, in any language. Each line of it must be needed for
 * that: words of the writer's own may stand right above.
 */
function paragraphIntro(lines: readonly string[], at: number, first: string): number {
  if (lineAt(lines, at - 1).trim() !== '') return 0
  let count = 1
  while (count < MAX_PARAGRAPH_LINES && !isEnd(lineAt(lines, at + count))) count++
  const next = lineAt(lines, at + count)
  if (!isEnd(next)) return 0
  const below = joinLines(lines, at + 1, at + count)
  const whole = below === '' ? first : `${first} ${below}`
  if (!namesWriterAndMoment(whole) || namesWriterAndMoment(below)) return 0
  return isQuote(next) || endsBehindWriter(whole) ? count : 0
}

function joinLines(lines: readonly string[], from: number, to: number): string {
  return lines.slice(from, to).map(stripMarks).join(' ')
}

function isEnd(line: string): boolean {
  return line.trim() === '' || isQuote(line)
}

function isQuote(line: string): boolean {
  return /^ {0,2}>/.test(line)
}

function wrappedIntro(lines: readonly string[], at: number, first: string): number {
  let joined = first
  for (let count = 1; count <= MAX_INTRO_LINES; count++) {
    if (endsIntro(joined)) return namesDayOrWriter(joined) ? count : 0
    const next = stripMarks(lineAt(lines, at + count))
    if (!goesOn(joined, next, lineAt(lines, at + count + 1))) return 0
    joined = `${joined} ${next}`
  }
  return 0
}

function lineAt(lines: readonly string[], at: number): string {
  return lines[at] ?? ''
}

function goesOn(joined: string, next: string, afterNext: string): boolean {
  if (joined.length + next.length > MAX_INTRO_CHARS) return false
  // Polymail parts the name from the address by an empty line.
  if (next === '') return TIME.test(joined) && stripMarks(afterNext).startsWith('<')
  // Wrapped between the day and the year, `2026, o godz. 09:05:` begins no other.
  if (/^(?:19|20)\d{2},?\s\p{L}/u.test(next) && !YEAR.test(joined)) return true
  return !(STARTS.test(next) && TIME.test(next) && YEAR.test(next))
}

/** A line of any beginning that says who, when and that it was written. */
function isWholeIntro(line: string): boolean {
  return /[>)\]:：-]$/.test(line) && TIME.test(line) && /[<([]\S{1,100}@/.test(line) && endsIntro(line)
}

/**
 * How many lines directly above a quote introduce it, in any language: they name a time and a writer
 * or end in a colon. Looks back over at most two empty lines and at four others.
 *
 * @param quoteAt the first quoted line
 * @returns the first line of the introduction, or -1
 */
export function introAbove(lines: readonly string[], quoteAt: number, from: number): number {
  const end = writtenAbove(lines, quoteAt, from)
  const whole = momentAbove(lines, end, from)
  return whole >= 0 ? whole : likeIntroAbove(lines, end, from)
}

/** Where the lines that end at `end` begin to name a writer, the day and the clock, if that is their beginning. */
function momentAbove(lines: readonly string[], end: number, from: number): number {
  for (let at = end; at >= from && at > end - MAX_PARAGRAPH_LINES; at--) {
    if (lineAt(lines, at).trim() === '') return -1
    if (!namesWriterAndMoment(joinLines(lines, at, end + 1))) continue
    const isStart = at === end || isTopOf(lines, at, from) || STARTS.test(stripMarks(lineAt(lines, at)))
    return isStart ? at : -1
  }
  return -1
}

function likeIntroAbove(lines: readonly string[], end: number, from: number): number {
  let joined = ''
  for (let at = end; at >= from && at > end - 3; at--) {
    const line = stripMarks(lines[at] ?? '')
    joined = joined === '' ? line : `${line} ${joined}`
    if (line === '' || joined.length > MAX_INTRO_CHARS) return -1
    if (isLikeIntro(joined) && (STARTS.test(line) || at === end)) return at
  }
  return -1
}

function isTopOf(lines: readonly string[], at: number, from: number): boolean {
  return at === from || (lines[at - 1] ?? '').trim() === ''
}

function writtenAbove(lines: readonly string[], before: number, from: number): number {
  let at = before - 1
  while (at >= from && at > before - 4 && (lines[at] ?? '').trim() === '') at--
  return at
}

function isLikeIntro(text: string): boolean {
  const hasTime = TIME.test(text) || DAY_AND_YEAR.test(text)
  const hasAddress = ADDRESS.test(text)
  if (/[:：]$/.test(text)) return hasTime || (hasAddress && (endsIntro(text) || QUOTING.test(text)))
  return hasTime && /[<(]\S{1,100}@\S{1,100}[>)]$/.test(text)
}

/** `>>> Ann Smith <ann@example.org> 17.11.2026 09:05 >>>`, as GroupWise writes it. */
export function isGroupWiseIntro(line: string): boolean {
  return line.length <= MAX_INTRO_CHARS && GROUPWISE.test(line)
}

/**
 * Where, in a line of own words, an introduction begins that shares the line with them
 * (`Yes. On 2 Jan 2024 at 10:00, Ann wrote:`), or -1.
 */
export function introInside(line: string): number {
  if (line.length > 2 * MAX_INTRO_CHARS || !/wrote\s?:\s{0,5}$/i.test(line)) return -1
  const found =
    /(?:\s|-{2,} ?)On (?=(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d))/i.exec(
      line,
    )
  return found === null || !TIME.test(line.slice(found.index)) ? -1 : found.index
}

function namesDayOrWriter(text: string): boolean {
  return TIME.test(text) || DAY_AND_YEAR.test(text) || ADDRESS.test(text)
}

function endsIntro(text: string): boolean {
  const hasColon = /[:：]$/.test(text)
  const body = (hasColon ? text.slice(0, -1) : text).trimEnd().toLowerCase()
  // Some leave the colon out; then everything else must be there.
  if (!hasColon && !(TIME.test(body) && ADDRESS.test(body))) return false
  const endsInVerb = VERBS.some(verb => body.endsWith(verb))
  if (!hasColon || endsInVerb || VERB_FIRST.test(body)) return endsInVerb || hasColon
  if (ENDS_WITH_ADDRESS.test(text)) return TIME.test(body) && /\d{1,4}[^:\d]/.test(body)
  // `Am 1.2.2024 um 10:00 schrieb Ann:` has its verb inside, before the name.
  if (GOES_ON.test(text)) return false
  return VERBS.some(verb => body.includes(` ${verb} `)) && (TIME.test(body) || YEAR.test(body))
}

/** Without the blanks, stars, underscores and dashes that bold text and frames leave behind. */
function stripMarks(line: string): string {
  const text = line.slice(0, MAX_INTRO_CHARS + 1).replace(UNSEEN, '')
  let end = text.length
  while (end > 0 && MARKS.has(text.charAt(end - 1))) end--
  let start = 0
  while (start < end && MARKS.has(text.charAt(start))) start++
  return text.slice(start, end).trim()
}

const MARKS = new Set([' ', '\t', '\u00a0', '*', '_', '-'])

function escaped(word: string): string {
  return word.replace(/[.()/]/g, String.raw`\$&`)
}
