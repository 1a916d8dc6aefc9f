import { useSyncExternalStore } from 'react'

let isShown = false
const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Opens or closes what the bell lists, wherever that was asked: in the left column, on a phone, or outside the page. */
export function showBellPanel(wanted: boolean): void {
  isShown = wanted
  for (const listener of listeners) listener()
}

/** Whether the list behind the bell is open. */
export function useBellPanel(): boolean {
  return useSyncExternalStore(subscribe, () => isShown)
}
