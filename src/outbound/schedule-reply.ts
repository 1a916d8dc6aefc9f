import { type Caller, can } from '../agents/can.ts'
import { inTransaction, type Tx } from '../db/database.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { passed } from '../lib/transitions.ts'
import { redateMail } from '../mail/redate-mail.ts'
import { keepAsDraft } from '../tickets/keep-as-draft.ts'
import { writeTicketEvents } from '../tickets/ticket-events.ts'
import { decideDue } from './decide-due.ts'
import type { SendContext } from './draft-mail.ts'
import { getSender } from './outgoing.queries.ts'
import { findScheduled, moveScheduled } from './scheduled.queries.ts'
import { lockPlace } from './settle-delivery.ts'
import { takeBack } from './undo-reply.ts'

/**
 * Sends a scheduled reply at another time, or now (`sendAt` null): that is within the undo window of the
 * agent who says so. Nothing has left yet, so its bytes are frozen anew with that Date; its Message-ID,
 * recipients and words stay.
 *
 * @throws NotFound, also for a mailbox the caller may not use; AppError `bad-send-time`, `not-scheduled`
 *   for one that is no longer waiting for its time
 */
export async function rescheduleReply(
  context: SendContext,
  caller: Caller,
  order: { messageId: number; sendAt: Date | null },
): Promise<void> {
  const { db, blobs, bells, settings } = context
  const { messageId } = order
  const scheduled = await findScheduled(db, messageId)
  if (scheduled === undefined) throw new NotFound('message', { messageId })
  const sender = await getSender(db, caller.agentId)
  const undoMs = settings.undoMs ?? sender.undoMs
  const due = await decideDue(db, { undoMs, sendAt: order.sendAt ?? undefined })
  const bytes = redateMail(await blobs.read(scheduled.bytesBlobId), due.dueAt)
  const [stored] = await blobs.put([bytes])
  if (stored === undefined) throw new AppError('blob-store-failed', 'the bytes of a reply were not stored')
  await inTransaction(db, async tx => {
    const place = await lockReachable(tx, caller, messageId)
    const to = { ...due, messageId, fromBlobId: scheduled.bytesBlobId, toBlobId: stored.id }
    if (!(await moveScheduled(tx, to))) throw notScheduled(messageId)
    const data = { sendAt: due.isScheduled ? due.dueAt.toISOString() : null }
    await writeTicketEvents(tx, [
      { ticketId: place.ticketId, kind: 'reply_rescheduled', agentId: caller.agentId, messageId, data },
    ])
    passed('reply-moving')
  })
  passed('reply-moved')
  bells.ring('outbox')
  bells.ring('live')
}

/**
 * Makes a scheduled reply a draft of the caller again: its words, recipients and files. It is not sent.
 *
 * @throws NotFound, also for a mailbox the caller may not use; AppError `not-scheduled`
 */
export async function unscheduleReply(
  { db, bells }: Pick<SendContext, 'db' | 'bells'>,
  caller: Caller,
  messageId: number,
): Promise<void> {
  await inTransaction(db, async tx => {
    const place = await lockReachable(tx, caller, messageId)
    const scheduled = await findScheduled(tx, messageId)
    if (scheduled?.isWaiting !== true) throw notScheduled(messageId)
    await takeBack(tx, caller, place, { messageId, isDraft: true })
    await keepAsDraft(tx, { ticketId: place.ticketId, agentId: caller.agentId, messageId })
  })
  bells.ring('live')
}

async function lockReachable(tx: Tx, caller: Caller, messageId: number) {
  const place = await lockPlace(tx, messageId)
  if (place && can(caller, { wish: 'use-mailbox', mailboxId: place.mailboxId })) return place
  throw new NotFound('message', { messageId })
}

function notScheduled(messageId: number): AppError {
  return new AppError('not-scheduled', 'the reply no longer waits for its time', { messageId })
}
