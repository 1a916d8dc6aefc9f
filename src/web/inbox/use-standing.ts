import { useRef } from 'react'
import type { TicketRow } from '../../shared/tickets.ts'

/** The rows beside the ticket that the keys act on, also when it has just left the list: taken, say, out of what nobody has. */
export type Standing = { next: TicketRow | undefined; previous: TicketRow | undefined }

/** Remembers where that ticket stood; undefined where it never was in the list. */
export function useStanding(rows: readonly TicketRow[], number: number | undefined): Standing | undefined {
  const last = useRef<{ number: number; at: number }>(undefined)
  if (number === undefined) return undefined
  const at = rows.findIndex(row => row.number === number)
  if (at >= 0) {
    last.current = { number, at }
    return { next: rows[at + 1], previous: rows[at - 1] }
  }
  if (last.current?.number !== number) return undefined
  return { next: rows[last.current.at], previous: rows[last.current.at - 1] }
}
