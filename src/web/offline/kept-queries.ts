import { type DehydratedState, dehydrate, hydrate, type Query, type QueryClient } from '@tanstack/react-query'
import { createStore, del, get, set } from 'idb-keyval'
import type { Me } from '../../shared/session.ts'
import { forgetAllButMe, ME_KEY } from '../session.ts'

/** `build`: answers of another build may have another shape. */
type Kept = { build: string; atMs: number; state: DehydratedState }

const KEY = 'queries'
const KEPT_FOR_MS = 7 * 24 * 3_600_000
const WRITTEN_AFTER_MS = 3_000
const MOST_TICKETS = 200
const MOST_WAIT_MS = 500 // a store that does not answer must not keep the page away
const MOST_HTML_LENGTH = 200_000
const MOST_PAGES = 4
const ALWAYS: readonly unknown[] = [
  'me',
  'queues',
  'tickets',
  'agents',
  'mailboxes',
  'tags',
  'teams',
  'views',
]
const NEWEST: readonly unknown[] = ['ticket', 'message-html']

/**
 * Keeps what was last read in this browser: lists, the last 200 tickets that were opened or fetched ahead, who the agent
 * is. So the page shows
 * them at once when it is opened again, and also without a network. Forgotten when the agent signs out.
 *
 * @param build names this build of the app
 * @returns once what was kept lies in `queries`, unless somebody else is signed in by then; all of it is asked for again
 *   where it is shown
 */
export async function keepQueries(queries: QueryClient, build: string): Promise<void> {
  const store = createStore('letterdesk', 'kept')
  for (const name of ['tickets', ...NEWEST]) queries.setQueryDefaults([name], { gcTime: KEPT_FOR_MS })
  try {
    const kept = await Promise.race([get<Kept>(KEY, store), late(MOST_WAIT_MS)])
    const isFresh = kept?.build === build && Date.now() - kept.atMs < KEPT_FOR_MS
    if (isFresh && isForReader(kept, meOf(queries))) {
      hydrate(queries, kept.state)
      // All of it may have changed meanwhile, also whether the session still stands; the HTML of a message never does.
      await queries.invalidateQueries({
        predicate: ({ queryKey: [name], state }) =>
          name !== 'message-html' && state.dataUpdatedAt <= kept.atMs,
      })
    }
  } catch {
    return // a browser that keeps nothing
  }
  let timer: number | undefined
  const write = () => {
    window.clearTimeout(timer)
    timer = undefined
    dropOldest(queries)
    const written = meOf(queries)
      ? set(KEY, { build, atMs: Date.now(), state: stateOf(queries) } satisfies Kept, store)
      : del(KEY, store)
    written.catch(() => undefined) // full: what was kept before stays
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
    else if (isNews(event) && timer === undefined) timer = window.setTimeout(write, WRITTEN_AFTER_MS)
  })
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && timer !== undefined) write()
  })
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
    const newest = new Set(newestOf(queries, name))
    const others = queries.getQueryCache().findAll({ queryKey: [name], type: 'inactive' }) as Query[]
    for (const query of others) if (!newest.has(query)) queries.getQueryCache().remove(query)
  }
}

function late(afterMs: number): Promise<undefined> {
  return new Promise(resolve => window.setTimeout(() => resolve(undefined), afterMs))
}

function isNews(event: { type: string; query: Query }): boolean {
  const [name] = event.query.queryKey
  return (event.type === 'updated' || event.type === 'removed') && [...ALWAYS, ...NEWEST].includes(name)
}

function stateOf(queries: QueryClient): DehydratedState {
  const newest = new Set(NEWEST.flatMap(name => newestOf(queries, name)))
  return dehydrate(queries, {
    shouldDehydrateMutation: () => false,
    shouldDehydrateQuery: query =>
      query.state.data !== undefined &&
      (newest.has(query) || (ALWAYS.includes(query.queryKey[0]) && isShort(query))),
  })
}

function newestOf(queries: QueryClient, name: unknown): Query[] {
  const all = queries.getQueryCache().findAll({ queryKey: [name] }) as Query[]
  const fitting = all.filter(
    ({ state }) => typeof state.data !== 'string' || state.data.length < MOST_HTML_LENGTH,
  )
  return fitting
    .sort((one, other) => other.state.dataUpdatedAt - one.state.dataUpdatedAt)
    .slice(0, MOST_TICKETS)
}

function isShort({ state: { data } }: Query): boolean {
  const pages = (data as { pages?: readonly unknown[] } | null)?.pages
  return pages === undefined || pages.length <= MOST_PAGES
}
