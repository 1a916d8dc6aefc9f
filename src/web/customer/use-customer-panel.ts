import { useSyncExternalStore } from 'react'
import { keep, readKept } from '../kept.ts'
import { createListeners } from '../listeners.ts'
import { useSteady } from '../ui/use-steady.ts'
import { useRoom } from '../use-room.ts'

const KEY = 'letterdesk.customer'
// Beside queues, list and customer the ticket keeps 470 px: less is too narrow to read and answer in.
const ROOM = '(min-width: 1360px)'

type State = { isKept: boolean; isOver: boolean }

let state: State = { isKept: readKept(KEY) !== 'hidden', isOver: false }
const { subscribe, tell } = createListeners()

function set(change: Partial<State>): void {
  state = { ...state, ...change }
  keep(KEY, state.isKept ? 'shown' : 'hidden')
  tell()
}

/**
 * Whether the customer stands beside the ticket. With room for it that is a choice which stays; without, it
 * covers the ticket, so it is opened each time anew.
 */
export function useCustomerPanel(): { isOpen: boolean; toggle: () => void } {
  const hasRoom = useRoom(ROOM)
  const { isKept, isOver } = useSyncExternalStore(subscribe, () => state)
  const toggle = useSteady(() => set(hasRoom ? { isKept: !isKept } : { isOver: !isOver }))
  return { isOpen: hasRoom ? isKept : isOver, toggle }
}
