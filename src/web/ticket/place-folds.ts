import type { Fold } from '../../shared/tickets.ts'

/** A fold with its place in another text of the same words, counted in letters. */
export type PlacedFold = { fold: Fold; from: number; to: number }

// How many letters before and behind a border must be the same. Fewer than twelve together could be anywhere.
const CONTEXTS: readonly (readonly [before: number, after: number])[] = [
  [30, 30],
  [12, 12],
  [60, 0],
  [30, 0],
  [14, 0],
  [0, 30],
  [0, 14],
]
const MIN_LETTERS = 12

/**
 * Finds the folds of a text in the HTML beside it, comparing letters and digits alone: spaces, marks and
 * link texts differ. A border is looked for behind the one before it, by the letters around it; a fold
 * one of whose borders is not found, or may be in two places, is left out.
 *
 * @param letters of the HTML, by `lettersOf`
 */
export function placeFolds(letters: string, words: { text: string; folds: readonly Fold[] }): PlacedFold[] {
  const own = lettersOf(words.text)
  const placed: PlacedFold[] = []
  let [read, count, done] = [0, 0, 0]
  const borderAt = (offset: number): number => {
    count += lettersOf(words.text.slice(read, offset)).length
    read = offset
    return count
  }
  for (const fold of words.folds) {
    const [start, end] = [borderAt(fold.start), borderAt(fold.end)]
    const from = findBorder(letters, own, start, done)
    const to = from === undefined ? undefined : findBorder(letters, own, end, from)
    if (from === undefined || to === undefined || to <= from) continue
    placed.push({ fold, from, to })
    done = to
  }
  return placed
}

/** Letters and digits in lower case, as the text of an HTML heading may be in capitals. */
export function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase()
}

function findBorder(letters: string, own: string, border: number, behind: number): number | undefined {
  if (border === own.length) return letters.length
  if (border === 0 || letters === own) return border
  for (const [before, after] of CONTEXTS) {
    const head = own.slice(Math.max(0, border - before), border)
    const context = head + own.slice(border, border + after)
    if (context.length < MIN_LETTERS || (after === 0 && head.length < before)) continue
    const at = letters.indexOf(context, Math.max(0, behind - head.length))
    if (at >= 0 && letters.indexOf(context, at + 1) < 0) return at + head.length
  }
  return undefined
}
