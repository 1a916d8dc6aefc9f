import type { Caller } from '../agents/can.ts'
import { type Db, inTransaction, type Tx } from '../db/database.ts'
import { isStatementTimeout } from '../db/faults.ts'
import { AppError } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Matcher } from '../search/match-text.ts'
import { createMatcher } from '../search/match-text.ts'
import { parseQuery } from '../search/parse-query.ts'
import { type QueryTerm, queryTerms, type SearchMode } from '../search/query-terms.ts'
import { createStemmer, type Stemmer } from '../search/stem-word.ts'
import { phraseQuery, termsQuery, tsQuery } from '../search/ts-query.ts'
import { boundSearch, countInNewest, searchInOrder } from './search.queries.ts'
import { badSearch, type SearchConditions, searchConditions } from './search-conditions.ts'
import { readSearchCursor, type SearchPlace, writeSearchCursor } from './search-cursor.ts'
import { type Hit, readHits } from './search-hits.ts'
import { findRows, type RowLook, type RowSearch } from './search-rows.ts'
import { visibleMailboxIds } from './visible-mailboxes.ts'

/** One page of hits. `isPartial`: nothing has the words as whole ones. */
export type SearchPage = { hits: Hit[]; nextCursor: string | null; isPartial: boolean }

type Asked = { terms: QueryTerm[]; conditions: SearchConditions; mailboxIds: readonly number[] }

const sampleRows = 250
const rareShare = 0.01 // of a quarter's rows, whose words are read in the time the index needs for common ones
const commonShare = 0.05

/**
 * Finds messages and notes of the mailboxes the caller may use, newest first: by whole words and their forms in any
 * order, and where nothing has those, by parts of words. Each call does a bounded amount of work and says where to
 * look on.
 *
 * @throws AppError `bad-search`, `bad-cursor`, `search-too-slow`
 */
export async function searchTickets(
  { db, clock }: { db: Db; clock: Clock },
  caller: Caller,
  wish: { text: string; cursor?: string | undefined; limit: number },
): Promise<SearchPage> {
  const parsed = parseQuery(wish.text)
  if ('fault' in parsed) throw badSearch(parsed.fault)
  const from = wish.cursor === undefined ? null : readSearchCursor(wish.cursor)
  const stemmer = createStemmer()
  const terms = queryTerms(parsed.query.words, stemmer)
  if (terms.length === 0 && parsed.query.filters.length === 0) {
    return { hits: [], nextCursor: null, isPartial: false }
  }
  try {
    return await inTransaction(db, async tx => {
      await boundSearch(tx)
      const { mailboxIds } = await visibleMailboxIds(tx, caller, undefined)
      const conditions = await searchConditions(tx, { caller, mailboxIds }, parsed.query.filters)
      const asked = { terms, conditions, mailboxIds }
      const look = (mode: SearchMode, after: SearchPlace | null) =>
        searchPage(tx, { clock, stemmer, caller }, asked, { mode, after, limit: wish.limit })
      if (from !== null) return await look(from.mode, from.place)
      const whole = await look('whole', null)
      const canWiden = whole.hits.length === 0 && whole.nextCursor === null && hasWidePart(terms)
      return canWiden ? await look('partial', null) : whole
    })
  } catch (cause) {
    if (!isStatementTimeout(cause)) throw cause
    throw new AppError('search-too-slow', 'the search took too long', {}, { cause })
  }
}

function hasWidePart(terms: readonly QueryTerm[]): boolean {
  return terms.some(
    term => !(term.isNegated || term.isPhrase) && term.runs.some(run => run.joined.length >= 3),
  )
}

async function searchPage(
  tx: Tx,
  means: { clock: Clock; stemmer: Stemmer; caller: Caller },
  { terms, conditions, mailboxIds }: Asked,
  { mode, after, limit }: { mode: SearchMode; after: SearchPlace | null; limit: number },
): Promise<SearchPage> {
  const common = mode === 'partial' ? await commonTerms(tx, terms) : []
  const words = tsQuery(
    terms.filter(term => !common.includes(term)),
    { mailboxIds: means.caller.mailboxIds === 'all' ? null : mailboxIds, flags: conditions.flags },
    mode,
  )
  const phrases = phraseQuery(terms)
  const matcher = createMatcher(terms, mode, means.stemmer)
  const wish: RowSearch = {
    from: conditions.from,
    to: conditions.to,
    after,
    words,
    also: termsQuery(common, mode),
    mailboxIds,
    conditions: conditions.ticket,
    limit,
    phrases,
    look: lookOf(matcher, mode, phrases !== null),
  }
  const { rows, next } = await findRows(tx, means.clock, wish)
  return {
    hits: await readHits(tx, rows, matcher),
    nextCursor: next === null ? null : writeSearchCursor(next, mode),
    isPartial: mode === 'partial',
  }
}

/**
 * Terms that are in so many rows that those of a rare one tell of them sooner than the index: by parts of words it reads
 * all rows of each. None where there is no rare one.
 */
async function commonTerms(tx: Tx, terms: readonly QueryTerm[]): Promise<QueryTerm[]> {
  const asked = terms.flatMap(term => {
    const query = term.isNegated ? null : termsQuery([term], 'partial')
    return query === null ? [] : [{ term, query }]
  })
  if (asked.length < 2) return []
  await searchInOrder(tx)
  const counts = await countInNewest(
    tx,
    asked.map(({ query }) => query),
    sampleRows,
  )
  if (!counts.some(count => count <= sampleRows * rareShare)) return []
  return asked.flatMap(({ term }, at) => ((counts[at] ?? 0) >= sampleRows * commonShare ? [term] : []))
}

function lookOf({ accepts }: Matcher, mode: SearchMode, hasPhrase: boolean): RowLook | null {
  if (mode === 'partial') return { accepts, at: 'all' }
  return hasPhrase ? { accepts, at: 'without-places' } : null
}
