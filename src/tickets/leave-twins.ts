import type { Tx } from '../db/database.ts'
import { lockFreeTwins, lockTicket } from './lock-twins.ts'
import { type TicketEvent, writeTicketEvents } from './ticket-events.ts'
import { clearLead, moveTwinKeys, updateLead } from './twins.queries.ts'

/**
 * Takes a ticket out of its group, as when it is merged or moves to another mailbox: from then on it
 * stands for itself, in the state it is in. Where it led, the oldest of the others leads them. A copy that
 * comes later finds those, and never the one that left. A ticket without twins stays as it is.
 *
 * @throws NotFound
 */
export async function leaveTwins(tx: Tx, ticketId: number): Promise<void> {
  const ticket = await lockTicket(tx, ticketId)
  const members = await lockFreeTwins(tx, [ticket.id])
  const others = members.map(member => member.id).filter(id => id !== ticket.id)
  const next = ticket.twinOfId ?? others[0] ?? null
  await moveTwinKeys(tx, ticket.id, next)
  if (next === null) return
  await clearLead(tx, ticket.id)
  const events: TicketEvent[] = [{ ticketId: ticket.id, kind: 'lead_taken' }]
  if (ticket.twinOfId === null) {
    await updateLead(tx, next, others)
    events[0] = { ticketId: next, kind: 'lead_taken' }
  }
  await writeTicketEvents(tx, events)
}
