import { type Caller, can } from '../agents/can.ts'
import { type Db, inTransaction, type Tx } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { passed } from '../lib/transitions.ts'
import { returnToAuthor } from '../tickets/return-to-author.ts'
import { type TicketEvent, writeTicketEvents } from '../tickets/ticket-events.ts'
import { forgetDoubt } from '../tickets/undelivered.ts'
import {
  acceptHandedOver,
  lockOutboxRow,
  writeAcceptedAt,
  writeRepeat,
  writeState,
} from './sending.queries.ts'
import { failedEvent, type LockedPlace, lockPlace } from './settle-delivery.ts'

/** What is decided about a mail the server may have: it has it, or the same bytes go once more. */
export type UncertainDecision = 'was-sent' | 'send-again'

/**
 * An agent decides a reply nobody knows the fate of.
 *
 * @throws NotFound, also for a mailbox the caller may not use; AppError `not-uncertain`
 */
export async function decideUncertain(
  { db, bells }: { db: Db; bells: Bells },
  caller: Caller,
  order: { messageId: number; decision: UncertainDecision },
): Promise<void> {
  const { messageId, decision } = order
  await inTransaction(db, async tx => {
    const place = await lockPlace(tx, messageId)
    if (!place || !can(caller, { wish: 'use-mailbox', mailboxId: place.mailboxId })) {
      throw new NotFound('message', { messageId })
    }
    const row = await lockOutboxRow(tx, messageId)
    if (row?.state !== 'uncertain') {
      throw new AppError('not-uncertain', 'the fate of this mail is known by now', { messageId })
    }
    await applyDecision(tx, place, { messageId, decision, agentId: caller.agentId })
    passed('reply-deciding')
  })
  passed('reply-decided')
  bells.ring('outbox')
  bells.ring('live')
}

/** Decides by evidence or by the mailbox's setting, for no person. @returns false when it was decided meanwhile */
export async function settleUncertain(
  db: Db,
  messageId: number,
  decision: UncertainDecision,
): Promise<boolean> {
  const isDecided = await inTransaction(db, async tx => {
    const place = await lockPlace(tx, messageId)
    const row = await lockOutboxRow(tx, messageId)
    if (!place || row?.state !== 'uncertain') return false
    await applyDecision(tx, place, { messageId, decision, agentId: null })
    passed('reply-deciding')
    return true
  })
  if (isDecided) passed('reply-decided')
  return isDecided
}

/**
 * Asks for a decision about a mail that nothing decides by itself: it waits in the queue Not delivered, its ticket is open
 * and with its author, and they are told, as of a reply that did not arrive. Event `reply_uncertain` (`data`: asked).
 *
 * @returns false when it was decided meanwhile, and of automatic mail, which concerns nobody
 */
export async function askAboutUncertain(db: Db, messageId: number): Promise<boolean> {
  return await inTransaction(db, async tx => {
    const place = await lockPlace(tx, messageId)
    const row = await lockOutboxRow(tx, messageId)
    if (!place || place.authorId === null || row?.state !== 'uncertain') return false
    await writeTicketEvents(tx, [
      { ticketId: place.ticketId, kind: 'reply_uncertain', messageId, data: { asked: true } },
    ])
    await returnToAuthor(tx, { ...place, messageId })
    return true
  })
}

async function applyDecision(
  tx: Tx,
  place: LockedPlace,
  made: { messageId: number; decision: UncertainDecision; agentId: number | null },
): Promise<void> {
  const { messageId, agentId } = made
  const event = { ticketId: place.ticketId, messageId, agentId }
  await forgetDoubt(tx, messageId)
  if (made.decision === 'send-again') {
    await writeRepeat(tx, messageId)
    await writeTicketEvents(tx, [{ ...event, kind: 'reply_queued', data: { repeat: true } }])
    return
  }
  const recipients = await acceptHandedOver(tx, messageId)
  const failed = recipients.filter(one => one.state === 'failed')
  const state = recipients.some(one => one.state === 'due') ? 'deferred' : 'accepted'
  await writeState(tx, messageId, { state, delayMs: 0, reply: null, sentCopyDelayMs: 0 })
  if (state === 'accepted') await writeAcceptedAt(tx, messageId)
  const events: TicketEvent[] = [{ ...event, kind: 'reply_accepted' }]
  if (failed.length > 0) events.push(failedEvent(place, messageId, failed))
  await writeTicketEvents(tx, events)
  if (failed.length > 0) await returnToAuthor(tx, { ...place, messageId })
}
