import { type QueryClient, useQuery } from '@tanstack/react-query'
import type { TicketPresence } from '../../shared/presence.ts'
import { useMe } from '../session.ts'

/** Somebody else on a ticket. */
export type PresentAgent = TicketPresence['agents'][number]

type Known = { readonly [number: number]: PresentAgent[] }

const KEY = ['presence']

/** Takes in what the live feed says of one ticket. */
export function takePresence(queries: QueryClient, { number, agents }: TicketPresence): void {
  queries.setQueryData<Known>(KEY, known => ({ ...known, [number]: agents }))
}

/** Forgets who was where: the feed, once it is back, tells everything anew. */
export function forgetPresence(queries: QueryClient): void {
  queries.setQueryData<Known>(KEY, {})
}

/** The other agents who are on a ticket now, by name. */
export function usePresence(number: number): PresentAgent[] {
  const { id } = useMe()
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: (): Known => ({}),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    select: (known: Known) => known[number]?.filter(agent => agent.agentId !== id),
  })
  return data ?? NOBODY
}

const NOBODY: PresentAgent[] = []
