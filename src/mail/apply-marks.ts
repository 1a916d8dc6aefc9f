import type { TextMark } from './html-text.ts'
import { isDrawnLine, looksLikeHeaderBlock, startsHeaderBlock } from './quote-headers.ts'
import { LINE, type SplitEvidence, setKind, type TaggedLines, writtenAbove } from './tagged-lines.ts'

/** Where the HTML says that history may begin, and what it gives the looks of a quote. */
export type MarkedPlaces = { blocks: Set<number>; formats: TextMark[] }

/** Tags the lines that the HTML marks; what depends on the lines around it is handed back. */
export function applyMarks(
  lines: readonly string[],
  tagged: TaggedLines,
  { marks = [], isFirst = false }: Pick<SplitEvidence, 'marks' | 'isFirst'>,
): MarkedPlaces {
  const places: MarkedPlaces = { blocks: new Set(), formats: [] }
  for (const mark of marks) {
    if (mark.mark === 'header') applyHeader(lines, mark, places, isFirst)
    else applyMark(lines, tagged, mark, places)
  }
  return places
}

/** Web forms draw a line above their fields too: in a mail that answers none, the labels must be a mail's. */
function applyHeader(
  lines: readonly string[],
  { from }: TextMark,
  places: MarkedPlaces,
  isFirst: boolean,
): void {
  const first = firstWritten(lines, from)
  const isHeader = isFirst ? startsHeaderBlock(lines, first) : looksLikeHeaderBlock(lines, first)
  if (isHeader) places.blocks.add(first)
}

function applyMark(
  lines: readonly string[],
  tagged: TaggedLines,
  mark: TextMark,
  places: MarkedPlaces,
): void {
  const first = firstWritten(lines, mark.from)
  switch (mark.mark) {
    case 'quote':
    case 'intro':
      tagRange(tagged, mark, mark.mark === 'quote' ? LINE.quote : LINE.intro)
      break
    case 'signature':
      tagged.isSignature.fill(1, mark.from, mark.to)
      break
    case 'format':
      places.formats.push(mark)
      break
    case 'forward':
      tagged.forwardStart = Math.min(tagged.forwardStart, first)
      break
    case 'rest':
      places.blocks.add(first)
      break
    case 'header': // applyHeader
    case 'block': // its lines begin with `>`
  }
}

function tagRange(tagged: TaggedLines, { from, to }: TextMark, kind: number): void {
  const { kinds, isSure } = tagged
  for (let at = from; at < to && at < kinds.length; at++) {
    // An introduction that a quote encloses is quoted.
    if (kinds[at] !== LINE.quote || kind === LINE.quote) setKind(tagged, at, at + 1, kind)
    isSure[at] = 1
  }
}

// At most 20 lines down: below that a mark has no text of its own.
function firstWritten(lines: readonly string[], from: number): number {
  let at = from
  while (at < lines.length && at < from + 20 && isEmpty(lines[at] ?? '')) at++
  return at
}

function isEmpty(line: string): boolean {
  return line.trim() === '' || isDrawnLine(line)
}

/** What its writer formatted as a quote is the writer's own, unless an introduction stands above it. */
export function releaseFormats(tagged: TaggedLines, formats: readonly TextMark[]): void {
  const { kinds, isSure } = tagged
  let releasedTo = 0
  for (const { from, to } of formats.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    if (from < releasedTo) continue
    releasedTo = to
    const above = writtenAbove(tagged, from, 3)
    if (above >= 0 && kinds[above] !== LINE.own) continue
    for (let at = from; at < to; at++) if (isSure[at] === 0) setKind(tagged, at, at + 1, LINE.own)
  }
}
