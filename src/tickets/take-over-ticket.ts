import { type Db, inTransaction } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { AppError } from '../lib/app-error.ts'
import { lockFreeTwins, lockTicket } from './lock-twins.ts'
import { writeTicketEvents } from './ticket-events.ts'
import { updateLead } from './twins.queries.ts'

/**
 * Makes a twin the lead of its group: it counts, notifies and runs clocks from now on, and the others
 * follow it, all in the state they were in. Who did it stands in its own history alone: the former lead
 * tells that another mailbox handles it, and nothing of that one. The caller of this has decided that the
 * agent may.
 *
 * @throws NotFound; AppError `not-a-twin` where it leads already or is alone
 */
export async function takeOverTicket(
  from: { db: Db; bells: Pick<Bells, 'ring'> },
  order: { ticketId: number; agentId: number },
): Promise<void> {
  await inTransaction(from.db, async tx => {
    const ticket = await lockTicket(tx, order.ticketId)
    if (ticket.twinOfId === null) {
      throw new AppError('not-a-twin', 'the ticket is its own lead', { ticketId: ticket.id })
    }
    const members = await lockFreeTwins(tx, [ticket.id])
    await updateLead(
      tx,
      ticket.id,
      members.map(member => member.id),
    )
    await writeTicketEvents(tx, [
      { ticketId: ticket.id, kind: 'lead_taken', agentId: order.agentId },
      { ticketId: ticket.twinOfId, kind: 'lead_given' },
    ])
  })
  from.bells.ring('live')
}
