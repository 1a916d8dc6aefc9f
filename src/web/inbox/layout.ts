import { useMediaQuery } from '@mantine/hooks'
import { useState } from 'react'
import { keep, readKept } from '../kept.ts'
import { useMe } from '../session.ts'

/** Side by side; the ticket alone while one is read; the list as a table of its own. */
export const LAYOUTS = ['split', 'focus', 'table'] as const
export type Layout = (typeof LAYOUTS)[number]

// Below it the page shows one pane at a time, whatever was chosen.
const ROOM = '(min-width: 900px)'

/** How this agent has the inbox laid out in this browser, as a screen is of one size and a next one of another. */
export function useLayout(): { layout: Layout; choose: (layout: Layout) => void; cycle: () => void } {
  const key = `letterdesk.layout.${useMe().id}`
  const hasRoom = useMediaQuery(ROOM, window.matchMedia(ROOM).matches)
  const [chosen, setChosen] = useState<Layout>(() => {
    const kept = readKept(key)
    return LAYOUTS.find(word => word === kept) ?? 'split'
  })
  const choose = (layout: Layout) => {
    keep(key, layout)
    setChosen(layout)
  }
  const layout = hasRoom ? chosen : 'split'
  const next = LAYOUTS[(LAYOUTS.indexOf(chosen) + 1) % LAYOUTS.length] ?? 'split'
  return { layout, choose, cycle: () => choose(next) }
}
