import type { FoldKind } from '../shared/vocabulary.ts'
import { isDrawnLine, isReplyDivider, startsHeaderBlock } from './quote-headers.ts'
import { introInside, introLength } from './quote-intro.ts'
import { tagLines } from './quote-lines.ts'
import { POINTS_BELOW } from './quote-words.ts'
import { signatureStart } from './reply-signature.ts'
import { LINE, type SplitEvidence, type TaggedLines } from './tagged-lines.ts'

/** A stretch of a mail's text that is folded away, in UTF-16 units. */
export type Fold = {
  start: number
  end: number
  kind: FoldKind
  /** Opens by itself: its writer answered inside it, or nothing else is left to show. */
  isOpen: boolean
}

/** A mail's text in parts: what its writer wrote now, and what a reader can unfold. */
export type SplitReply = {
  /** In order, never overlapping; all between them is the writer's own. */
  folds: Fold[]
  /** The text without what is folded away; never empty for a mail with words. */
  visibleText: string
  /** The writer's own words alone, without open quotes, for a line in a list. */
  ownText: string
}

const MAX_LINES = 50_000
// Each is a button on the page. A mail that changes more often between quote and answer is read as a whole, and
// thousands of them would stop the browser of whoever opens it.
const MAX_FOLDS = 100

/**
 * Parts the new words of a mail from the history and the signature. It folds and never cuts: words
 * and folds together are the text, every character once, and a mail of nothing but quotes is open.
 *
 * History is what HTML marks, what repeats a mail we know, what stands below an introduction (`On …,
 * Ann wrote:`), a divider or a header block, and lines with `>`. Words below a quote stay, wherever
 * they stand; where somebody answers inside the quote or, in one without `>`, below what we know, the
 * quote is open, and, of a mail we do not know, where its writer says so. A forwarded mail is what its sender wants read; a mail of more than a hundred folds is
 * shown whole. Every rule looks at a bounded number of lines and characters, so time is linear.
 *
 * @param text with LF line ends
 */
export function splitReply(text: string, evidence: SplitEvidence = {}): SplitReply {
  const given = text.split('\n', MAX_LINES + 1)
  if (given.length > MAX_LINES) return asWhole(text, [])
  const { lines, starts } = partLines(given)
  const tagged = tagLines(lines, evidence)
  const blocks = [...quoteBlocks(lines, tagged, evidence), ...signatureBlocks(lines, tagged)].sort(
    (a, b) => a.from - b.from,
  )
  const folds = toFolds(blocks, { text, lines, starts, tagged })
  return folds.length > MAX_FOLDS ? asWhole(text, []) : openWhatIsAll(text, folds)
}

/** The text without its folds, or without those that are folded away. */
export function textOutside(text: string, folds: readonly Pick<Fold, 'start' | 'end'>[]): string {
  const pieces: string[] = []
  let from = 0
  for (const { start, end } of folds) {
    pieces.push(text.slice(from, start).trimEnd())
    from = end
  }
  pieces.push(text.slice(from))
  return trimBlankLines(
    pieces
      .map((piece, at) => (at === 0 ? piece : trimBlankLines(piece)))
      .filter(piece => piece !== '')
      .join('\n\n'),
  )
}

type Lines = { lines: string[]; starts: number[] }

/** The lines with their places; one whose end introduces a quote is parted there. */
function partLines(given: readonly string[]): Lines {
  const lines: string[] = []
  const starts: number[] = []
  let start = 0
  for (const [at, line] of given.entries()) {
    const column = isQuoteNear(given, at) ? introInside(line) : -1
    if (column > 0) {
      lines.push(line.slice(0, column))
      starts.push(start)
    }
    lines.push(line.slice(Math.max(column, 0)))
    starts.push(start + Math.max(column, 0))
    start += line.length + 1
  }
  return { lines, starts }
}

function isQuoteNear(lines: readonly string[], at: number): boolean {
  return (lines[at + 1] ?? '').startsWith('>') || (lines[at + 2] ?? '').startsWith('>')
}

type Block = { from: number; to: number; kind: Fold['kind']; isOpen: boolean }

/** Runs of quoted lines, over empty ones, with what follows decided: folded, open, or no fold at all. */
function quoteBlocks(lines: readonly string[], tagged: TaggedLines, evidence: SplitEvidence): Block[] {
  const runs = quoteRuns(tagged)
  const lastOwn = lastOwnLine(lines, tagged)
  const inner = runs.filter(run => run.to <= lastOwn)
  const isAnswered = !tagged.known && pointsBelow(lines, tagged)
  const isInterleaved = inner.length > 1 || (inner.length === 1 && runs.length > 1)
  return runs.flatMap(run => {
    const isSure = isAnySure(tagged, run)
    const isInner = run.to <= lastOwn
    if (!isSure && (evidence.isFirst || isStrange(tagged, run) || (isInner && !isInterleaved))) return []
    const isOpen =
      (isAnswered && isBare(lines, tagged, run)) ||
      (isInner && (isInterleaved || !isSure)) ||
      isStrange(tagged, run) ||
      hasAnswersInside(tagged, run) ||
      hasWordsBelow(lines, tagged, run)
    return [{ ...run, kind: 'quote' as const, isOpen }]
  })
}

const POINTER = new RegExp(String.raw`(?<![\p{L}-])(?:${POINTS_BELOW.join('|')})`, 'iu')
const MAX_POINTER_LINES = 6

/** Whether the writer's own words are few and say that others stand further down. */
function pointsBelow(lines: readonly string[], { kinds }: TaggedLines): boolean {
  const own: string[] = []
  for (let at = 0; at < kinds.length && own.length <= MAX_POINTER_LINES; at++)
    if (kinds[at] === LINE.own) own.push((lines[at] ?? '').slice(0, 300))
  return own.length <= MAX_POINTER_LINES && own.some(line => POINTER.test(line))
}

/** Whether history stands there without `>`, so that an answer inside it has no mark of its own. */
function isBare(lines: readonly string[], { kinds }: TaggedLines, { from, to }: Run): boolean {
  for (let at = from; at < to; at++)
    if (kinds[at] === LINE.rest && !(lines[at] ?? '').startsWith('>')) return true
  return false
}

type Run = { from: number; to: number }

function quoteRuns({ kinds }: TaggedLines): Run[] {
  const runs: Run[] = []
  let current: Run | undefined
  for (let at = 0; at < kinds.length; at++) {
    if (kinds[at] === LINE.blank) continue
    if (kinds[at] === LINE.own) current = undefined
    else if (current) current.to = at + 1
    else {
      current = { from: at, to: at + 1 }
      runs.push(current)
    }
  }
  return runs
}

function isAnySure({ isSure, kinds }: TaggedLines, { from, to }: Run): boolean {
  for (let at = from; at < to; at++) if (isSure[at] === 1 || kinds[at] === LINE.rest) return true
  return false
}

/** The last line of the writer's own that is no signature, or -1. */
function lastOwnLine(lines: readonly string[], tagged: TaggedLines): number {
  const stretches = ownStretches(tagged)
  for (let at = stretches.length - 1; at >= 0; at--) {
    const stretch = stretches[at]
    if (!stretch) continue
    for (let line = signatureIn(lines, tagged, stretch) - 1; line >= stretch.from; line--) {
      if (tagged.kinds[line] === LINE.own && !isDrawnLine(lines[line] ?? '')) return line
    }
  }
  return -1
}

function ownStretches({ kinds }: TaggedLines): Run[] {
  const stretches: Run[] = []
  let from = -1
  for (let at = 0; at <= kinds.length; at++) {
    const isOwn = at < kinds.length && (kinds[at] === LINE.own || kinds[at] === LINE.blank)
    if (isOwn && from < 0) from = at
    if (!isOwn && from >= 0) {
      stretches.push({ from, to: at })
      from = -1
    }
  }
  return stretches
}

function signatureBlocks(lines: readonly string[], tagged: TaggedLines): Block[] {
  return ownStretches(tagged).flatMap(stretch => {
    const from = signatureIn(lines, tagged, stretch)
    const block = { from, to: stretch.to, kind: 'signature' as const }
    return from < stretch.to ? [{ ...block, isOpen: isWritten(lines, block) }] : []
  })
}

const MAX_SIGNATURE_LINES = 40
const FIRST_SIGNATURE_LINES = 4

/** Some draw `--` or a line between what they say: a question, or two sentences in the first lines, are no signature. */
function isWritten(lines: readonly string[], { from, to }: Run): boolean {
  const written = lines.slice(from, Math.min(to, from + 20)).filter(line => /\p{L}/u.test(line))
  const first = written.slice(0, FIRST_SIGNATURE_LINES).map(line => line.slice(0, 300))
  if (first.some(line => QUESTION.test(line))) return true
  return first.filter(line => SENTENCE.test(line)).length > 1 && !written.some(line => REACH.test(line))
}

const REACH = /@|https?:|www\.|\btel\b|\d[\d /()-]{6}/i
const QUESTION = /[\p{L})]\s?[?？]\s{0,3}$/u
// Four words and a full stop. One such line is a motto.
const SENTENCE = /^\s{0,5}(?:[\p{L}\p{N}'’-]{1,40},? ){3,60}[\p{L}\p{N}'’-]{1,40}[.!]\s{0,3}$/u

/** Where a stretch of own words ends and its signature begins; a forwarded mail has none of its own. */
function signatureIn(lines: readonly string[], tagged: TaggedLines, { from, to }: Run): number {
  const end = Math.min(to, tagged.forwardStart)
  if (end < to) return to
  let last = end - 1
  // The line that is drawn above the history is no part of the signature.
  while (last >= from && (tagged.kinds[last] === LINE.blank || isDrawnLine(lines[last] ?? ''))) last--
  let marked = last + 1
  while (marked - 1 >= from && marked > last - MAX_SIGNATURE_LINES && isSignatureLine(tagged, marked - 1))
    marked--
  const start = marked <= last && tagged.isSignature[last] === 1 ? marked : to
  return Math.min(signatureStart(lines, from, start), start)
}

function isSignatureLine({ isSignature, kinds }: TaggedLines, at: number): boolean {
  return isSignature[at] === 1 || kinds[at] === LINE.blank
}

/** We know the mails before it, and this is of none of them. */
function isStrange({ knownByAny: known }: TaggedLines, { from, to }: Run): boolean {
  if (!known) return false
  const all = known.words.subarray(from, to).reduce((sum, count) => sum + count, 0)
  const fresh = known.newWords.subarray(from, to).reduce((sum, count) => sum + count, 0)
  return fresh > MIN_STRANGE_WORDS && all < fresh / 6
}

// Fewer could be a greeting and a name that our text has in another order.
const MIN_STRANGE_WORDS = 12

/** Whether known lines of a quote have others between them: somebody wrote into it. */
function hasAnswersInside({ known }: TaggedLines, { from, to }: Run): boolean {
  if (!known) return false
  let first = from
  while (first < to && known.isKnown[first] !== 1) first++
  let last = to - 1
  while (last > first && known.isKnown[last] !== 1) last--
  for (let at = first; at < last; at++) {
    const [old = 0, fresh = 0] = [known.words[at], known.newWords[at]]
    if (fresh > 0 && (known.isKnown[at] !== 1 || fresh > old / 4)) return true
  }
  return false
}

// Fewer could be a line that a scanner adds, or a word of the picture in a signature.
const MIN_WORDS_BELOW = 5

/**
 * Whether history without `>` goes on in words of no known text where the known ones end, up to the next older
 * mail: somebody answered below it.
 */
function hasWordsBelow(lines: readonly string[], tagged: TaggedLines, { from, to }: Run): boolean {
  const { knownByAny: known, kinds } = tagged
  if (!known) return false
  let at = to - 1
  while (at >= from && known.isKnown[at] !== 1) at--
  if (at < from) return false
  let fresh = 0
  for (at++; at < to && !startsOlder(lines, at); at++)
    if (kinds[at] === LINE.rest) fresh += known.newWords[at] ?? 0
  return fresh >= MIN_WORDS_BELOW
}

function startsOlder(lines: readonly string[], at: number): boolean {
  return isReplyDivider(lines[at] ?? '') || startsHeaderBlock(lines, at) || introLength(lines, at) > 0
}

/** Blocks as places in the text, with the empty and drawn lines around them; none reaches into another. */
function toFolds(blocks: readonly Block[], whole: Lines & { text: string; tagged: TaggedLines }): Fold[] {
  const { lines, starts, tagged, text } = whole
  const folds: Fold[] = []
  let done = 0
  for (const { kind, isOpen, ...block } of blocks) {
    let from = Math.max(block.from, done)
    while (from > done && isEdge(lines[from - 1] ?? '') && isOwnOrBlank(tagged, from - 1)) from--
    let to = Math.max(block.to, from)
    while (to < lines.length && tagged.kinds[to] === LINE.blank) to++
    const [start = text.length, end = text.length] = [starts[from], starts[to]]
    done = to
    if (end > start) folds.push({ start, end, kind, isOpen })
  }
  return folds
}

function isEdge(line: string): boolean {
  return line.trim() === '' || isDrawnLine(line)
}

function isOwnOrBlank({ kinds }: TaggedLines, at: number): boolean {
  return kinds[at] === LINE.own || kinds[at] === LINE.blank
}

/** When all would be folded away, the signature opens, then everything. */
function openWhatIsAll(text: string, folds: Fold[]): SplitReply {
  const closed = folds.filter(fold => !fold.isOpen)
  if (text.trim() === '' || textOutside(text, closed) !== '') return asWhole(text, folds)
  const withSignature = folds.map(fold => ({ ...fold, isOpen: fold.isOpen || fold.kind === 'signature' }))
  const stillClosed = withSignature.filter(fold => !fold.isOpen)
  if (textOutside(text, stillClosed) !== '') return asWhole(text, withSignature)
  return asWhole(
    text,
    folds.map(fold => ({ ...fold, isOpen: true })),
  )
}

function asWhole(text: string, folds: Fold[]): SplitReply {
  const visibleText = textOutside(
    text,
    folds.filter(fold => !fold.isOpen),
  )
  const ownText = textOutside(text, folds)
  return { folds, visibleText, ownText: ownText === '' ? visibleText : ownText }
}

function trimBlankLines(text: string): string {
  return text.replace(/^(?:[ \t]{0,200}\n)+/, '').trimEnd()
}
