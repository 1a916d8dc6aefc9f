import type { Tx } from '../db/database.ts'
import { passed } from '../lib/transitions.ts'
import { keepAsDraft } from './keep-as-draft.ts'
import { cancelOvertaken, type OvertakenBy, recountWaiting } from './overtaken.queries.ts'
import { reopenTickets } from './reopen-tickets.ts'
import type { TicketEvent } from './ticket-events.ts'
import { unfollowUndelivered } from './undelivered.ts'

/**
 * Stops the scheduled replies of tickets in which a customer wrote first, in the transaction that puts the
 * mail there: each becomes a draft again, for its author to look at anew, and stays in history as not sent; its
 * ticket is open. One that a sender has claimed by then is left to it.
 *
 * @param ticketIds whose locks the caller holds, with those of their twins
 * @returns one `reply_overtaken` event (`data`: draftOf, the agent who has the draft) for each, and those of the
 *   tickets that opened, for the caller to write
 */
export async function stopOvertaken(
  tx: Tx,
  ticketIds: readonly number[],
  by: OvertakenBy,
): Promise<TicketEvent[]> {
  if (ticketIds.length === 0) return []
  const stopped = await cancelOvertaken(tx, [...new Set(ticketIds)], by)
  if (stopped.length === 0) return []
  for (const { holderId, messageId, ticketId, seenEventId } of stopped) {
    if (holderId !== null) await keepAsDraft(tx, { messageId, ticketId, agentId: holderId, seenEventId })
    await unfollowUndelivered(tx, messageId)
  }
  const stoppedIds = [...new Set(stopped.map(reply => reply.ticketId))]
  // Also where the mail only said thanks: what was to be sent waits for somebody.
  const reopened = await reopenTickets(tx, stoppedIds)
  await recountWaiting(tx, stoppedIds)
  passed('reply-overtaking')
  const events = stopped.map(({ ticketId, messageId, holderId }) => ({
    ticketId,
    kind: 'reply_overtaken' as const,
    messageId,
    data: { draftOf: holderId },
  }))
  return [...events, ...reopened]
}
