import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { type LiveHint, streamEvents } from '../shared/live.ts'
import type { TicketPresence } from '../shared/presence.ts'
import type { Me } from '../shared/session.ts'
import type { Ticket, TicketRow } from '../shared/tickets.ts'
import { useApi } from './api.tsx'
import { createNewsHearer } from './bell/hear-news.ts'
import { apiUrl, type Call } from './call.ts'
import type { CustomerView } from './customer/use-customer.ts'
import { sortOf } from './inbox/list-order.ts'
import { type ListPage, withFreshTop, withRow } from './inbox/list-pages.ts'
import { standsIn } from './inbox/queue-rule.ts'
import { type ListKey, patchLists, readPage } from './inbox/use-tickets.ts'
import { TAB_NAME } from './presence/tab-name.ts'
import { announceAgain } from './presence/use-announce.ts'
import { forgetPresence, takePresence } from './presence/use-presence.ts'
import { ME_KEY, useMe } from './session.ts'
import { createThrottle } from './throttle.ts'
import { ticketQuery } from './ticket/ticket-queries.ts'
import { forgetErased } from './trash/use-trash.ts'
import { filterKey } from './views/filter-search.ts'

/** `live` while the event stream is open, `polling` while it is not and we ask every 15 s. */
export type LiveState = 'live' | 'connecting' | 'polling'

const POLL_MS = 15_000
// A burst of hints (a mailbox being filled) becomes at most three refreshes a second.
const GATHER_MS = 300
// Lists up to this many pages are asked for again whole; longer ones only at their top.
const WHOLE_PAGES = 2
// More tickets that changed at once are not placed one by one in a long list.
const PLACED_HINTS = 20
const NO_FILTER = filterKey({})

/** Follows the live feed while shown, and keeps lists, counts and open tickets true. */
export function useLive(): LiveState {
  const { call, appBase } = useApi()
  const queries = useQueryClient()
  const agentId = useMe().id
  const [state, setState] = useState<LiveState>('connecting')
  useEffect(() => {
    const feed = new Feed({ call, queries, agentId })
    // What happened since the page began to read is told too, not only what happens from now on.
    const since = queries.getQueryData<Me>(ME_KEY)?.liveFrom
    const url = apiUrl(appBase, streamEvents.path, { query: { tab: TAB_NAME, since } })
    const stop = listen(url, {
      onHint: hint => feed.take(hint),
      onReset: () => refreshAll(queries),
      onPresence: presence => takePresence(presence),
      // The smallest question that a session which has ended is refused.
      onLost: () => void queries.invalidateQueries({ queryKey: ['queues'] }),
      onState: state => {
        if (state === 'live') announceAgain(call)
        else forgetPresence()
        setState(state)
      },
    })
    return () => {
      stop()
      feed.stop()
      forgetPresence()
    }
  }, [call, appBase, queries, agentId])
  return state
}

// The last thing that happens to the ticket of a reply that did not arrive.
const MAY_BE_FAILURE = ['reply_failed', 'reply_bounced', 'state_changed', 'assigned']

type Ears = {
  onHint: (hint: LiveHint) => void
  onReset: () => void
  onPresence: (presence: TicketPresence) => void
  /** The open stream has ended: by the network, the server, or with the session. */
  onLost: () => void
  onState: (state: LiveState) => void
}

// EventSource reconnects by itself with Last-Event-ID; when the server refused, we start anew and reread.
function listen(url: string, ears: Ears): () => void {
  let source: EventSource
  let retryTimer: number | undefined
  const open = () => {
    source = new EventSource(url)
    let isOpen = false
    source.addEventListener('open', () => {
      isOpen = true
      ears.onState('live')
    })
    source.addEventListener('hint', event => ears.onHint(JSON.parse(event.data) as LiveHint))
    source.addEventListener('presence', event => ears.onPresence(JSON.parse(event.data) as TicketPresence))
    source.addEventListener('reset', ears.onReset)
    source.addEventListener('error', () => {
      ears.onState('polling')
      if (isOpen) ears.onLost()
      isOpen = false
      if (source.readyState !== EventSource.CLOSED) return
      retryTimer = window.setTimeout(() => {
        open()
        ears.onReset()
      }, 3000)
    })
  }
  open()
  const poll = window.setInterval(() => {
    if (source.readyState !== EventSource.OPEN) ears.onReset()
  }, POLL_MS)
  return () => {
    source.close()
    window.clearTimeout(retryTimer)
    window.clearInterval(poll)
  }
}

/** Asks again for everything the live feed would have kept true. */
export function refreshAll(queries: QueryClient): void {
  for (const key of ['tickets', 'queues', 'ticket', 'notifications', 'views'])
    void queries.invalidateQueries({ queryKey: [key] })
}

// Who stands beside tickets: with each change of one of their tickets, and with what is known of them.
function refreshPeople(queries: QueryClient, hints: readonly LiveHint[]): void {
  const numbers = new Set<unknown>(hints.map(hint => hint.number))
  const ids = new Set(hints.map(hint => hint.customerId))
  const changed = hints.filter(hint => hint.changesCustomer)
  void queries.invalidateQueries({
    predicate: ({ queryKey: [name, number], state }) => {
      if (name !== 'customer') return false
      const id = (state.data as CustomerView | undefined)?.customer?.id
      return changed.length > 0 || numbers.has(number) || (id !== undefined && ids.has(id))
    },
  })
  if (changed.length === 0) return
  for (const key of ['customers', 'ticket', 'tickets']) {
    void queries.invalidateQueries({ queryKey: [key] })
  }
}

/** Gathers hints and refreshes what they touch: the first at once, a burst in slices. */
class Feed {
  private readonly to: { call: Call; queries: QueryClient; agentId: number }
  private readonly hints = new Map<number, LiveHint>()
  private readonly news: ReturnType<typeof createNewsHearer>
  private readonly flushing = createThrottle(GATHER_MS, () => this.flush())

  constructor(to: { call: Call; queries: QueryClient; agentId: number }) {
    this.to = to
    this.news = createNewsHearer(to.queries)
  }

  take(hint: LiveHint): void {
    const known = this.hints.get(hint.number)
    const changesCustomer = hint.changesCustomer || known?.changesCustomer === true
    const latest = known !== undefined && known.version >= hint.version ? known : hint
    this.hints.set(hint.number, { ...latest, changesCustomer })
    this.flushing.ask()
  }

  stop(): void {
    this.flushing.stop()
    this.news.stop()
  }

  private flush(): void {
    const all = [...this.hints.values()]
    this.hints.clear()
    const { queries } = this.to
    const hints = all.filter(hint => hint.kind !== 'erased')
    const erased = all.filter(hint => hint.kind === 'erased').map(hint => hint.number)
    if (erased.length > 0) forgetErased(queries, erased)
    for (const hint of hints) {
      if (hint.leadNumber !== null) void queries.invalidateQueries({ queryKey: ['ticket', hint.leadNumber] })
      const known = queries.getQueryData<Ticket>(['ticket', hint.number])
      if (known === undefined || known.version < hint.version) {
        void queries.invalidateQueries({ queryKey: ['ticket', hint.number] })
      }
    }
    void queries.invalidateQueries({ queryKey: ['queues'] })
    this.news.hear(hints)
    refreshPeople(queries, hints)
    if (hints.some(hint => MAY_BE_FAILURE.includes(hint.kind))) {
      void queries.invalidateQueries({ queryKey: ['own-failures'] })
    }
    void queries.invalidateQueries({ queryKey: ['tickets'], type: 'inactive', refetchType: 'none' })
    for (const query of queries.getQueryCache().findAll({ queryKey: ['tickets'], type: 'active' })) {
      void this.refreshList(query.queryKey as ListKey, hints)
    }
  }

  private async refreshList(key: ListKey, hints: readonly LiveHint[]): Promise<void> {
    const { queries } = this.to
    const data = queries.getQueryData<ListData>(key)
    // What a filter asks is not all on a row.
    const sort = key[4] === NO_FILTER ? sortOf(key[1], key[3]) : 'own'
    const isShort = data === undefined || data.pages.length <= WHOLE_PAGES
    const isMuch = sort === 'waiting' && hints.length > PLACED_HINTS
    if (isShort || isMuch || sort === 'own') await queries.invalidateQueries({ queryKey: key })
    else if (sort === 'newest') await this.refreshTop(key, data, hints)
    else for (const hint of hints) await this.placeRow(key, hint)
  }

  // A list by who waits longest: what arrives belongs anywhere in it.
  private async placeRow(key: ListKey, hint: LiveHint): Promise<void> {
    const { queries, agentId } = this.to
    const row = await this.readRow(hint.number)
    const data = queries.getQueryData<ListData>(key)
    if (data === undefined) return
    const isOfMailbox = key[2] === null || key[2] === row.mailboxId
    const isListed = isOfMailbox && !row.isTwin && standsIn(key[1], row, agentId)
    queries.setQueryData<ListData>(key, { ...data, pages: withRow(data.pages, row, isListed) })
  }

  private async readRow(number: number): Promise<TicketRow> {
    const { queries, call } = this.to
    const ticket = await queries.fetchQuery({ ...ticketQuery(call, number), staleTime: 0 })
    const { messages, notes, events, replyDefaults, createdAt, closedAt, erasesAt, ...row } = ticket
    return row
  }

  private async refreshTop(key: ListKey, data: ListData, hints: readonly LiveHint[]): Promise<void> {
    const { queries, call, agentId } = this.to
    const choice = { queue: key[1], mailboxId: key[2] ?? undefined, order: key[3], filter: {} }
    const top = await readPage(call, choice)
    const pages = withFreshTop(data.pages, top)
    if (pages === undefined) {
      await queries.invalidateQueries({ queryKey: key })
      return
    }
    queries.setQueryData<ListData>(key, { ...data, pages })
    const isDeep = (number: number) =>
      pages.slice(1).some(page => page.data.some(row => row.number === number))
    for (const { number } of hints.filter(hint => isDeep(hint.number))) {
      const row = await this.readRow(number)
      patchLists(queries, number, agentId, () => row)
    }
  }
}

type ListData = InfiniteData<ListPage, string | undefined>
