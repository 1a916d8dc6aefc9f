import { type RefObject, startTransition, useLayoutEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useSteady } from '../ui/use-steady.ts'
import { whenIdle } from '../ui/when-idle.ts'

/** Rows from `first` up to the one before `end`. */
type Stretch = { first: number; end: number }

// So many rows before and after those in sight are drawn too; with fewer than the least it is not put off.
const BESIDE_ROWS = 6
const LEAST_ROWS = 2
// Who scrolls goes on: so many more are drawn where they are heading, in pieces between which the page scrolls.
const AHEAD_ROWS = 18

/**
 * Which rows of a list are to be in the document: those in sight, and some beside them, so that a step to the next one
 * finds it drawn. Rows that come near are drawn when the page has nothing else to do, those that are scrolled to
 * beforehand, and those that are missing at once.
 *
 * @param shape how high each row is, and the head above them that stays in sight
 * @returns the stretch, which may end after the last row, and what scrolls no further than needed to show a row
 */
export function useRowsInSight(
  scroller: RefObject<HTMLElement | null>,
  { rowPx, headPx }: { rowPx: number; headPx: number },
): { drawn: Stretch; showRow: (place: number) => void } {
  const [drawn, setDrawn] = useState(() =>
    around({ first: 0, end: Math.ceil(window.innerHeight / rowPx) }, BESIDE_ROWS),
  )
  // What is in the document, not what is being drawn.
  const latest = useRef(drawn)
  useLayoutEffect(() => {
    latest.current = drawn
  }, [drawn])
  // As it was told last: to ask the browser for it would make it lay out the page before its time.
  const box = useRef({ topPx: 0, heightPx: 0 })
  useLayoutEffect(() => {
    const list = scroller.current
    if (list === null) return
    let forget: (() => void) | undefined
    const look = (wayPx: number) => {
      forget?.()
      const { topPx, heightPx } = box.current
      const seen = { first: Math.floor(topPx / rowPx), end: Math.ceil((topPx + heightPx - headPx) / rowPx) }
      const least = around(seen, LEAST_ROWS)
      const wanted = towards(around(seen, BESIDE_ROWS), wayPx)
      const { first, end } = latest.current
      if (least.first < first || least.end > end) flushSync(() => setDrawn(wanted))
      else if (wayPx !== 0) startTransition(() => setDrawn(wanted))
      else if (wanted.first !== first || wanted.end !== end) forget = whenIdle(async () => setDrawn(wanted))
    }
    const scrolled = () => {
      const wayPx = list.scrollTop - box.current.topPx // 0 where a row was shown, as by keys
      box.current.topPx = list.scrollTop
      look(wayPx)
    }
    const grow = new ResizeObserver(([entry]) => {
      box.current.heightPx = entry?.contentRect.height ?? 0
      look(0)
    })
    grow.observe(list)
    list.addEventListener('scroll', scrolled, { passive: true })
    return () => {
      forget?.()
      grow.disconnect()
      list.removeEventListener('scroll', scrolled)
    }
  }, [scroller, rowPx, headPx])
  const showRow = useSteady((place: number) => {
    const list = scroller.current
    if (list === null) return
    const { topPx, heightPx } = box.current
    const highest = place * rowPx
    const lowest = highest + headPx + rowPx - (heightPx || list.clientHeight)
    if (lowest <= topPx && topPx <= highest) return
    box.current.topPx = topPx > highest ? highest : lowest
    list.scrollTop = box.current.topPx
  })
  return { drawn, showRow }
}

function around({ first, end }: Stretch, rows: number): Stretch {
  return { first: Math.max(0, first - rows), end: end + rows }
}

function towards({ first, end }: Stretch, wayPx: number): Stretch {
  if (wayPx > 0) return { first, end: end + AHEAD_ROWS }
  return wayPx < 0 ? { first: Math.max(0, first - AHEAD_ROWS), end } : { first, end }
}
