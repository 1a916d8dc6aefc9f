import type { QueryClient } from '@tanstack/react-query'
import type { Me } from '../../shared/session.ts'
import type { QueueName } from '../../shared/vocabulary.ts'
import type { Call } from '../call.ts'
import { askForKnownLists } from '../known-lists.tsx'
import { ME_KEY } from '../session.ts'
import { pickSearch, readFilter } from '../views/filter-search.ts'
import { readListOrder } from './list-order.ts'
import { listKey, pagesQuery, queuesQuery } from './use-tickets.ts'

/**
 * Asks for what the inbox shows first, while the page itself is still being made: the list, the queues, and whom and what
 * their rows name. Nothing where nobody is signed in, and nothing of a list that this browser has kept.
 */
export function askForInbox(
  queries: QueryClient,
  call: Call,
  at: { queue: QueueName; search: Record<string, unknown> },
): void {
  const me = queries.getQueryData<Me | null>(ME_KEY)
  if (me == null) return
  const { mailbox: mailboxId } = pickSearch(at.search)
  const list = { queue: at.queue, mailboxId, order: readListOrder(me.id), filter: readFilter(at.search) }
  if (queries.getQueryData(listKey(list)) !== undefined) return
  void queries.prefetchInfiniteQuery(pagesQuery(call, list))
  askForKnownLists(queries, call)
  void queries.prefetchQuery(queuesQuery(call, mailboxId))
}
