import { useMemo, useSyncExternalStore } from 'react'
import type { TicketPresence } from '../../shared/presence.ts'
import { createListeners } from '../listeners.ts'
import { useMe } from '../session.ts'

/** Somebody else on a ticket. */
export type PresentAgent = TicketPresence['agents'][number]

// Of the whole page, as its feed is: every row of a list listens, and nothing here is ever asked for.
const present = new Map<number, PresentAgent[]>()
const { subscribe, tell } = createListeners()
const NOBODY: PresentAgent[] = []

/** Takes in what the live feed says of one ticket. */
export function takePresence({ number, agents }: TicketPresence): void {
  present.set(number, agents)
  tell()
}

/** Forgets who was where: the feed, once it is back, tells everything anew. */
export function forgetPresence(): void {
  if (present.size === 0) return
  present.clear()
  tell()
}

/** The other agents who are on a ticket now, by name. */
export function usePresence(number: number): PresentAgent[] {
  const { id } = useMe()
  const agents = useSyncExternalStore(subscribe, () => present.get(number) ?? NOBODY)
  return useMemo(() => agents.filter(agent => agent.agentId !== id), [agents, id])
}
