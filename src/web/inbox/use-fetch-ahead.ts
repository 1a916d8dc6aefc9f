import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect } from 'react'
import type { Message, TicketRow } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { messageHtmlQuery, ticketQuery } from '../ticket/ticket-queries.ts'
import { rowUnder } from './row-under.ts'

const AHEAD_ROWS = 3
const MOST_HTML = 3
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
  const { call, appBase } = useApi()
  const queries = useQueryClient()
  return useCallback<FetchTickets>(
    async (numbers, isStill) => {
      const fetchOne = async (number: number) => {
        const ticket = await queries.fetchQuery(ticketQuery(call, number))
        for (const { id } of htmlAtOnce(ticket.messages)) {
          if (isStill()) await queries.fetchQuery(messageHtmlQuery(appBase, id))
        }
      }
      for (const number of savesData() ? [] : numbers) {
        if (isStill()) await fetchOne(number).catch(() => undefined) // told when it is opened
      }
    },
    [call, appBase, queries],
  )
}

/** The HTML that an opened ticket shows first: of the last message of its customer, and what came after. */
function htmlAtOnce(messages: readonly Message[]): readonly Message[] {
  const from = messages.findLastIndex(message => message.direction === 'inbound')
  return messages.slice(Math.max(0, from), Math.max(0, from) + MOST_HTML).filter(message => message.hasHtml)
}

// Not in every browser, and so in no declaration of its types.
function savesData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true
}

function afterStanding(run: (isStill: () => boolean) => Promise<void>): () => void {
  let isStill = true
  const timer = window.setTimeout(() => void run(() => isStill), STANDS_MS)
  return () => {
    isStill = false
    window.clearTimeout(timer)
  }
}
