import { mayFoldTo } from './fold-word.ts'
import type { WordField } from './parse-query.ts'
import { partsOf, type QueryTerm, type SearchMode, type TermRun } from './query-terms.ts'
import type { SearchDocument } from './search-words.ts'
import { type Part, type Run, runsOf, wholesOf, wordAt } from './split-words.ts'
import { mayHaveStem, type Stemmer } from './stem-word.ts'

/** A found stretch in UTF-16 units, and which term it answers. */
export type Mark = { start: number; end: number; term: number }

/** Looks at texts as the index was asked: the same words, stems and parts. */
export type Matcher = {
  /** Whether the words the index cannot place are there: a phrase in its order, a part inside a word. */
  accepts: (document: SearchDocument) => boolean
  /** What of a text was looked for, in order. @param field what the text is; null is a message's own words */
  mark: (text: string, field: WordField, language: string | null) => Mark[]
}

type Word = { start: number; end: number; word: string }
type Wanted = { term: QueryTerm; at: number }

const MAX_PARTS = 12
const MIN_PIECE = 3

/** Makes a matcher of the terms that must be there, and of those that must not. */
export function createMatcher(terms: readonly QueryTerm[], mode: SearchMode, stemmer: Stemmer): Matcher {
  const wanted = terms.map((term, at) => ({ term, at }))
  const positive = wanted.filter(({ term }) => !term.isNegated)
  const mark = (text: string, field: WordField, language: string | null) => {
    const fitting = positive.filter(({ term }) => term.field === null || term.field === field)
    return fitting.length === 0 ? [] : markAll(text, fitting, mode, { stemmer, language })
  }
  const checked = wanted.filter(({ term }) => term.isPhrase || (mode === 'partial' && !term.isNegated))
  const accepts = (document: SearchDocument) =>
    checked.every(one => holds(document, one, mode, stemmer) !== one.term.isNegated)
  return { accepts, mark }
}

function holds(document: SearchDocument, wanted: Wanted, mode: SearchMode, stemmer: Stemmer): boolean {
  const { term } = wanted
  const texts = textsOf(document, term.field)
  if (term.isPhrase) return texts.some(({ text }) => holdsPhrase(text, partsOf(term)))
  return term.runs.every(run => {
    const one = { at: wanted.at, term: { ...term, runs: [run] } }
    return texts.some(({ text, language }) => markAll(text, [one], mode, { stemmer, language }).length > 0)
  })
}

function textsOf(
  { subject, text, from, to, files, fields, language }: SearchDocument,
  field: WordField,
): { text: string; language: string | null }[] {
  const named = (texts: readonly (string | null)[]) => texts.map(one => ({ text: one ?? '', language: null }))
  const people = (list: SearchDocument['from']) => list.flatMap(({ name, address }) => [name, address])
  if (field === 'subject') return named([subject])
  if (field === 'from') return named(people(from))
  if (field === 'to') return named(people(to))
  const values = fields.map(one => one.value)
  if (field === 'field') return named(values)
  const others = named([subject, ...files.map(file => file.name), ...values, ...people(from), ...people(to)])
  return [...others, { text, language }]
}

type Reading = { stemmer: Stemmer; language: string | null }

function markAll(text: string, wanted: readonly Wanted[], mode: SearchMode, reading: Reading): Mark[] {
  const marks: Mark[] = []
  const plain = wanted.filter(({ term }) => !term.isPhrase)
  if (plain.length > 0) {
    const letters = mode === 'whole' ? firstLetters(plain) : null
    for (const run of runsOf(text)) {
      if (letters !== null && !mayBeOne(text, run, letters)) continue
      marks.push(...markRun(text, run, plain, mode, reading))
    }
  }
  const phrases = wanted.filter(({ term }) => term.isPhrase)
  if (phrases.length > 0) marks.push(...markPhrases(text, phrases))
  return withoutOverlap(marks)
}

/** What words that are looked for as whole ones begin with; я, as its stem may begin with е. */
function firstLetters(wanted: readonly Wanted[]): string[] {
  const letters = new Set<string>()
  for (const { whole, joined, parts, stems } of wanted.flatMap(({ term }) => term.runs)) {
    for (const word of [whole, joined, ...parts]) letters.add(word.charAt(0))
    for (const stem of stems) {
      const letter = stem.charAt(stem.indexOf(':') + 1)
      letters.add(letter)
      if (letter === 'е') letters.add('я')
    }
  }
  return [...letters].filter(letter => letter !== '')
}

/** Whether a run can be one of the words, by its first letter: most are not, and folding each takes many times longer. */
function mayBeOne(text: string, { start, parts }: Run, letters: readonly string[]): boolean {
  const first = text.charCodeAt(start)
  return parts.length > 1 || letters.some(letter => mayFoldTo(first, letter))
}

type Joint = { whole: string; joined: string }
type RawWord = Word & { raw: string }

function markRun(
  text: string,
  run: Run,
  wanted: readonly Wanted[],
  mode: SearchMode,
  reading: Reading,
): Mark[] {
  const isJoint = run.parts.length > 1 && run.parts.length <= MAX_PARTS
  const joint = isJoint ? wholesOf(text, run) : null
  const words = run.parts.map(part => ({
    ...part,
    raw: text.slice(part.start, part.end),
    word: wordAt(text, part),
  }))
  return wanted.flatMap(({ term, at }) =>
    term.runs.flatMap(one => {
      const whole = joint !== null && isWhole(joint, one, mode) ? [run] : []
      const found = [...whole, ...words.filter(word => isForm(word, one, mode, reading))]
      return found.map(({ start, end }) => ({ start, end, term: at }))
    }),
  )
}

function isWhole({ whole, joined }: Joint, wanted: TermRun, mode: SearchMode): boolean {
  if (whole === wanted.whole || joined === wanted.joined) return true
  if (wanted.isBeginning && whole.startsWith(wanted.whole)) return true
  return mode === 'partial' && wanted.joined.length >= MIN_PIECE && joined.includes(wanted.joined)
}

function isForm({ word, raw }: RawWord, wanted: TermRun, mode: SearchMode, reading: Reading): boolean {
  if (word === wanted.whole || word === wanted.joined || wanted.parts.includes(word)) return true
  if (wanted.isBeginning && word.startsWith(wanted.whole)) return true
  if (mode === 'partial' && wanted.joined.length >= MIN_PIECE && word.includes(wanted.joined)) return true
  if (!wanted.stems.some(stem => mayHaveStem(word, stem))) return false
  return reading.stemmer.of(raw, reading.language).some(stem => wanted.stems.includes(stem))
}

function markPhrases(text: string, wanted: readonly Wanted[]): Mark[] {
  const phrases = wanted.map(({ term, at }) => ({ words: partsOf(term), at }))
  const parts: Part[] = []
  const marks: Mark[] = []
  for (const run of runsOf(text)) {
    for (const part of run.parts) {
      parts.push(part)
      for (const { words, at } of phrases) {
        const first = parts[parts.length - words.length]
        if (first === undefined || !endsWith(text, parts, words)) continue
        marks.push({ start: first.start, end: part.end, term: at })
      }
    }
  }
  return marks
}

function holdsPhrase(text: string, phrase: readonly string[]): boolean {
  const parts: Part[] = []
  for (const run of runsOf(text)) {
    for (const part of run.parts) {
      parts.push(part)
      if (parts.length >= phrase.length && endsWith(text, parts, phrase)) return true
    }
  }
  return false
}

/** Whether the last parts are those of a phrase: of most words their first letter is enough to tell. */
function endsWith(text: string, parts: readonly Part[], phrase: readonly string[]): boolean {
  for (let back = 1; back <= phrase.length; back++) {
    const [part, word] = [parts[parts.length - back], phrase[phrase.length - back]]
    if (part === undefined || word === undefined) return false
    if (!mayFoldTo(text.charCodeAt(part.start), word) || wordAt(text, part) !== word) return false
  }
  return phrase.length > 0
}

function withoutOverlap(marks: Mark[]): Mark[] {
  const sorted = marks.sort((a, b) => a.start - b.start || b.end - a.end)
  const kept: Mark[] = []
  for (const mark of sorted) if (mark.start >= (kept.at(-1)?.end ?? 0)) kept.push(mark)
  return kept
}
