import type { WordField } from './parse-query.ts'
import { isOfSeveral, partsOf, type QueryTerm, type SearchMode, type TermRun } from './query-terms.ts'
import { piecesOf } from './search-words.ts'

/** What the words of a row must hold besides the terms: one of the mailboxes (null is any), kinds and files. */
export type WordConditions = {
  mailboxIds: readonly number[] | null
  flags: readonly { word: string; isNegated: boolean }[]
}

/**
 * A query over `search_row.words` as tsquery text. `isNarrow`: it holds a word that must be there, so that the index
 * answers it; otherwise rows are read in their order. `anywhere`: the same words whatever the mailbox, which the index
 * answers several times sooner where most rows are in one of the mailboxes.
 */
export type TsQuery = { text: string; anywhere: string; isNarrow: boolean }

const PREFIXES: Readonly<Record<NonNullable<WordField>, string>> = {
  from: 'f:',
  to: 't:',
  subject: 's:',
  field: 'c:',
}
const HEAD_PREFIXES = [PREFIXES.from, PREFIXES.to, PREFIXES.subject]
const MIN_BEGINNING = 3

/** Writes the conditions on words as a tsquery; null when there are none. */
export function tsQuery(
  terms: readonly QueryTerm[],
  conditions: WordConditions,
  mode: SearchMode,
): TsQuery | null {
  const wanted = termsQuery(terms, mode)
  const flags = conditions.flags.map(({ word, isNegated }) => (isNegated ? `!${quoted(word)}` : quoted(word)))
  const mailboxes = conditions.mailboxIds?.map(id => quoted(`m:${id}`)) ?? []
  const anywhere = [...(wanted === null ? [] : [wanted]), ...flags]
  const all = [...anywhere, ...(mailboxes.length > 0 ? [anyOf(mailboxes)] : [])]
  if (all.length === 0) return null
  const isNarrow = terms.some(term => !term.isNegated) || conditions.flags.some(flag => !flag.isNegated)
  return { text: all.join(' & '), anywhere: anywhere.join(' & '), isNarrow }
}

/** The words of terms alone, all of them, as tsquery text; null where there are none. */
export function termsQuery(terms: readonly QueryTerm[], mode: SearchMode): string | null {
  const wanted = terms.map(term => termQuery(term, mode)).filter(text => text !== '')
  return wanted.length === 0 ? null : wanted.join(' & ')
}

/**
 * Words that must stand above a mail, each in its subject or in whom it is from and to: as a whole word, in another
 * form, or as its beginning. Null where there is no word.
 *
 * @param mailboxIds as in `WordConditions`
 */
export function headQuery(
  terms: readonly QueryTerm[],
  mailboxIds: WordConditions['mailboxIds'],
): TsQuery | null {
  const words = terms.flatMap(term =>
    term.runs.map(run => {
      const begun = { ...run, isBeginning: run.whole.length >= MIN_BEGINNING }
      return anyOf(HEAD_PREFIXES.map(prefix => wholeQuery(begun, prefix)))
    }),
  )
  if (words.length === 0) return null
  const mailboxes = mailboxIds?.map(id => quoted(`m:${id}`)) ?? []
  const all = [...words, ...(mailboxes.length > 0 ? [anyOf(mailboxes)] : [])]
  return { text: all.join(' & '), anywhere: words.join(' & '), isNarrow: true }
}

/**
 * What the index of words cannot tell and the places of a row's words can, as tsquery text: that the words of each phrase
 * follow each other, and those of one with a minus never do. Null where no phrase has several words.
 */
export function phraseQuery(terms: readonly QueryTerm[]): string | null {
  const phrases = terms.filter(isOfSeveral).map(term => {
    const phrase = `(${phraseWords(term).map(quoted).join(' <-> ')})`
    return term.isNegated ? `!${phrase}` : phrase
  })
  return phrases.length === 0 ? null : phrases.join(' & ')
}

function phraseWords(term: QueryTerm): string[] {
  const prefix = prefixOf(term)
  return partsOf(term).map(word => prefix + word)
}

function prefixOf({ field }: QueryTerm): string {
  return field === null ? '' : PREFIXES[field]
}

function termQuery(term: QueryTerm, mode: SearchMode): string {
  if (term.isNegated && isOfSeveral(term)) return '' // a mail may hold all its words, apart from each other
  const prefix = prefixOf(term)
  const runs = term.runs.map(run => {
    if (term.isPhrase) return allOf(run.parts.map(word => quoted(prefix + word)))
    return mode === 'partial' && !term.isNegated ? partialQuery(run, prefix) : wholeQuery(run, prefix)
  })
  const query = allOf(runs.filter(text => text !== ''))
  if (query === '') return ''
  return term.isNegated ? `!(${query})` : query
}

function wholeQuery(run: TermRun, prefix: string): string {
  return anyOf(wholeChoices(run, prefix))
}

function wholeChoices(run: TermRun, prefix: string): string[] {
  const forms = [run.whole, run.joined, ...run.stems].map(word => quoted(prefix + word))
  if (run.isBeginning) forms.push(`${quoted(prefix + run.whole)}:*`)
  if (run.parts.length > 1 && !run.isCode) forms.push(allOf(run.parts.map(word => quoted(prefix + word))))
  return [...new Set(forms)]
}

// The pieces are of all fields; the caller looks whether the found row really holds it where it should.
function partialQuery(run: TermRun, prefix: string): string {
  const choices = wholeChoices(run, prefix)
  if (run.joined.length >= MIN_BEGINNING) {
    choices.push(
      `${quoted(prefix + run.whole)}:*`,
      allOf(piecesOf(run.joined).map(piece => quoted(`3:${piece}`))),
    )
  }
  return anyOf([...new Set(choices)])
}

function allOf(queries: readonly string[]): string {
  return queries.length > 1 ? `(${queries.join(' & ')})` : (queries[0] ?? '')
}

function anyOf(queries: readonly string[]): string {
  return queries.length > 1 ? `(${queries.join(' | ')})` : (queries[0] ?? '')
}

/** A lexeme as tsquery reads one: in quotes, with quotes and backslashes doubled. */
function quoted(word: string): string {
  return `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}
