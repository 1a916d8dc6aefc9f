import { useSyncExternalStore } from 'react'
import { createListeners } from './listeners.ts'

type Room = { isThere: boolean; subscribe: (onChange: () => void) => () => void }

const rooms = new Map<string, Room>()

/**
 * Whether the page is as wide as a media query wants it. The browser is asked once and then tells of changes: hundreds
 * of renders ask here.
 */
export function useRoom(query: string): boolean {
  const room = roomOf(query)
  return useSyncExternalStore(room.subscribe, () => room.isThere)
}

function roomOf(query: string): Room {
  const known = rooms.get(query)
  if (known !== undefined) return known
  const media = window.matchMedia(query)
  const { subscribe, tell } = createListeners()
  const room: Room = { isThere: media.matches, subscribe }
  media.addEventListener('change', () => {
    room.isThere = media.matches
    tell()
  })
  rooms.set(query, room)
  return room
}
