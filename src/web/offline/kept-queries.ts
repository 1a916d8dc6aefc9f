import {
  type DehydratedState,
  dehydrate,
  hydrate,
  type Query,
  type QueryCacheNotifyEvent,
  type QueryClient,
} from '@tanstack/react-query'
import { clear, createStore, delMany, getMany, keys, setMany, type UseStore } from 'idb-keyval'
import type { Me } from '../../shared/session.ts'
import { forgetAllButMe, ME_KEY } from '../session.ts'
import { whenIdle } from '../ui/when-idle.ts'

/**
 * What lies under one key: the lists and who the agent is together, each ticket and the HTML of each message for itself, so
 * that reading on writes no more than what was read. `build`: answers of another build may have another shape.
 */
type Kept = { build: string; atMs: number; state: DehydratedState }

const LISTS_KEY = 'queries'
const KEPT_FOR_MS = 7 * 24 * 3_600_000
const WRITTEN_AFTER_MS = 3_000
const MOST_TICKETS = 200
const TAKEN_IN_AT_ONCE = 20
const MOST_WAIT_MS = 500 // a store that does not answer must not keep the page away
const MOST_HTML_LENGTH = 200_000
const MOST_PAGES = 4
const LISTS: readonly unknown[] = ['me', 'queues', 'tickets', 'agents', 'mailboxes', 'tags', 'teams', 'views']
const NEWEST: readonly unknown[] = ['ticket', 'message-html']

/**
 * Keeps what was last read in this browser: lists, the last 200 tickets that were opened or fetched ahead, who the agent
 * is. So the page shows them at once when it is opened again, and also without a network. Forgotten when the agent signs out.
 *
 * @param build names this build of the app
 * @param openNumber the ticket that the page begins with; other tickets are read when the page has nothing else to do
 * @returns once lists and that ticket lie in `queries`, unless somebody else is signed in by then; all of it is asked for
 *   again where it is shown
 */
export async function keepQueries(
  queries: QueryClient,
  build: string,
  openNumber: number | undefined,
): Promise<void> {
  const store = createStore('letterdesk', 'kept')
  for (const name of ['tickets', ...NEWEST]) queries.setQueryDefaults([name], { gcTime: KEPT_FOR_MS })
  const first = [LISTS_KEY, ...(openNumber === undefined ? [] : [['ticket', openNumber]])]
  try {
    const [lists, open] = (await Promise.race([getMany<Kept>(first, store), late(MOST_WAIT_MS)])) ?? []
    if (isUsable(lists, build) && isForReader(lists, meOf(queries))) {
      takeIn(queries, [lists, open], build)
      whenIdle(() => takeInRest(queries, store, lists))
    } else if (lists !== undefined) await clear(store)
  } catch {
    return // a browser that keeps nothing
  }
  keepWriting(queries, store, build)
}

function keepWriting(queries: QueryClient, store: UseStore, build: string): void {
  let timer: number | undefined
  const news = new Map<string, Query>()
  const write = () => {
    window.clearTimeout(timer)
    timer = undefined
    const told = [...news.values()]
    news.clear()
    const written = meOf(queries) == null ? clear(store) : writeDown(queries, store, told, build)
    written.catch(() => undefined) // full: what was kept before stays
    dropOldest(queries)
  }
  let agentId = meOf(queries)?.id
  queries.getQueryCache().subscribe(event => {
    const isOfMe = event.query.queryKey[0] === ME_KEY[0]
    const id = isOfMe ? meOf(queries)?.id : agentId
    // Somebody else signed in by another tab of this browser.
    if (id !== undefined && agentId !== undefined && id !== agentId)
      queueMicrotask(() => forgetAllButMe(queries))
    agentId = id ?? agentId
    if (isOfMe && event.query.state.data === null) write()
    else if (isNews(event)) {
      news.set(event.query.queryHash, event.query)
      timer ??= window.setTimeout(write, WRITTEN_AFTER_MS)
    }
  })
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && timer !== undefined) write()
  })
}

// All lists together where one of them has changed; of tickets each that was read, and none that is forgotten.
async function writeDown(
  queries: QueryClient,
  store: UseStore,
  news: readonly Query[],
  build: string,
): Promise<void> {
  const ones = news.filter(({ queryKey: [name] }) => NEWEST.includes(name))
  const isThere = (query: Query) => queries.getQueryCache().get(query.queryHash) === query && isSmall(query)
  const record = (isOf: (query: Query) => boolean): Kept => ({
    build,
    atMs: Date.now(),
    state: stateOf(queries, isOf),
  })
  const records = ones
    .filter(isThere)
    .map((one): [IDBValidKey, Kept] => [keyOf(one), record(query => query === one)])
  if (ones.length < news.length)
    records.push([LISTS_KEY, record(({ queryKey: [name] }) => LISTS.includes(name))])
  await setMany(records, store)
  await delMany(ones.filter(one => !isThere(one)).map(keyOf), store)
}

function keyOf({ queryKey }: Query): IDBValidKey {
  return queryKey as IDBValidKey // a name and a number
}

function takeIn(queries: QueryClient, kept: readonly (Kept | undefined)[], build: string): void {
  const readAt = new Map<string, number>()
  for (const one of kept.filter(record => isUsable(record, build))) {
    hydrate(queries, one.state)
    for (const { queryHash } of one.state.queries) readAt.set(queryHash, one.atMs)
  }
  // All of it may have changed meanwhile, also whether the session still stands; the HTML of a message never does.
  void queries.invalidateQueries({
    predicate: ({ queryHash, queryKey: [name], state }) =>
      name !== 'message-html' && state.dataUpdatedAt <= (readAt.get(queryHash) ?? 0),
  })
}

// Some at a time, between which the page listens.
async function takeInRest(queries: QueryClient, store: UseStore, lists: Kept): Promise<void> {
  const rest = (await keys(store)).filter(key => key !== LISTS_KEY)
  const next = async () => {
    const some = await getMany<Kept>(rest.splice(0, TAKEN_IN_AT_ONCE), store)
    if (!isForReader(lists, meOf(queries))) return
    takeIn(queries, some, lists.build)
    if (rest.length > 0) whenIdle(next)
  }
  await next()
}

function isUsable(kept: Kept | undefined, build: string): kept is Kept {
  return kept?.build === build && Date.now() - kept.atMs < KEPT_FOR_MS
}

// Who is signed in may be told before this browser has read what it kept, and be somebody else by now.
function isForReader({ state }: Kept, reader: Me | null | undefined): boolean {
  const keeper = state.queries.find(({ queryKey: [name] }) => name === ME_KEY[0])?.state.data as
    | Me
    | undefined
  return reader === undefined || reader?.id === keeper?.id
}

function meOf(queries: QueryClient): Me | null | undefined {
  return queries.getQueryData<Me | null>(ME_KEY)
}

// Kept for days, tickets would fill the memory of a page that is never closed.
function dropOldest(queries: QueryClient): void {
  for (const name of NEWEST) {
    const known = queries.getQueryCache().findAll({ queryKey: [name] }) as Query[]
    const oldest = known
      .sort((one, other) => other.state.dataUpdatedAt - one.state.dataUpdatedAt)
      .slice(MOST_TICKETS)
    for (const query of oldest) if (query.getObserversCount() === 0) queries.getQueryCache().remove(query)
  }
}

function late(afterMs: number): Promise<undefined> {
  return new Promise(resolve => window.setTimeout(() => resolve(undefined), afterMs))
}

// What was read, and what is forgotten; not that it is asked for.
function isNews(event: QueryCacheNotifyEvent): boolean {
  const isRead = event.type === 'updated' && event.action.type === 'success'
  return (isRead || event.type === 'removed') && [...LISTS, ...NEWEST].includes(event.query.queryKey[0])
}

function stateOf(queries: QueryClient, isOf: (query: Query) => boolean): DehydratedState {
  return dehydrate(queries, {
    shouldDehydrateMutation: () => false,
    shouldDehydrateQuery: query => query.state.data !== undefined && isOf(query) && isSmall(query),
  })
}

function isSmall({ state: { data } }: Query): boolean {
  if (typeof data === 'string') return data.length < MOST_HTML_LENGTH
  const pages = (data as { pages?: readonly unknown[] } | null)?.pages
  return pages === undefined || pages.length <= MOST_PAGES
}
