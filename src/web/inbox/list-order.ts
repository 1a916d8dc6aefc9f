import { useState } from 'react'
import { LIST_ORDERS, type ListOrder, type Queue } from '../../shared/vocabulary.ts'
import { keep, readKept } from '../kept.ts'
import { useMe } from '../session.ts'

/** The queues that may be sorted in more than one way. */
export const SORTABLE: readonly Queue[] = ['mine', 'unassigned', 'all']

const NEWEST_ALWAYS: readonly Queue[] = ['undelivered', 'closed', 'spam']

/** How a list is sorted on the server; `own`: in a way of its queue alone. */
export function sortOf(queue: Queue, order: ListOrder): ListOrder | 'own' {
  if (SORTABLE.includes(queue)) return order
  return NEWEST_ALWAYS.includes(queue) ? 'newest' : 'own'
}

/** How this agent wants lists sorted in this browser: who waits longest first, unless they chose the newest. */
export function useListOrder(): [ListOrder, (order: ListOrder) => void] {
  const key = `letterdesk.order.${useMe().id}`
  const [order, setOrder] = useState<ListOrder>(() => {
    const kept = readKept(key)
    return LIST_ORDERS.find(word => word === kept) ?? 'waiting'
  })
  const choose = (wanted: ListOrder) => {
    keep(key, wanted)
    setOrder(wanted)
  }
  return [order, choose]
}
