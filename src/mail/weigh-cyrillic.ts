import { CYRILLIC_SIGNS, type LanguageSigns } from './cyrillic-signs.ts'

const MAX_WORD_LETTERS = 30
const MAX_PART = 7 // a stem of six letters behind its edge
const WORD_POINTS = 2
const STEM_POINTS = 1.5
const PART_POINTS = 1

/**
 * How much speaks for each language written in Cyrillic: its frequent words, and how its words begin and
 * end. A sign that several share counts for each of them the less.
 *
 * @returns points by tag, added over the words
 */
export function weighCyrillic(words: readonly string[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const word of words) {
    for (const sign of piecesOf(word)) {
      for (const { tag, points } of SIGNS.get(sign) ?? []) sums.set(tag, (sums.get(tag) ?? 0) + points)
    }
  }
  return sums
}

/** All pieces of a word of up to six letters, `<` and `>` standing for its edges, and the whole word. */
function piecesOf(word: string): Set<string> {
  const marked = `<${word.slice(0, MAX_WORD_LETTERS)}>`
  const pieces = new Set([marked])
  for (let at = 0; at < marked.length; at++) {
    for (let length = 1; length <= MAX_PART && at + length <= marked.length; length++) {
      pieces.add(marked.slice(at, at + length))
    }
  }
  return pieces
}

const SIGNS = collectSigns()

function collectSigns(): Map<string, { tag: string; points: number }[]> {
  const signs = new Map<string, { tag: string; points: number }[]>()
  for (const [tag, own] of Object.entries(CYRILLIC_SIGNS)) {
    for (const [sign, points] of marksOf(own)) signs.set(sign, [...(signs.get(sign) ?? []), { tag, points }])
  }
  const shared = [...signs].map(([sign, holders]) => {
    const share = Math.sqrt(holders.length)
    return [sign, holders.map(({ tag, points }) => ({ tag, points: points / share }))] as const
  })
  return new Map(shared)
}

function marksOf({ words, stems, parts }: LanguageSigns): Map<string, number> {
  return new Map([
    ...parts
      .split(' ')
      .map(part => [part.startsWith('-') ? `${part.slice(1)}>` : part, PART_POINTS] as const),
    ...stems.split(' ').map(stem => [`<${stem}`, STEM_POINTS] as const),
    ...words.split(' ').map(word => [`<${word}>`, WORD_POINTS] as const),
  ])
}
