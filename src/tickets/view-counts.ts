import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import type { Clock } from '../lib/clock.ts'
import { findByText } from './find-by-text.ts'
import { ofMailboxes } from './narrow-list.ts'
import { countLimit, type QueueRule, queueRules, ruleOf } from './queues.ts'
import type { KnownFilter } from './ticket-filter.queries.ts'
import { knownFilters } from './ticket-filter.ts'
import { countQueue } from './ticket-list.queries.ts'
import { countAtHand } from './view-counts.queries.ts'
import type { ViewRow } from './views.queries.ts'
import { listViews } from './views.ts'

/** The number beside one view; null where none is shown. */
export type ViewCount = { viewId: number; count: number | null }

type Means = { db: Db; clock: Clock; texts: FoundTexts }

/** Where the texts of views were found a moment ago, by the text and what else it was looked for in. */
export type FoundTexts = Map<string, { untilMs: number; ids: Promise<readonly number[] | null> }>

type Counted = { view: ViewRow; rule: QueueRule; mailboxIds: readonly number[]; filter: KnownFilter }

const atHandLimit = 20_000 // read in some 50 ms; who has more at hand sees no numbers below a thousand
const textLimit = 10 // views with a text that are counted: each is a search
const textMs = 10_000 // how long what a text was found in is taken for true

/** The numbers beside the views of an agent, in their order, over some of their mailboxes. */
export async function countOfViews(
  means: Means,
  caller: Caller,
  mailboxIds: readonly number[],
): Promise<ViewCount[]> {
  const views = await listViews(means.db, caller)
  const counted = await withFilters(means, caller, views, mailboxIds)
  const { agentId } = caller
  const atHand = counted.filter(({ rule }) => isOfHand(rule))
  const others = counted.filter(({ rule }) => rule.counted && !isOfHand(rule))
  const [hand, each] = await Promise.all([
    atHand.length === 0
      ? { counts: [], isWhole: true }
      : countAtHand(means.db, atHand, { agentId, mailboxIds, rowLimit: atHandLimit }),
    Promise.all(
      others.map(({ view: _, ...wish }) => countQueue(means.db, { ...wish, agentId, rowLimit: countLimit })),
    ),
  ])
  const numbers = new Map<number, number | null>(others.map(({ view }, at) => [view.id, each[at] ?? null]))
  for (const [at, { view }] of atHand.entries()) {
    const count = Math.min(hand.counts[at] ?? 0, countLimit)
    numbers.set(view.id, hand.isWhole || count === countLimit ? count : null)
  }
  return views.map(({ id }) => ({ viewId: id, count: numbers.get(id) ?? null }))
}

/** All is counted as far as it wants work: what is closed would be everything there ever was. */
function isOfHand(rule: QueueRule): boolean {
  return rule.holds === 'at-hand' || rule === queueRules.all
}

async function withFilters(
  means: Means,
  caller: Caller,
  views: readonly ViewRow[],
  mailboxIds: readonly number[],
): Promise<Counted[]> {
  const texts = views.filter(({ filter }) => filter.text !== undefined).slice(0, textLimit)
  const found = await Promise.all(texts.map(view => textOf(means, caller, view)))
  const foundIds = new Map(texts.map(({ id }, at) => [id, found[at] ?? null]))
  const asked = views
    .map(view => ({ view, filter: view.filter, foundIds: foundIds.get(view.id) ?? null }))
    .filter(({ filter, foundIds }) => filter.text === undefined || foundIds !== null)
  const filters = await knownFilters(means.db, caller, asked)
  return asked.flatMap(({ view }, at) => {
    const filter = filters[at]
    const own = ofMailboxes({ mailboxIds: [...mailboxIds], otherIds: [] }, view.filter.mailboxIds)
    return filter === undefined ? [] : { view, rule: ruleOf(view.queue), mailboxIds: own.mailboxIds, filter }
  })
}

/** The tickets at hand that the text of a view is found in; null where it took too long. */
async function textOf(
  { db, clock, texts }: Means,
  caller: Caller,
  { queue, filter }: ViewRow,
): Promise<readonly number[] | null> {
  const rule = isOfHand(ruleOf(queue)) ? queueRules.mine : ruleOf(queue)
  const { text, mailboxIds, states } = filter
  const rights = caller.mailboxIds === 'all' ? 'all' : caller.mailboxIds.join()
  const key = JSON.stringify([text, mailboxIds, states, rule.states, rule.holds, rights])
  const nowMs = clock.monotonicMs()
  const known = texts.get(key)
  if (known !== undefined && known.untilMs > nowMs) return await known.ids
  if (texts.size > 1000) texts.clear()
  const ids = findByText({ db, clock }, caller, { rule, filter }).then(
    ({ ids, isCut }) => (isCut && ids.length < countLimit ? null : ids),
    () => null, // search-too-slow: no number
  )
  texts.set(key, { untilMs: nowMs + textMs, ids })
  return await ids
}
