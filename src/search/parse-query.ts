import type { SearchFacet, SearchHas, SearchIs, SearchProblem } from '../shared/vocabulary.ts'
import { SEARCH_FACETS, SEARCH_HAS, SEARCH_IS } from '../shared/vocabulary.ts'
import { parseDay, type QueryDay } from './query-day.ts'

/** Where words must stand; null is anywhere. */
export type WordField = 'from' | 'to' | 'subject' | 'field' | null

/** A word to be found, or several in this order (`isPhrase`). As typed. */
export type QueryWords = { text: string; field: WordField; isPhrase: boolean; isNegated: boolean }

/** A condition on the ticket or the message. */
export type QueryFilter = { isNegated: boolean } & (
  | { by: 'tag' | 'mailbox' | 'assignee' | 'team'; value: string }
  | { by: 'is'; value: SearchIs }
  | { by: 'has'; value: SearchHas }
  | { by: 'before' | 'after'; day: QueryDay }
)

/** What somebody asked for, in the order they wrote it. */
export type SearchQuery = { words: QueryWords[]; filters: QueryFilter[] }

/** Why a query cannot be asked. `suggestions` are words that may be written instead. */
export type QueryFault = {
  problem: SearchProblem
  facet: string
  value: string
  suggestions: readonly string[]
}

const MAX_CONDITIONS = 30
// An facet with its value, a phrase, or a word; each may begin with a minus. A quote left open ends with the text.
const TOKENS = /(-?)(\p{L}+):(?=\s|$)|(-?)(?:(\p{L}+):)?(?:["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)|(\S+))/gu
const WORD_FIELDS: readonly string[] = ['from', 'to', 'subject', 'field']
// A term, a theme and them, filed and a yield are words that people write.
const LIKE_WORDS: readonly SearchFacet[] = ['team', 'field']
const HAS_LETTER = /[\p{L}\p{N}]/u

type Token = { isNegated: boolean; facet: string | null; value: string; isQuoted: boolean }

/**
 * Reads a query: words in any order, `"phrases"`, `from:` and the like, a minus before what must not be there.
 * A colon after a word that is no facet and looks like none is a sign of the text (`12:30`, `Re: hello`).
 *
 * @returns the query, or the first thing that is wrong with it
 */
export function parseQuery(text: string): { query: SearchQuery } | { fault: QueryFault } {
  const query: SearchQuery = { words: [], filters: [] }
  for (const token of tokensOf(text)) {
    const fault = token.facet === null ? addWords(query, token, null) : addCondition(query, token)
    if (fault !== null) return { fault }
    if (query.words.length + query.filters.length > MAX_CONDITIONS) {
      return { fault: { problem: 'too-many-words', facet: '', value: '', suggestions: [] } }
    }
  }
  return { query }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(TOKENS)) {
    const token = tokenOf(match)
    const former = tokens.at(-1)
    const isValueOfFormer = former?.facet != null && former.value === '' && token.facet === null
    if (isValueOfFormer)
      tokens[tokens.length - 1] = { ...token, ...ofFacet(former) } // `from: ivana`
    else tokens.push(token)
  }
  return tokens
}

function ofFacet({ facet, isNegated }: Token): Pick<Token, 'facet' | 'isNegated'> {
  return { facet, isNegated }
}

function tokenOf(match: RegExpExecArray): Token {
  const [, lonelyMinus, lonelyName, minus, name, phrase, word] = match
  const facet = (name ?? lonelyName ?? '').toLowerCase()
  const hasFacet = facet !== '' && looksLikeFacet(facet)
  const isAsWritten = !hasFacet && name !== undefined
  return {
    isNegated: (minus ?? lonelyMinus) === '-',
    facet: hasFacet ? facet : null,
    value: isAsWritten ? match[0].replace(/^-/, '') : (phrase ?? word ?? ''),
    isQuoted: phrase !== undefined,
  }
}

function looksLikeFacet(name: string): boolean {
  return isFacet(name) || nearFacet(name) !== undefined
}

function isFacet(name: string): name is SearchFacet {
  return SEARCH_FACETS.some(facet => facet === name)
}

/** The facet a word differs from by one slip: two letters swapped, one more, one less or another. */
function nearFacet(name: string): SearchFacet | undefined {
  if (name.length < 4) return undefined
  return SEARCH_FACETS.find(
    facet => facet.length >= 4 && !LIKE_WORDS.includes(facet) && isOneSlip(name, facet),
  )
}

function isOneSlip(typed: string, meant: string): boolean {
  let at = 0
  while (at < meant.length && typed[at] === meant[at]) at++
  const [typedRest, meantRest] = [typed.slice(at), meant.slice(at)]
  const isSwapped =
    typedRest.slice(0, 2) === meantRest.slice(1, 2) + meantRest.slice(0, 1) &&
    typedRest.slice(2) === meantRest.slice(2)
  return (
    isSwapped ||
    typedRest.slice(1) === meantRest ||
    typedRest === meantRest.slice(1) ||
    typedRest.slice(1) === meantRest.slice(1)
  )
}

function addCondition(query: SearchQuery, token: Token): QueryFault | null {
  const { facet, value, isNegated } = token
  if (facet === null) return null
  if (!isFacet(facet)) {
    return faultOf('unknown-facet', token, [nearFacet(facet) ?? 'from'])
  }
  if (value.trim() === '') return faultOf('no-value', token, [])
  if (WORD_FIELDS.includes(facet)) return addWords(query, token, facet as WordField)
  if (facet === 'before' || facet === 'after') {
    const day = parseDay(value)
    if (day === undefined) return faultOf('bad-date', token, [])
    query.filters.push({ by: facet, day, isNegated })
    return null
  }
  return addFilter(query, facet, token)
}

function addFilter(query: SearchQuery, facet: SearchFacet, token: Token): QueryFault | null {
  const { value, isNegated } = token
  switch (facet) {
    case 'is': {
      const known = SEARCH_IS.find(word => word === value.toLowerCase())
      if (known === undefined) return faultOf('unknown-value', token, SEARCH_IS)
      query.filters.push({ by: 'is', value: known, isNegated })
      return null
    }
    case 'has': {
      const known = SEARCH_HAS.find(word => word === value.toLowerCase())
      if (known === undefined) return faultOf('unknown-value', token, SEARCH_HAS)
      query.filters.push({ by: 'has', value: known, isNegated })
      return null
    }
    default:
      query.filters.push({ by: facet as 'tag' | 'mailbox' | 'assignee' | 'team', value, isNegated })
      return null
  }
}

function addWords(query: SearchQuery, token: Token, field: WordField): null {
  const { value: text, isNegated, isQuoted } = token
  if (HAS_LETTER.test(text)) query.words.push({ text, field, isPhrase: isQuoted, isNegated })
  return null
}

function faultOf(problem: SearchProblem, token: Token, suggestions: readonly string[]): QueryFault {
  return { problem, facet: token.facet ?? '', value: token.value, suggestions }
}
