import type { Tx } from '../db/database.ts'
import type { TicketEvent } from '../tickets/ticket-events.ts'
import { writeStates } from '../tickets/write-states.ts'
import { selectSpamOfServer } from './leave-spam.queries.ts'
import { isOutOfSpam } from './leave-spam.ts'
import type { PlacedMail } from './to-new-messages.ts'

/**
 * Opens tickets in Spam for mail that asks for an answer and must not lie there unseen: a third party's, whom an agent asked,
 * and what the server did not take for spam itself, where it was the server alone that put the ticket there. What an agent took for
 * spam stays it. The caller holds their locks.
 *
 * @returns the events `state_changed` and `team_assigned`, for the caller to write
 */
export async function openFromSpam(tx: Tx, asking: readonly PlacedMail[]): Promise<TicketEvent[]> {
  const toSpam = asking.filter(({ placement }) => placement.ticket.state === 'spam')
  if (toSpam.length === 0) return []
  const [asked, others] = [idsOf(toSpam.filter(isAside)), idsOf(toSpam.filter(one => !isAside(one)))]
  const ofServer = others.length === 0 ? [] : await selectSpamOfServer(tx, others)
  const from = ['spam'] as const
  return [
    ...(await open(tx, asked, { from, to: 'open', waiting: 'keep' })),
    ...(await open(tx, ofServer, { from, to: 'open', waiting: 'recount' })),
  ]
}

async function open(
  tx: Tx,
  ticketIds: readonly number[],
  change: Parameters<typeof writeStates>[2],
): Promise<TicketEvent[]> {
  return ticketIds.length === 0 ? [] : await writeStates(tx, ticketIds, change)
}

function isAside({ placement }: PlacedMail): boolean {
  return placement.sideThreadId !== null
}

function idsOf(mails: readonly PlacedMail[]): number[] {
  return [
    ...new Set(mails.filter(one => isAside(one) || isOutOfSpam(one.fresh.role)).map(one => one.ticketId)),
  ]
}
