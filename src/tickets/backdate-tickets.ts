import type { Tx } from '../db/database.ts'
import { updateDates } from './ticket-rows.queries.ts'

/**
 * Gives the tickets of old mail the dates they had: begun with the earliest of their mails, and where they are closed,
 * closed no earlier than the latest. The caller holds their locks.
 */
export async function backdateTickets(
  tx: Tx,
  mails: readonly { ticketId: number; receivedAt: Date }[],
): Promise<void> {
  if (mails.length === 0) return
  const byTicket = Map.groupBy(mails, mail => mail.ticketId)
  await updateDates(
    tx,
    [...byTicket].map(([ticketId, of]) => {
      const timesMs = of.map(mail => mail.receivedAt.getTime())
      return {
        ticket_id: ticketId,
        first_at: new Date(Math.min(...timesMs)),
        last_at: new Date(Math.max(...timesMs)),
      }
    }),
  )
}
