import { type QueryClient, useQuery } from '@tanstack/react-query'
import type { Ticket } from '../../shared/tickets.ts'
import { getTrash } from '../../shared/trash.ts'
import { useApi } from '../api.tsx'

/** How long the Trash keeps tickets, and, for admins, how many lie there. */
export function useTrash() {
  const { call } = useApi()
  return useQuery({ queryKey: ['trash'], queryFn: () => call(getTrash), staleTime: 60_000 })
}

/** Drops what this browser keeps of tickets that are no more; a page that shows one asks for it, and says that it is gone. */
export function forgetErased(queries: QueryClient, numbers: readonly number[]): void {
  for (const number of numbers) {
    const queryKey = ['ticket', number]
    for (const { id } of queries.getQueryData<Ticket>(queryKey)?.messages ?? [])
      queries.removeQueries({ queryKey: ['message-html', id] })
    void queries.resetQueries({ queryKey })
  }
  for (const name of ['tickets', 'queues', 'trash']) void queries.invalidateQueries({ queryKey: [name] })
}
