import { type Db, inTransaction } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { NotFound } from '../lib/app-error.ts'
import { addressKey } from '../mail/address.ts'
import { lockForChange } from './lock-ticket.ts'
import { updateNewcomer } from './participants.queries.ts'
import { writeTicketEvents } from './ticket-events.ts'

/**
 * Takes a newcomer into a ticket's exchange, so that answers go to them from now on, or leaves them outside
 * for good; who was ignored can still be accepted. Written to the history (`data`: address).
 *
 * @throws NotFound where there is no such newcomer, also when a colleague was faster; AppError `ticket-merged`
 */
export async function decideNewcomer(
  from: { db: Db; bells: Pick<Bells, 'ring'> },
  ticket: { ticketId: number; agentId: number },
  decision: { address: string; isAccepted: boolean },
): Promise<void> {
  const { ticketId, agentId } = ticket
  const address = addressKey(decision.address)
  const { isAccepted } = decision
  await inTransaction(from.db, async tx => {
    await lockForChange(tx, ticketId)
    if (!(await updateNewcomer(tx, { ticketId, agentId, address, isAccepted })))
      throw new NotFound('newcomer')
    const kind = isAccepted ? 'participant_accepted' : 'participant_ignored'
    await writeTicketEvents(tx, [{ ticketId, kind, agentId, data: { address } }])
  })
  from.bells.ring('live')
}
