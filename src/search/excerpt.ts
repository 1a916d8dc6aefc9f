import type { Mark } from './match-text.ts'

/** A stretch of text for a list, and what in it was looked for: offsets in UTF-16 units, never HTML. */
export type MarkedText = { text: string; marks: { start: number; end: number }[] }

const BEFORE = 60

/**
 * The stretch of a text that says most: the one with the most different terms, the first of several. Line ends
 * are spaces, and an ellipsis says where something is left out.
 *
 * @param marks in order, as a matcher gives them
 * @param length of the stretch, in UTF-16 units
 */
export function excerpt(text: string, marks: readonly Mark[], length: number): MarkedText {
  const start = startOf(text, bestStart(marks, length))
  const end = endOf(text, start, length)
  const lead = start > 0 ? '…' : ''
  const shift = lead.length - start
  const inside = marks.filter(mark => mark.start >= start && mark.end <= end)
  return {
    text: lead + text.slice(start, end).replace(/\s/g, ' ') + (end < text.length ? '…' : ''),
    marks: inside.map(mark => ({ start: mark.start + shift, end: mark.end + shift })),
  }
}

function bestStart(marks: readonly Mark[], length: number): number {
  let best = { start: 0, terms: 0 }
  for (const [at, mark] of marks.entries()) {
    const terms = new Set<number>()
    for (let next = at; next < marks.length; next++) {
      const other = marks[next]
      if (other === undefined || other.end > mark.start + length - BEFORE) break
      terms.add(other.term)
    }
    if (terms.size > best.terms) best = { start: Math.max(0, mark.start - BEFORE), terms: terms.size }
  }
  return best.start
}

// At the beginning of a word, and never between the halves of a character.
function startOf(text: string, wanted: number): number {
  if (wanted === 0) return 0
  const space = text.slice(wanted, wanted + BEFORE / 2).search(/\s/)
  return space < 0 ? wholeCharacter(text, wanted) : wanted + space + 1
}

function endOf(text: string, start: number, length: number): number {
  return start + length >= text.length ? text.length : wholeCharacter(text, start + length)
}

function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at
}
