import { type QueryClient, useQuery } from '@tanstack/react-query'
import type { Ticket } from '../../shared/tickets.ts'
import { getTrash } from '../../shared/trash.ts'
import { useApi } from '../api.tsx'

/** How long the Trash keeps tickets, and, for admins, how many lie there. */
export function useTrash() {
  const { call } = useApi()
  return useQuery({ queryKey: ['trash'], queryFn: () => call(getTrash), staleTime: 60_000 })
}

// What else may name a ticket, or counts it.
const TELLING = ['tickets', 'queues', 'trash', 'views', 'notifications', 'own-failures']

/** Drops what this browser keeps of tickets that are no more; a page that shows one asks for it, and says that it is gone. */
export function forgetErased(queries: QueryClient, numbers: readonly number[]): void {
  for (const number of numbers) {
    const queryKey = ['ticket', number]
    for (const { id } of queries.getQueryData<Ticket>(queryKey)?.messages ?? [])
      queries.removeQueries({ queryKey: ['message-html', id] })
    void queries.resetQueries({ queryKey })
  }
  for (const name of TELLING) void queries.invalidateQueries({ queryKey: [name] })
  // Whoever stands beside one that is no more is not asked for: the page says already that it is gone.
  const gone = new Set<unknown>(numbers)
  void queries.invalidateQueries({
    predicate: ({ queryKey: [name, number] }) => name === 'customer' && !gone.has(number),
  })
}
