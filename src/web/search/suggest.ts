import { SEARCH_FACETS, SEARCH_HAS, SEARCH_IS, type SearchFacet } from '../../shared/vocabulary.ts'

/** What may stand behind facets in this workspace. */
export type KnownValues = {
  tags: readonly string[]
  mailboxes: readonly string[]
  agents: readonly string[]
  teams: readonly string[]
}

/** A way to go on with what is being typed: the text with it put in, and where the caret stands then. */
export type Suggestion = { label: string; facet: SearchFacet; text: string; caret: number }

const MAX_SUGGESTIONS = 8
const DAYS = ['today', 'yesterday', '7d', '30d', '3m', '1y']

/** What may follow at the caret: a facet that begins so, or a value of the facet before the colon. */
export function suggest(text: string, caret: number, known: KnownValues): Suggestion[] {
  const match = /(?:^|\s)-?(?:([a-z]+):)?("?)([^\s":]*)$/iu.exec(text.slice(0, caret))
  if (match === null) return []
  const [, name, quote = '', begun = ''] = match
  const put = (facet: SearchFacet, label: string, written: string): Suggestion => {
    const start = text.slice(0, caret - quote.length - begun.length)
    const end = text.slice(caret).replace(/^\S+/, '')
    const next = `${start}${written}`
    return { facet, label, text: `${next}${end}`, caret: next.length }
  }
  const begins = (word: string) => word.toLocaleLowerCase().startsWith(begun.toLocaleLowerCase())
  if (name === undefined) {
    if (begun === '' || quote !== '') return []
    return SEARCH_FACETS.filter(begins).map(facet => put(facet, `${facet}:`, `${facet}:`))
  }
  const facet = SEARCH_FACETS.find(word => word === name.toLowerCase())
  if (facet === undefined) return []
  const isWhole = (word: string) => word.toLocaleLowerCase() === begun.toLocaleLowerCase()
  const fitting = valuesOf(facet, known).filter(word => begins(word) && !isWhole(word))
  return fitting.slice(0, MAX_SUGGESTIONS).map(word => put(facet, `${facet}:${word}`, `${quoted(word)} `))
}

function valuesOf(facet: SearchFacet, { tags, mailboxes, agents, teams }: KnownValues): readonly string[] {
  switch (facet) {
    case 'is':
      return SEARCH_IS
    case 'has':
      return SEARCH_HAS
    case 'tag':
      return tags
    case 'mailbox':
      return mailboxes
    case 'assignee':
      return ['me', 'nobody', ...agents]
    case 'team':
      return ['none', ...teams]
    case 'before':
    case 'after':
      return DAYS
    default:
      return []
  }
}

function quoted(word: string): string {
  return /\s/.test(word) ? `"${word}"` : word
}

/** The facets with their values in a query, as they are written: what a search may be tried again without. */
export function facetsIn(text: string): string[] {
  return [...text.matchAll(/(?:^|\s)(-?([a-z]+):(?:"[^"]*"|\S+))/giu)].flatMap(([, written, name]) =>
    written !== undefined && SEARCH_FACETS.some(facet => facet === name?.toLowerCase()) ? [written] : [],
  )
}

/** A query without one of its conditions. */
export function without(text: string, condition: string): string {
  return text.replace(condition, ' ').replace(/\s+/g, ' ').trim()
}
