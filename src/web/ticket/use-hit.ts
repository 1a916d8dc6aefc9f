import { useSearch } from '@tanstack/react-router'
import { type RefObject, useLayoutEffect, useState } from 'react'
import type { Ticket } from '../../shared/tickets.ts'
import { useMe } from '../session.ts'
import { type Entry, findCall } from './timeline.ts'

/**
 * The message or note a ticket opens at (`m12`, `n3`): the one a search leads to, as the address names it, else the first
 * note that calls this agent and that they have not seen, as it was when the ticket was opened.
 */
export function useHit({ notes }: Pick<Ticket, 'notes'>): string | undefined {
  const { hit } = useSearch({ strict: false })
  const agentId = useMe().id
  const [calling] = useState(() => findCall(notes, agentId))
  return hit ?? calling
}

/** Where the hit stands among the entries, or their number where it does not: nothing before it may be folded away. */
export function placeOf(entries: readonly Entry[], hit: string | undefined): number {
  const place = entries.findIndex(entry => entry.key === hit)
  return place < 0 ? entries.length : place
}

/**
 * Brings the hit into sight and marks it. It stays there while mails above it are still growing, until the reader
 * scrolls, clicks or types.
 */
export function useShowHit(scroller: RefObject<HTMLDivElement | null>, hit: string | undefined): void {
  useLayoutEffect(() => {
    const box = scroller.current
    const selector = hit?.startsWith('m')
      ? `[data-message="${hit.slice(1)}"]`
      : `[data-note="${hit?.slice(1)}"]`
    const found = hit === undefined ? null : box?.querySelector(selector)
    if (box === null || !found) return
    found.setAttribute('data-hit', '')
    const show = () => found.scrollIntoView({ block: 'start' })
    show()
    const grow = new ResizeObserver(show)
    if (box.firstElementChild !== null) grow.observe(box.firstElementChild)
    const letGo = () => grow.disconnect()
    const ends = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const
    for (const end of ends) box.addEventListener(end, letGo, { passive: true })
    return () => {
      letGo()
      found.removeAttribute('data-hit')
      for (const end of ends) box.removeEventListener(end, letGo)
    }
  }, [scroller, hit])
}
