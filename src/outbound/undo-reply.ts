import { type Caller, can } from '../agents/can.ts'
import { type Db, inTransaction, type Tx } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { passed } from '../lib/transitions.ts'
import { TICKET_STATES } from '../shared/vocabulary.ts'
import { takeBackBeginning } from '../tickets/begin-ticket.ts'
import { changeState } from '../tickets/change-state.ts'
import { deleteAgain } from '../tickets/delete-ticket.ts'
import { isSnoozedUntil, type SnoozeEnd, snoozeAgain } from '../tickets/snooze-ticket.ts'
import { writeTicketEvents } from '../tickets/ticket-events.ts'
import { unfollowUndelivered } from '../tickets/undelivered.ts'
import { cancelHeld, findQueuedReply } from './sending.queries.ts'
import { type LockedPlace, lockPlace } from './settle-delivery.ts'

/**
 * Takes a reply back while it is held: one update against the claim of a sender, so it is either
 * cancelled and never sent, or refused here. The message stays in history as cancelled; the ticket goes
 * back to the state before the reply unless somebody moved it since or another mailbox leads it by now; one that was
 * begun by it, and holds nothing else, into the Trash.
 *
 * @returns what the agent wrote, for the composer
 * @throws NotFound, also for a mailbox the caller may not use; AppError `sending-began`
 */
export async function undoReply(
  { db, bells }: { db: Db; bells: Bells },
  caller: Caller,
  messageId: number,
): Promise<{ text: string }> {
  const text = await inTransaction(db, async tx => {
    const ticket = await lockPlace(tx, messageId)
    const isReachable = ticket && can(caller, { wish: 'use-mailbox', mailboxId: ticket.mailboxId })
    if (!ticket || !isReachable) throw new NotFound('message', { messageId })
    const words = await takeBack(tx, caller, ticket, messageId)
    await takeBackBeginning(tx, { ...ticket, messageId, agentId: caller.agentId })
    passed('reply-undoing')
    return words
  })
  passed('reply-undone')
  bells.ring('live')
  return { text }
}

/** Takes back a reply of a locked ticket, as undoReply. @returns what the agent wrote */
export async function takeBack(
  tx: Tx,
  caller: Caller,
  ticket: LockedPlace,
  messageId: number,
): Promise<string> {
  const queued = await findQueuedReply(tx, messageId)
  if (queued === undefined) throw new NotFound('message', { messageId })
  if (!(await cancelHeld(tx, messageId))) {
    throw new AppError('sending-began', 'the reply can no longer be taken back', { messageId })
  }
  await restoreState(tx, caller, ticket, messageId)
  return queued.text
}

/**
 * Makes a locked ticket as it was before a reply that was just cancelled: what had not arrived waits again, and
 * its state returns unless somebody moved it since or another mailbox leads it by now, and it goes back into the Trash that
 * the reply took it out of. So does how it was put away before the reply did that, unless somebody changed it since.
 * Event `reply_undone`.
 */
export async function restoreState(
  tx: Tx,
  caller: Caller,
  ticket: LockedPlace,
  messageId: number,
): Promise<void> {
  const { ticketId } = ticket
  const { agentId } = caller
  const queued = await findQueuedReply(tx, messageId)
  await unfollowUndelivered(tx, messageId)
  await writeTicketEvents(tx, [{ ticketId, kind: 'reply_undone', agentId, messageId }])
  const isPutAway =
    queued?.snoozedUntil != null && (await isSnoozedUntil(tx, ticketId, endOf(queued.snoozedUntil)))
  const before = TICKET_STATES.find(state => state === queued?.stateBefore)
  if (before !== undefined && ticket.state === queued?.stateAfter && !ticket.isTwin) {
    await changeState(tx, { ticketId, happening: { by: 'agent', to: before }, agentId })
    if (queued.wasDeleted) await deleteAgain(tx, { ticketId, agentId })
  }
  if (!isPutAway) return
  const until = queued.snoozedBefore === null ? null : endOf(queued.snoozedBefore)
  await snoozeAgain(tx, { ticketId, until, agentId })
}

// As the event keeps it (send-reply.ts).
function endOf(words: string): SnoozeEnd {
  return words === 'reply' ? 'reply' : new Date(words)
}
