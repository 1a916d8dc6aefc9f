import { useEffect, useSyncExternalStore } from 'react'
import type { TicketRow } from '../../shared/tickets.ts'

let target: TicketRow | undefined
const listeners = new Set<() => void>()

function set(row: TicketRow | undefined): void {
  target = row
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Tells the palette which ticket its actions are about while the caller is shown: the open or the marked one. */
export function useOfferTarget(row: TicketRow | undefined): void {
  useEffect(() => set(row), [row])
  useEffect(() => () => set(undefined), [])
}

/** The ticket that actions are about, undefined where there is none. */
export function useTarget(): TicketRow | undefined {
  return useSyncExternalStore(subscribe, () => target)
}
