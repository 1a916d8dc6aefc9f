import { useLayoutEffect, useRef } from 'react'
import type { TicketRow } from '../../shared/tickets.ts'

/**
 * Steps down that were asked for where the list has more rows than have come: they are taken when the next rows are there,
 * so that a key that is held runs through the ends of pages. A mark that was moved otherwise meanwhile owes none.
 *
 * @returns takes note of one step more
 */
export function useOwedSteps(list: {
  rows: readonly TicketRow[]
  hasMore: boolean
  cursor: number | undefined
  go: (row: TicketRow) => void
}): () => void {
  const { rows, hasMore, cursor } = list
  const owed = useRef<{ from: number; steps: number }>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: when rows have come
  useLayoutEffect(() => {
    const { from, steps } = owed.current ?? { from: undefined, steps: 0 }
    const at = rows.findIndex(row => row.number === from)
    const to = Math.min(at + steps, rows.length - 1)
    const row = rows[to]
    owed.current = undefined
    if (at < 0 || from !== cursor || row === undefined) return
    const left = hasMore ? at + steps - to : 0
    if (left > 0) owed.current = { from: row.number, steps: left }
    if (to > at) list.go(row)
  }, [rows.length])
  return () => {
    if (!hasMore || cursor === undefined) return
    const steps = owed.current?.from === cursor ? owed.current.steps : 0
    owed.current = { from: cursor, steps: steps + 1 }
  }
}
