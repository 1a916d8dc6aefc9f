import type { Db } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { readDueTime } from './outgoing.queries.ts'

const maxAheadMs = 366 * 24 * 60 * 60_000

/** When a reply was queued and when it is to leave, by the database's clock. */
export type DueTimes = { queuedAt: Date; dueAt: Date; isScheduled: boolean }

/**
 * Decides when a reply leaves: at the end of its agent's undo window, or at a chosen time after that, at most
 * a year ahead.
 *
 * @throws AppError `bad-send-time` for one that is past or too far away
 */
export async function decideDue(
  db: Db,
  { undoMs, sendAt }: { undoMs: number; sendAt?: Date | undefined },
): Promise<DueTimes> {
  const { queuedAt, windowEndsAt, dueAt } = await readDueTime(db, { undoMs, sendAt: sendAt ?? null })
  if (sendAt !== undefined) {
    const aheadMs = sendAt.getTime() - queuedAt.getTime()
    if (Number.isNaN(aheadMs) || aheadMs <= 0 || aheadMs > maxAheadMs) {
      throw new AppError('bad-send-time', 'a reply is sent within a year from now', {
        sendAt: String(sendAt),
      })
    }
  }
  return { queuedAt, dueAt, isScheduled: dueAt > windowEndsAt }
}
