import type { Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { selectEventsSince } from './reply-guard.queries.ts'
import { stopsReply } from './reply-guard-rule.ts'

const maxShown = 20

/**
 * Refuses a reply that was written without knowing what happened since. The caller holds the ticket
 * (lockTicket): its events get their ids under that lock, so none can slip in below `lastSeenEventId`.
 *
 * @throws AppError `ticket-changed` with `changes` (at most 20) and the `lastEventId` that sends anyway
 */
export async function guardReply(
  tx: Tx,
  reply: { ticketId: number; agentId: number; lastSeenEventId: number },
): Promise<void> {
  const since = await selectEventsSince(tx, reply.ticketId, reply.lastSeenEventId)
  const changes = since.filter(event => stopsReply(event, reply.agentId))
  if (changes.length === 0) return
  throw new AppError('ticket-changed', 'somebody wrote or closed the ticket since it was looked at', {
    lastEventId: since.at(-1)?.eventId ?? reply.lastSeenEventId,
    changes: changes.slice(0, maxShown).map(({ eventId, kind, at, agentId, messageId }) => ({
      eventId,
      kind,
      at: at.toISOString(),
      agentId,
      messageId,
    })),
  })
}
