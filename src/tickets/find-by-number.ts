import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { getPresentPlace } from './get-ticket-place.ts'
import { selectTicketRow } from './ticket-list.queries.ts'

/** A ticket as a search for its number names it. */
export type NumberedTicket = { number: number; subject: string; customerName: string | null }

/**
 * The ticket whose number somebody typed (`4821` or `#4821`), or the one it was merged into; null for any other
 * text, and for a ticket that is not theirs.
 */
export async function findTicketByNumber(
  db: Db,
  caller: Caller,
  text: string,
): Promise<NumberedTicket | null> {
  const match = /^#?(\d{1,15})$/.exec(text.trim())
  if (match === null) return null
  try {
    const { ticketId } = await getPresentPlace(db, caller, Number(match[1]))
    const row = await selectTicketRow(db, { ticketId, agentId: caller.agentId })
    return row === undefined
      ? null
      : { number: row.number, subject: row.subject, customerName: row.customerName }
  } catch (error) {
    if (error instanceof NotFound) return null
    throw error
  }
}
