import { useCallback } from 'react'
import { useKeptChoice } from '../use-kept-choice.ts'
import { useRoom } from '../use-room.ts'

/** Side by side; the ticket alone while one is read; the list as a table of its own. */
const LAYOUTS = ['split', 'focus', 'table'] as const
export type Layout = (typeof LAYOUTS)[number]

// Below it the page shows one pane at a time, whatever was chosen.
const ROOM = '(min-width: 900px)'

/** How this agent has the inbox laid out in this browser, as a screen is of one size and a next one of another. */
export function useLayout(): { layout: Layout; cycle: () => void } {
  const hasRoom = useRoom(ROOM)
  const [chosen, choose] = useKeptChoice('layout', LAYOUTS)
  const next = LAYOUTS[(LAYOUTS.indexOf(chosen) + 1) % LAYOUTS.length] ?? LAYOUTS[0]
  const cycle = useCallback(() => choose(next), [choose, next])
  return { layout: hasRoom ? chosen : 'split', cycle }
}
