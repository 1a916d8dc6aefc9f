import type { Caller } from '../agents/can.ts'
import { type Db, inTransaction } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { passed } from '../lib/transitions.ts'
import type { OutboxGroup } from '../shared/vocabulary.ts'
import { findHolder, keepAsDraft } from '../tickets/keep-as-draft.ts'
import { writeTicketEvents } from '../tickets/ticket-events.ts'
import { forgetUndelivered } from '../tickets/undelivered.ts'
import { clearHold } from './hold-sending.queries.ts'
import {
  cancelUnsent,
  type OutboxRow,
  selectOutbox,
  selectOutboxMailboxes,
  selectOutboxRow,
  updateToDue,
} from './outbox.queries.ts'
import { lockPlace } from './settle-delivery.ts'
import { restoreState } from './undo-reply.ts'

export type { OutboxMailbox, OutboxRow } from './outbox.queries.ts'

/** A page of the outbox; `nextCursor` null is the last one. */
export type OutboxPage = { data: OutboxRow[]; nextCursor: string | null }

type Parts = { db: Db; bells: Pick<Bells, 'ring'> }

/**
 * What of the outbox is not settled well, over all mailboxes, newest first.
 *
 * @throws AppError `bad-cursor`
 */
export async function listOutbox(
  db: Db,
  query: {
    mailboxId?: number | undefined
    group?: OutboxGroup | undefined
    cursor?: string | undefined
    limit: number
  },
): Promise<OutboxPage> {
  const { mailboxId, group, cursor, limit } = query
  const beforeId = cursor === undefined ? Number.MAX_SAFE_INTEGER : readCursor(cursor)
  const rows = await selectOutbox(db, { mailboxId, group, beforeId, limit: limit + 1 })
  const data = rows.slice(0, limit)
  return { data, nextCursor: rows.length > limit ? String(data.at(-1)?.messageId) : null }
}

/** Every mailbox with how many mails wait in it and what holds its sending. */
export const listOutboxMailboxes = selectOutboxMailboxes

/**
 * Tries a mail now that waits for its next try, for the end of its mailbox's hold, or has failed, and lets the
 * mailbox send again where its provider's limit held it. The same bytes go to those who do not have them.
 *
 * @throws NotFound; AppError `not-waiting` for one in another state
 */
export async function retryNow({ db, bells }: Parts, caller: Caller, messageId: number): Promise<OutboxRow> {
  await inTransaction(db, async tx => {
    const place = await lockPlace(tx, messageId)
    const row = await selectOutboxRow(tx, messageId)
    if (!place || !row) throw new NotFound('message', { messageId })
    if (!row.isOnHold && !(await updateToDue(tx, messageId))) {
      throw new AppError('not-waiting', 'the mail does not wait for another try', { messageId })
    }
    await clearHold(tx, row.mailboxId)
    await forgetUndelivered(tx, messageId)
    const data = { retry: true }
    const { agentId } = caller
    await writeTicketEvents(tx, [
      { ticketId: place.ticketId, kind: 'reply_rescheduled', agentId, messageId, data },
    ])
    passed('reply-trying-now')
  })
  passed('reply-tried-now')
  bells.ring('outbox')
  bells.ring('live')
  return await getRow(db, messageId)
}

/**
 * Stops a mail that no server can have. A reply becomes the draft of its author again, or of the ticket's assignee
 * where the author has left, and its ticket is as before it; both stay as they are where somebody moved on since.
 *
 * @throws NotFound; AppError `handed-over` once a server has it or may have it
 */
export async function cancelMail(
  { db, bells }: Parts,
  caller: Caller,
  messageId: number,
): Promise<OutboxRow> {
  await inTransaction(db, async tx => {
    const place = await lockPlace(tx, messageId)
    if (place === undefined || (await selectOutboxRow(tx, messageId)) === undefined) {
      throw new NotFound('message', { messageId })
    }
    if (!(await cancelUnsent(tx, messageId))) {
      throw new AppError('handed-over', 'a server has this mail, or may have it', { messageId })
    }
    const { ticketId } = place
    const holderId = await findHolder(tx, messageId)
    if (holderId !== null) await keepAsDraft(tx, { ticketId, agentId: holderId, messageId })
    await restoreState(tx, caller, place, { messageId, isDraft: holderId !== null })
    passed('reply-stopping')
  })
  passed('reply-stopped')
  bells.ring('live')
  return await getRow(db, messageId)
}

async function getRow(db: Db, messageId: number): Promise<OutboxRow> {
  const row = await selectOutboxRow(db, messageId)
  if (row === undefined) throw new NotFound('message', { messageId })
  return row
}

function readCursor(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new AppError('bad-cursor', 'the cursor is not one of ours')
}
