import { useSearch } from '@tanstack/react-router'
import { type RefObject, useLayoutEffect } from 'react'
import type { Entry } from './timeline.ts'

/** The message or note a search leads to, as the address names it (`m12`, `n3`). */
export function useHit(): string | undefined {
  return useSearch({ strict: false }).hit
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
