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
import { isWrittenToSince } from '../tickets/written-since.ts'
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
    const words = await takeBack(tx, caller, ticket, { messageId, isDraft: false })
    await takeBackBeginning(tx, { ...ticket, messageId, agentId: caller.agentId })
    passed('reply-undoing')
    return words
  })
  passed('reply-undone')
  bells.ring('live')
  return { text }
}

/** What becomes of a reply that is taken back; `isDraft`: a draft on its ticket. */
export type TakenBack = { messageId: number; isDraft: boolean }

/** Takes back a reply of a locked ticket, as undoReply. @returns what the agent wrote */
export async function takeBack(
  tx: Tx,
  caller: Caller,
  ticket: LockedPlace,
  reply: TakenBack,
): Promise<string> {
  const { messageId } = reply
  const queued = await findQueuedReply(tx, messageId)
  if (queued === undefined) throw new NotFound('message', { messageId })
  if (!(await cancelHeld(tx, messageId))) {
    throw new AppError('sending-began', 'the reply can no longer be taken back', { messageId })
  }
  await restoreState(tx, caller, ticket, reply)
  return queued.text
}

/**
 * Makes a locked ticket as it was before a reply that was just cancelled: what had not arrived waits again, and
 * its state returns unless somebody moved it since, its customer wrote or another mailbox leads it by now, and it goes back into
 * the Trash that the reply took it out of, unless it has a draft of it now. So does how it was put away before the reply did that, unless somebody changed it since.
 * Event `reply_undone`.
 */
export async function restoreState(
  tx: Tx,
  caller: Caller,
  ticket: LockedPlace,
  { messageId, isDraft }: TakenBack,
): Promise<void> {
  const { ticketId } = ticket
  const { agentId } = caller
  const queued = await findQueuedReply(tx, messageId)
  await unfollowUndelivered(tx, messageId)
  await writeTicketEvents(tx, [{ ticketId, kind: 'reply_undone', agentId, messageId }])
  const isPutAway =
    queued?.snoozedUntil != null &&
    queued.ticketId === ticketId && // another ticket's snooze is its own
    (await isSnoozedUntil(tx, ticketId, endOf(queued.snoozedUntil)))
  await restorePlace(tx, { ticket, messageId, agentId, isDraft }, queued)
  if (!isPutAway) return
  const until = queued.snoozedBefore === null ? null : endOf(queued.snoozedBefore)
  await snoozeAgain(tx, { ticketId, until, agentId })
}

type Undone = { ticket: LockedPlace; messageId: number; agentId: number; isDraft: boolean }

/**
 * Where its customer wrote since, or the reply was merged or moved into it, it stays where somebody sees what it holds; a draft
 * in the Trash would be overlooked (docs/decisions/0031).
 */
async function restorePlace(
  tx: Tx,
  { ticket, messageId, agentId, isDraft }: Undone,
  queued: Awaited<ReturnType<typeof findQueuedReply>>,
): Promise<void> {
  const { ticketId, state, isTwin } = ticket
  const before = TICKET_STATES.find(one => one === queued?.stateBefore)
  if (before === undefined || state !== queued?.stateAfter || isTwin) return
  const isElsewhere = queued.ticketId !== ticketId
  const isWrittenTo = await isWrittenToSince(tx, ticketId, { messageId, afterMessageId: messageId })
  if ((isElsewhere && before !== 'open') || (isWrittenTo && state === 'open')) return
  await changeState(tx, { ticketId, to: before, agentId })
  const isThrownAgain = queued.wasDeleted && !isElsewhere && !isWrittenTo && !isDraft
  if (isThrownAgain) await deleteAgain(tx, { ticketId, agentId })
}

// As the event keeps it (send-reply.ts).
function endOf(words: string): SnoozeEnd {
  return words === 'reply' ? 'reply' : new Date(words)
}
