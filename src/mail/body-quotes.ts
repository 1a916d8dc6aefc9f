import type { MarkedText, TextMark } from './html-text.ts'
import { compareWithKnown } from './known-quotes.ts'

const MAX_MARKS = 2_000
// Three words in a row that HTML marks as quoted are quoted in the text beside it too.
const MIN_WORDS = 5

/** The marks of a part whose text begins at `line` of the whole; at most 2,000 of a mail are kept. */
export function shiftMarks(marks: readonly TextMark[], line: number): TextMark[] {
  return marks.slice(0, MAX_MARKS).map(mark => ({ ...mark, from: mark.from + line, to: mark.to + line }))
}

/**
 * Carries what the HTML of a mail marks as quoted or signature over to its plain text, which says the
 * same in other lines: quotes are found by their words, signatures by their lines.
 */
export function carryMarks(text: string, htmls: readonly MarkedText[]): TextMark[] {
  const quoted = htmls
    .map(html => linesUnder(html, ['quote', 'intro', 'rest']).join('\n'))
    .filter(all => all !== '')
  const signed = new Set(htmls.flatMap(html => linesUnder(html, ['signature']).map(plain)))
  signed.delete('')
  if (quoted.length === 0 && signed.size === 0) return []
  const lines = text.split('\n')
  const known = compareWithKnown(lines, quoted)
  return [
    ...runsOf(lines, at => (known.isKnown[at] ?? 0) === 1, 'quote').filter(
      run => wordsIn(known.words, run) >= MIN_WORDS,
    ),
    ...runsOf(lines, at => signed.has(plain(lines[at] ?? '')), 'signature'),
  ].slice(0, MAX_MARKS)
}

function linesUnder({ text, marks }: MarkedText, wanted: readonly TextMark['mark'][]): string[] {
  const lines = text.split('\n')
  const isUnder = new Uint8Array(lines.length)
  for (const { mark, from, to } of marks) {
    if (wanted.includes(mark)) isUnder.fill(1, from, mark === 'rest' ? lines.length : to)
  }
  return lines.filter((_, at) => isUnder[at] === 1)
}

function runsOf(lines: readonly string[], is: (at: number) => boolean, mark: TextMark['mark']): TextMark[] {
  const runs: TextMark[] = []
  let run: TextMark | undefined
  for (let at = 0; at < lines.length; at++) {
    if (!is(at)) {
      if ((lines[at] ?? '').trim() !== '') run = undefined
      continue
    }
    if (run) run.to = at + 1
    else {
      run = { mark, isBlock: false, from: at, to: at + 1 }
      runs.push(run)
    }
  }
  return runs
}

function wordsIn(words: Uint16Array, { from, to }: TextMark): number {
  return words.subarray(from, to).reduce((sum, count) => sum + count, 0)
}

function plain(line: string): string {
  return line.slice(0, 500).replace(/[*_]/g, '').trim()
}
