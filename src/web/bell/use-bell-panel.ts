import { useSyncExternalStore } from 'react'
import { createListeners } from '../listeners.ts'

let isShown = false
const { subscribe, tell } = createListeners()

/** Opens or closes what the bell lists, wherever that was asked: in the left column, on a phone, or outside the page. */
export function showBellPanel(wanted: boolean): void {
  isShown = wanted
  tell()
}

/** Whether the list behind the bell is open. */
export function useBellPanel(): boolean {
  return useSyncExternalStore(subscribe, () => isShown)
}
