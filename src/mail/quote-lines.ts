import { applyMarks, type MarkedPlaces, releaseFormats } from './apply-marks.ts'
import { compareWithKnown, type KnownLines } from './known-quotes.ts'
import { isForwardDivider, isReplyDivider, isTitleOfHeaderBlock, startsHeaderBlock } from './quote-headers.ts'
import { introAbove, introLength, isGroupWiseIntro } from './quote-intro.ts'
import { LINE, type SplitEvidence, setKind, type TaggedLines } from './tagged-lines.ts'

/** Tells for each line whether it is quoted, and by what evidence. Linear in the text. */
export function tagLines(lines: readonly string[], evidence: SplitEvidence): TaggedLines {
  const { known = [], older = [] } = evidence
  const tagged: TaggedLines = {
    kinds: Uint8Array.from(lines, kindOf),
    isSure: new Uint8Array(lines.length),
    restStart: lines.length,
    forwardStart: lines.length,
    isSignature: new Uint8Array(lines.length),
    known: known.length > 0 ? compareWithKnown(lines, known) : undefined,
    knownByAny: known.length + older.length > 0 ? compareWithKnown(lines, [...known, ...older]) : undefined,
  }
  const places = applyMarks(lines, tagged, evidence)
  if (tagged.known) tagKnownRuns(tagged, tagged.known, 0)
  scan(lines, tagged, { ...places, isForward: evidence.isForward ?? false })
  if (tagged.knownByAny) tagKnownRuns(tagged, tagged.knownByAny, firstQuoted(tagged))
  tagIntrosAbove(lines, tagged)
  releaseFormats(tagged, places.formats)
  joinOverLinks(lines, tagged)
  return tagged
}

function kindOf(line: string): number {
  if (/^ {0,2}>/.test(line)) return LINE.quote
  return line.trim() === '' ? LINE.blank : LINE.own
}

// Eight words of ours in a row are a quote even without a mark; fewer may be chance.
const MIN_KNOWN_WORDS = 8

/** What its writer says again above all quotes is said anew; below them it is history. */
function firstQuoted({ kinds, isSure }: TaggedLines): number {
  const first = kinds.findIndex((kind, at) => kind === LINE.quote && isSure[at] === 1)
  return first < 0 ? kinds.length : first
}

/** Runs of known lines, over empty ones, with enough words of the known texts become quotes. */
function tagKnownRuns(tagged: TaggedLines, known: KnownLines, start: number): void {
  let run = { from: start, words: 0 }
  for (let at = start; at <= tagged.kinds.length; at++) {
    if (known.isKnown[at] === 1) run = { ...run, words: run.words + (known.words[at] ?? 0) }
    else if (tagged.kinds[at] !== LINE.blank) {
      if (run.words >= MIN_KNOWN_WORDS) tagKnown(tagged, run.from, at)
      run = { from: at + 1, words: 0 }
    }
  }
}

function tagKnown(tagged: TaggedLines, from: number, to: number): void {
  if (from >= Math.min(tagged.restStart, tagged.forwardStart)) return
  setKind(tagged, from, to, LINE.quote)
  tagged.isSure.fill(1, from, to)
}

type Hints = MarkedPlaces & { isForward: boolean }

/** Looks for introductions, dividers and header blocks from the top, until history runs to the end. */
function scan(lines: readonly string[], tagged: TaggedLines, hints: Hints): void {
  const { kinds } = tagged
  const count = kinds.length
  for (let at = 0; at < tagged.forwardStart && tagged.restStart === count; at++) {
    if (kinds[at] === LINE.blank || (kinds[at] === LINE.quote && !startsBareQuote(lines, kinds, at))) continue
    const start = startAt(lines, at, hints)
    if (start !== undefined) tagged[start] = at
    else at += Math.max(0, tagIntro(lines, tagged, at) - 1)
  }
  if (tagged.forwardStart < count) kinds.fill(LINE.own, tagged.forwardStart)
  else kinds.fill(LINE.rest, tagged.restStart)
}

/** What runs from this line to the end of the mail, if anything: a mail handed on, or history. */
function startAt(
  lines: readonly string[],
  at: number,
  hints: Hints,
): 'forwardStart' | 'restStart' | undefined {
  const line = lines[at] ?? ''
  if (isForwardDivider(line)) return 'forwardStart'
  const isStart =
    hints.blocks.has(at) ||
    isReplyDivider(line) ||
    isGroupWiseIntro(line) ||
    startsHeaderBlock(lines, at) ||
    isTitleOfHeaderBlock(lines, at)
  if (!isStart) return undefined
  return hints.isForward ? 'forwardStart' : 'restStart'
}

/** GroupWise begins its introduction with `>>>` and quotes without any mark. */
function startsBareQuote(lines: readonly string[], kinds: Uint8Array, at: number): boolean {
  return isGroupWiseIntro(lines[at] ?? '') && !isQuotedBelow(kinds, at + 1)
}

/**
 * Tags an introduction that begins here; without quoted lines below it, history runs to the end. Then it must
 * be a program's, with an address: people write `On 12 March at 10:30 your colleague wrote:` and go on.
 */
function tagIntro(lines: readonly string[], tagged: TaggedLines, at: number): number {
  const length = introLength(lines, at)
  if (length === 0) return 0
  if (!isQuotedBelow(tagged.kinds, at + length)) {
    if (!lines.slice(at, at + length).some(line => line.includes('@'))) return 0
    tagged.restStart = at
  }
  setKind(tagged, at, at + length, LINE.intro)
  tagged.isSure.fill(1, at, at + length)
  return length
}

/** Whether the next lines with words are quoted; nothing below an introduction counts as that. */
function isQuotedBelow(kinds: Uint8Array, from: number): boolean {
  let next = from
  while (next < kinds.length && next < from + 4 && kinds[next] === LINE.blank) next++
  return next >= kinds.length || kinds[next] === LINE.quote || kinds[next] === LINE.intro
}

/** Introductions in languages we have no words of: what stands directly above a quote. */
function tagIntrosAbove(lines: readonly string[], tagged: TaggedLines): void {
  const { kinds } = tagged
  let lastOther = 0
  for (let at = 0; at < kinds.length; at++) {
    if (kinds[at] === LINE.blank || kinds[at] === LINE.own) continue
    if (kinds[at] === LINE.quote && at > lastOther) tagIntroAbove(lines, tagged, at, lastOther)
    lastOther = at + 1
  }
}

function tagIntroAbove(lines: readonly string[], tagged: TaggedLines, at: number, floor: number): void {
  const from = introAbove(lines, at, floor)
  if (from < 0) return
  setKind(tagged, from, at, LINE.intro)
  tagged.isSure.fill(1, from, at)
}

const LINK_ONLY = /^[\s(<[>]{0,10}(?:https?:\/\/|mailto:|www\.)\S{1,2000}[\s)>\]]{0,10}$/i

/** A link that a program put on a line of its own does not part the quote around it. */
function joinOverLinks(lines: readonly string[], { kinds }: TaggedLines): void {
  for (let at = 1; at + 1 < kinds.length; at++) {
    if (kinds[at] !== LINE.own || kinds[at - 1] !== LINE.quote || kinds[at + 1] !== LINE.quote) continue
    if (LINK_ONLY.test((lines[at] ?? '').slice(0, 2_100))) kinds[at] = LINE.quote
  }
}
