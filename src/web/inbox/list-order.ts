import { LIST_ORDERS, type ListOrder, type QueueName, teamOfQueue } from '../../shared/vocabulary.ts'
import { readChoice, useKeptChoice } from '../use-kept-choice.ts'

const SORTABLE: readonly QueueName[] = ['mine', 'unassigned', 'all']
const NEWEST_ALWAYS: readonly QueueName[] = ['undelivered', 'closed', 'spam']

/** Whether a queue may be sorted in more than one way. */
export function isSortable(queue: QueueName): boolean {
  return SORTABLE.includes(queue) || teamOfQueue(queue) !== undefined
}

/** How a list is sorted on the server; `own`: in a way of its queue alone. */
export function sortOf(queue: QueueName, order: ListOrder): ListOrder | 'own' {
  if (isSortable(queue)) return order
  return NEWEST_ALWAYS.includes(queue) ? 'newest' : 'own'
}

/** How this agent wants lists sorted in this browser: who waits longest first, unless they chose the newest. */
export function useListOrder(): [ListOrder, (order: ListOrder) => void] {
  return useKeptChoice('order', LIST_ORDERS)
}

/** The choice of `useListOrder`, read once. */
export function readListOrder(agentId: number): ListOrder {
  return readChoice('order', LIST_ORDERS, agentId)
}
