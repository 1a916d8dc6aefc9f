import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'

/** A reply that waits for its time, or for the end of its undo window after that was changed. */
export async function findScheduled(
  db: Db | Tx,
  messageId: number,
): Promise<{ bytesBlobId: number; isWaiting: boolean } | undefined> {
  const { rows } = await sql<{ bytesBlobId: number; isWaiting: boolean }>`
    select bytes_blob_id as "bytesBlobId", state = 'held' and is_scheduled as "isWaiting"
    from outbox where message_id = ${messageId}`.execute(db)
  return rows[0]
}

/** Gives a scheduled reply another time and the bytes that name it: one update against the claim of a sender. */
export async function moveScheduled(
  tx: Tx,
  to: { messageId: number; dueAt: Date; isScheduled: boolean; fromBlobId: number; toBlobId: number },
): Promise<boolean> {
  const { rows } = await sql<{ id: number }>`
    with moved as (
      update outbox set due_at = ${to.dueAt}, is_scheduled = ${to.isScheduled}, bytes_blob_id = ${to.toBlobId}
      where message_id = ${to.messageId} and state = 'held' and is_scheduled
        and bytes_blob_id = ${to.fromBlobId}
      returning message_id)
    update message set sent_at = ${to.dueAt}, raw_blob_id = ${to.toBlobId} from moved
    where message.id = moved.message_id returning message.id`.execute(tx)
  return rows.length === 1
}
