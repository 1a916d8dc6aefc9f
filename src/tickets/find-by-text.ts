import type { Caller } from '../agents/can.ts'
import { type Db, inTransaction } from '../db/database.ts'
import { isStatementTimeout } from '../db/faults.ts'
import { AppError } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import { type QueryTerm, queryTerms } from '../search/query-terms.ts'
import { createStemmer } from '../search/stem-word.ts'
import { headQuery } from '../search/ts-query.ts'
import { TICKET_STATES, type TicketState } from '../shared/vocabulary.ts'
import type { QueueRule } from './queues.ts'
import { boundSearch, type TicketCondition } from './search.queries.ts'
import { findRows, keysOf } from './search-rows.ts'
import { selectTicketsOf } from './ticket-filter.queries.ts'
import type { TicketFilter } from './ticket-filter.ts'
import { visibleMailboxIds } from './visible-mailboxes.ts'

/** The tickets a text was found in; `isCut`: those of the newest messages alone, there are older ones. */
export type FoundByText = { ids: readonly number[]; isCut: boolean }

/** What is looked for, in which queue: what else a list asks, so that it is not cut for tickets that do not stand there. */
export type TextWish = { rule: Pick<QueueRule, 'states' | 'holds'>; filter: TicketFilter }

const mostMessages = 2000 // a list of them is read in the time of a page; more words find fewer

/**
 * The tickets with all the words of a filter in the subject of one message, or in whom it is from and to; words may be
 * only begun. By the index of the search, within its second and among the newest messages: a filter is no search of the
 * whole history.
 *
 * @throws AppError `search-too-slow`
 */
export async function findByText(
  { db, clock }: { db: Db; clock: Clock },
  caller: Caller,
  { rule, filter }: TextWish,
): Promise<FoundByText> {
  const { text = '', mailboxIds: wanted, states: asked } = filter
  const visible = (await visibleMailboxIds(db, caller, undefined)).mailboxIds
  const mailboxIds = wanted === undefined ? visible : visible.filter(id => wanted.includes(id))
  const isNarrow = wanted !== undefined || caller.mailboxIds !== 'all'
  const words = headQuery(termsOf(text), isNarrow ? mailboxIds : null)
  if (words === null || mailboxIds.length === 0) return { ids: [], isCut: false }
  const states = asked === undefined ? rule.states : rule.states.filter(state => asked.includes(state))
  const conditions = conditionsOf(states, rule.holds)
  const search = {
    from: null,
    to: null,
    after: null,
    words,
    also: null,
    mailboxIds,
    conditions,
    phrases: null,
    look: null,
  }
  try {
    const { rows, next } = await inTransaction(db, async tx => {
      await boundSearch(tx)
      return await findRows(tx, clock, { ...search, limit: mostMessages })
    })
    return { ids: await selectTicketsOf(db, keysOf(rows).messageIds), isCut: next !== null }
  } catch (cause) {
    if (!isStatementTimeout(cause)) throw cause
    throw new AppError('search-too-slow', 'the text of the filter took too long', {}, { cause })
  }
}

// Signs of the search (`-`, `"`, `tag:`) mean nothing here.
function termsOf(text: string): QueryTerm[] {
  const words = text.split(/\s+/).filter(word => word !== '')
  const asked = words.map(word => ({ text: word, field: null, isPhrase: false, isNegated: false }))
  return queryTerms(asked, createStemmer())
}

function conditionsOf(states: readonly TicketState[], holds: QueueRule['holds']): TicketCondition[] {
  const others = TICKET_STATES.filter(state => !states.includes(state))
  return [
    ...others.map((state): TicketCondition => ({ by: 'state', state, isNegated: true })),
    { by: 'deleted', isNegated: holds !== 'deleted' },
    ...(holds === 'at-hand' ? [{ by: 'snoozed', isNegated: true } as const] : []),
  ]
}
