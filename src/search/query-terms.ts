import type { QueryWords, WordField } from './parse-query.ts'
import { isCode, type Run, runsOf, wholesOf, wordAt } from './split-words.ts'
import type { Stemmer } from './stem-word.ts'

/** How words may be found: as whole words with their other forms, or also as a part of a longer one. */
export type SearchMode = 'whole' | 'partial'

/** A run of the query: one word with its stems, or several joined ones. */
export type TermRun = {
  parts: readonly string[]
  stems: readonly string[]
  /** With the joining signs, and without them; of one part both are the word. */
  whole: string
  joined: string
  isCode: boolean
  /** Written with a star: whatever begins so. */
  isBeginning: boolean
}

/** A condition of a query on words; all of its runs must be there. */
export type QueryTerm = { field: WordField; isPhrase: boolean; isNegated: boolean; runs: readonly TermRun[] }

const MAX_RUNS = 40

/** The words of a query as texts are compared with them, by the same rules as `searchWords`. */
export function queryTerms(words: readonly QueryWords[], stemmer: Stemmer): QueryTerm[] {
  return words
    .map(({ text, field, isPhrase, isNegated }) => ({
      field,
      isPhrase,
      isNegated,
      runs: [...runsOf(text)].slice(0, MAX_RUNS).map(run => termRun(text, run, stemmer)),
    }))
    .filter(term => term.runs.length > 0)
}

/** The words of a term in their order. */
export function partsOf(term: QueryTerm): string[] {
  return term.runs.flatMap(run => run.parts)
}

/** Whether a term is a phrase whose words must follow each other: one word has no order. */
export function isOfSeveral(term: QueryTerm): boolean {
  return term.isPhrase && partsOf(term).length > 1
}

function termRun(text: string, run: Run, stemmer: Stemmer): TermRun {
  const parts = run.parts.map(part => wordAt(text, part)).filter(word => word !== '')
  const [only] = run.parts
  const isOne = run.parts.length === 1 && only !== undefined
  const { whole, joined } = isOne ? { whole: parts[0] ?? '', joined: parts[0] ?? '' } : wholesOf(text, run)
  return {
    parts,
    stems: isOne ? stemmer.of(text.slice(only.start, only.end), null) : [],
    whole,
    joined,
    isCode: isCode(text, run),
    isBeginning: text[run.end] === '*',
  }
}
