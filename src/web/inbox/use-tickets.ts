import { type InfiniteData, type QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { listQueues, listTickets, type TicketRow } from '../../shared/tickets.ts'
import type { ListOrder, QueueName } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { type ListPage, mapRows } from './list-pages.ts'
import { standsIn } from './queue-rule.ts'

/** What a list shows: a queue, over all mailboxes or of one. */
export type ListChoice = { queue: QueueName; mailboxId: number | undefined; order: ListOrder }

type ListData = InfiniteData<ListPage, string | undefined>

/** Where a list lies in the cache. */
export type ListKey = readonly ['tickets', QueueName, number | null, ListOrder]

/** A list by its queue, mailbox and order. */
export function listKey(choice: ListChoice): ListKey {
  return ['tickets', choice.queue, choice.mailboxId ?? null, choice.order]
}

/** What the list asks the API for. */
export function listQuery(choice: ListChoice) {
  return {
    queue: choice.queue,
    order: choice.order,
    ...(choice.mailboxId === undefined ? {} : { mailboxId: choice.mailboxId }),
  }
}

/** The tickets of a list: 50 a page, asked for as the reader comes near the end. */
export function useTicketList(choice: ListChoice) {
  const { call } = useApi()
  return useInfiniteQuery({
    queryKey: listKey(choice),
    queryFn: ({ pageParam }) =>
      call(listTickets, {
        query: { ...listQuery(choice), ...(pageParam === undefined ? {} : { cursor: pageParam }) },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: ListPage) => page.nextCursor ?? undefined,
    select: (data: ListData) => uniqueRows(data.pages),
  })
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
  const { call } = useApi()
  return useQuery({
    queryKey: ['queues', mailboxId ?? null],
    queryFn: async () =>
      (await call(listQueues, { query: mailboxId === undefined ? {} : { mailboxId } })).data,
  })
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
    const queue = key[1] as QueueName
    const pages = mapRows(data.pages, numbers, row => {
      const changed = change(row)
      return standsIn(queue, changed, agentId) ? changed : null
    })
    queries.setQueryData<ListData>(key, { ...data, pages })
  }
}
