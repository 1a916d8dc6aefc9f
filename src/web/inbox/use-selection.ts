import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { listTickets, type TicketRow } from '../../shared/tickets.ts'
import type { ListOrder } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { useCommand } from '../keys/commands.tsx'
import { useNotices } from '../ui/notices.tsx'
import { useSteady } from '../ui/use-steady.ts'
import { filterKey } from '../views/filter-search.ts'
import type { Place } from './place.ts'
import { allOf, extended, NO_SELECTION, SELECTION_LIMIT, type Selection, toggled } from './selection.ts'
import { listQuery } from './use-tickets.ts'

/** The tickets selected in a list, and the ways to select. */
export type Selecting = {
  numbers: ReadonlySet<number>
  /** Selects a row or no longer; `stretch`: all from the last one selected to it. */
  pick: (number: number, how: { stretch: boolean }) => void
  clear: () => void
  /** Every ticket of the list, also of pages that are not loaded, up to what one action may be of. */
  selectWhole: () => Promise<void>
}

/** Keeps what is selected in the list of a place; another list begins with nothing selected. */
export function useSelection(list: {
  place: Pick<Place, 'queue' | 'mailboxId' | 'filter'> & { order: ListOrder }
  rows: readonly TicketRow[]
  cursor: number | undefined
  move: (number: number) => void
}): Selecting {
  const { place, rows, cursor } = list
  const { call } = useApi()
  const notices = useNotices()
  const [selection, setSelection] = useState<Selection>(NO_SELECTION)
  const order = useRef<number[]>([])
  order.current = rows.map(row => row.number)
  const clear = useCallback(() => setSelection(NO_SELECTION), [])
  const pick = useCallback((number: number, { stretch }: { stretch: boolean }) => {
    setSelection(now => (stretch ? extended(now, order.current, number) : toggled(now, number)))
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: of another list
  useEffect(clear, [place.queue, place.mailboxId, place.order, filterKey(place.filter)])
  const step = (by: number) => {
    const at = order.current.indexOf(cursor ?? -1)
    const next = order.current[Math.max(0, at + by)]
    if (next === undefined) return
    // The row one starts from belongs to the stretch.
    setSelection(now => {
      const begun = cursor === undefined || now.numbers.size > 0 ? now : { ...now, anchor: cursor }
      return extended(begun, order.current, next)
    })
    list.move(next)
  }
  const selectWhole = useSteady(async () => {
    try {
      const numbers: number[] = []
      let next: string | null | undefined
      while (next !== null && numbers.length < SELECTION_LIMIT) {
        const query = { ...listQuery(place), limit: 100, ...(next === undefined ? {} : { cursor: next }) }
        const page: { data: TicketRow[]; nextCursor: string | null } = await call(listTickets, { query })
        numbers.push(...page.data.map(row => row.number))
        next = page.nextCursor
      }
      setSelection(allOf(numbers))
    } catch (error) {
      notices.failed(error)
    }
  })
  const hasRows = rows.length > 0
  const marked = cursor ?? rows[0]?.number
  useCommand('select', marked === undefined ? undefined : () => pick(marked, { stretch: false }))
  useCommand('select-next', hasRows ? () => step(1) : undefined)
  useCommand('select-previous', hasRows ? () => step(-1) : undefined)
  useCommand('select-all', hasRows ? () => setSelection(allOf(order.current)) : undefined)
  useCommand('select-none', selection.numbers.size > 0 ? clear : undefined)
  useCommand('leave', selection.numbers.size > 0 ? clear : undefined, { goesFirst: true })
  const { numbers } = selection
  return useMemo(() => ({ numbers, pick, clear, selectWhole }), [numbers, pick, clear, selectWhole])
}
