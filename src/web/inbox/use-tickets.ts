import { type InfiniteData, type QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { TicketFilter } from '../../shared/ticket-filter.ts'
import { listQueues, listTickets, type TicketRow } from '../../shared/tickets.ts'
import type { ListOrder, QueueName } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import type { Call } from '../call.ts'
import { asChanged } from '../ticket/changes-under-way.ts'
import { useSteady } from '../ui/use-steady.ts'
import { filterKey } from '../views/filter-search.ts'
import { fitsFilter } from '../views/fits-filter.ts'
import { lookAgainMs } from '../views/use-views.ts'
import { type ListPage, mapRows } from './list-pages.ts'
import { standsIn } from './queue-rule.ts'

/** What a list shows: a queue, over all mailboxes or of one, narrowed by a filter. */
export type ListChoice = {
  queue: QueueName
  mailboxId: number | undefined
  order: ListOrder
  filter: TicketFilter
}

type ListData = InfiniteData<ListPage, string | undefined>

/** Where a list lies in the cache; its last part is a `filterKey`. */
export type ListKey = readonly ['tickets', QueueName, number | null, ListOrder, string]

/** A list by its queue, mailbox, order and filter. */
export function listKey(choice: ListChoice): ListKey {
  return ['tickets', choice.queue, choice.mailboxId ?? null, choice.order, filterKey(choice.filter)]
}

/** What the list asks the API for. */
export function listQuery(choice: ListChoice) {
  return {
    queue: choice.queue,
    order: choice.order,
    ...choice.filter,
    ...(choice.mailboxId === undefined ? {} : { mailboxId: choice.mailboxId }),
  }
}

/** A page of a list. What the server knew before a change of ours that is under way does not come back with it. */
export async function readPage(call: Call, choice: ListChoice, cursor?: string): Promise<ListPage> {
  const query = { ...listQuery(choice), ...(cursor === undefined ? {} : { cursor }) }
  const page = await call(listTickets, { query })
  const data = page.data.flatMap(read => {
    const { row, by } = asChanged(read)
    return by === null || isShown(choice, row, by) ? [row] : []
  })
  return { ...page, data }
}

function isShown({ queue, filter }: Pick<ListChoice, 'queue' | 'filter'>, row: TicketRow, agentId: number) {
  return standsIn(queue, row, agentId) && fitsFilter(filter, row, agentId, new Date())
}

/** The tickets of a list: 50 a page. */
export function pagesQuery(call: Call, choice: ListChoice) {
  return {
    queryKey: listKey(choice),
    queryFn: ({ pageParam }: { pageParam: string | undefined }) => readPage(call, choice, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: ListPage) => page.nextCursor ?? undefined,
  }
}

/** A list as the page shows it; the same object until something of it changes, so that it is not drawn anew for each key. */
export type ListState = {
  rows: readonly TicketRow[]
  /** The answer of a filter that does not tell all of its tickets. */
  isCut: boolean
  isPending: boolean
  isFetching: boolean
  error: Error | null
  /** More rows follow than have come. */
  hasMore: boolean
  /** The rows that follow could not be read, and are asked for again only when the reader says so. */
  isMoreFailed: boolean
  /** The rows that follow can be asked for: nothing is on its way that asking would cut short, or that would cut them short. */
  canAskMore: boolean
  askMore: () => void
  askAgain: () => void
}

const NO_ROWS: readonly TicketRow[] = []

/** The tickets of a list, the next page asked for as the reader comes near the end. */
export function useTicketList(choice: ListChoice): ListState {
  const { call } = useApi()
  const list = useInfiniteQuery({
    ...pagesQuery(call, choice),
    select: rowsOf,
    refetchInterval: lookAgainMs(choice.filter.waitingMinutes !== undefined),
  })
  const {
    data,
    isPending,
    isFetching,
    error,
    hasNextPage: hasMore,
    isFetchNextPageError: isMoreFailed,
  } = list
  const { rows = NO_ROWS, isCut = false } = data ?? {}
  const canAskMore = hasMore && !isFetching && error === null
  const askMore = useSteady(() => void list.fetchNextPage())
  const askAgain = useSteady(() => void list.refetch())
  return useMemo(
    () => ({
      rows,
      isCut,
      isPending,
      isFetching,
      error,
      hasMore,
      isMoreFailed,
      canAskMore,
      askMore,
      askAgain,
    }),
    [rows, isCut, isPending, isFetching, error, hasMore, isMoreFailed, canAskMore, askMore, askAgain],
  )
}

// One function for all drawings: another one would go through all rows at each key.
function rowsOf({ pages }: ListData): Pick<ListState, 'rows' | 'isCut'> {
  return { rows: uniqueRows(pages), isCut: pages.some(page => page.isCut === true) }
}

// A row that moved up between two pages would be on both.
function uniqueRows(pages: readonly ListPage[]): TicketRow[] {
  const byNumber = new Map<number, TicketRow>()
  for (const row of pages.flatMap(page => page.data)) {
    if (!byNumber.has(row.number)) byNumber.set(row.number, row)
  }
  return [...byNumber.values()]
}

/** The queues with their counts. */
export function useQueues(mailboxId: number | undefined) {
  return useQuery(queuesQuery(useApi().call, mailboxId))
}

/** The queues with their counts, over all mailboxes or of one. */
export function queuesQuery(call: Call, mailboxId: number | undefined) {
  return {
    queryKey: ['queues', mailboxId ?? null],
    queryFn: async () =>
      (await call(listQueues, { query: mailboxId === undefined ? {} : { mailboxId } })).data,
  }
}

/** Changes a ticket in every cached list at once, and takes it out of queues it no longer stands in. */
export function patchLists(
  queries: QueryClient,
  number: number,
  agentId: number,
  change: (row: TicketRow) => TicketRow,
): void {
  patchRows(queries, new Set([number]), agentId, change)
}

/** As patchLists, of many tickets in one go. */
export function patchRows(
  queries: QueryClient,
  numbers: ReadonlySet<number>,
  agentId: number,
  change: (row: TicketRow) => TicketRow,
): void {
  for (const [key, data] of queries.getQueriesData<ListData>({ queryKey: ['tickets'] })) {
    if (data === undefined) continue
    const [, queue, , , narrowed] = key as ListKey
    const filter = JSON.parse(narrowed) as TicketFilter
    const pages = mapRows(data.pages, numbers, row => {
      const changed = change(row)
      return isShown({ queue, filter }, changed, agentId) ? changed : null
    })
    queries.setQueryData<ListData>(key, { ...data, pages })
  }
}
