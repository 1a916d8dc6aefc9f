import { useCallback, useEffect } from 'react'
import type { TicketRow } from '../../shared/tickets.ts'
import { useFetchWhole } from '../ticket/use-fetch-whole.ts'
import { savesData } from '../ui/saves-data.ts'
import { rowUnder } from './row-under.ts'

const AHEAD_ROWS = 3
// Keys that run through the list, and a pointer that crosses it, ask for nothing.
const STANDS_MS = 150

/**
 * Fetches what is likely read next, one ticket after the other: the marked row (the first where none is), the three below it,
 * and the row that the pointer rests on. Opened then, they wait for no network. Nothing is fetched where the reader saves data.
 */
export function useFetchAhead(rows: readonly TicketRow[], selected: number | undefined): void {
  const fetchTickets = useFetchTickets()
  const at = rows.findIndex(row => row.number === selected)
  const ahead = rows.slice(Math.max(0, at), Math.max(0, at) + AHEAD_ROWS + 1).map(row => row.number)
  const wanted = ahead.join(' ')
  useEffect(() => {
    if (wanted === '') return
    return afterStanding(isStill => fetchTickets(wanted.split(' ').map(Number), isStill))
  }, [wanted, fetchTickets])
  useEffect(() => {
    let stop: (() => void) | undefined
    const rest = (event: PointerEvent) => {
      stop?.()
      const number = rowUnder(event.target)?.number
      stop = number === undefined ? undefined : afterStanding(isStill => fetchTickets([number], isStill))
    }
    document.addEventListener('pointerover', rest)
    return () => {
      stop?.()
      document.removeEventListener('pointerover', rest)
    }
  }, [fetchTickets])
}

type FetchTickets = (numbers: readonly number[], isStill: () => boolean) => Promise<void>

function useFetchTickets(): FetchTickets {
  const fetchWhole = useFetchWhole()
  return useCallback<FetchTickets>(
    async (numbers, isStill) => {
      for (const number of savesData() ? [] : numbers) {
        if (isStill()) await fetchWhole(number, isStill).catch(() => undefined) // told when it is opened
      }
    },
    [fetchWhole],
  )
}

function afterStanding(run: (isStill: () => boolean) => Promise<void>): () => void {
  let isStill = true
  const timer = window.setTimeout(() => void run(() => isStill), STANDS_MS)
  return () => {
    isStill = false
    window.clearTimeout(timer)
  }
}
