import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { INTAKE_FOLDER } from '../shared/mailbox-words.ts'

/** The last test mail of a mailbox. */
export type CanaryRow = { mark: string | null; arrivedAt: Date | null; lostCount: number }

/** Switches the hourly mail of a mailbox on. @returns false where there is no such mailbox that could send one */
export async function insertCanary(db: Db, mailboxId: number): Promise<boolean> {
  await sql`
    insert into mailbox_canary (mailbox_id) select id from mailbox
    where id = ${mailboxId} and kind <> 'practice' and removed_at is null on conflict do nothing`.execute(db)
  return (await findCanary(db, mailboxId)) !== undefined
}

/** Switches it off, and forgets how the last one fared. */
export async function deleteCanary(db: Db, mailboxId: number): Promise<void> {
  await sql`delete from mailbox_canary where mailbox_id = ${mailboxId}`.execute(db)
}

/** The mailboxes that send themselves one: those that are watched and not paused. */
export async function listCanaryMailboxes(db: Db): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select b.id from mailbox_canary c join mailbox b on b.id = c.mailbox_id
    where b.state = 'active' and b.removed_at is null order by b.id`.execute(db)
  return rows.map(row => row.id)
}

/** How the last one of a mailbox fared; undefined where it sends none. */
export async function findCanary(db: Db, mailboxId: number): Promise<CanaryRow | undefined> {
  const { rows } = await sql<CanaryRow>`
    select mark, arrived_at as "arrivedAt", lost_count as "lostCount"
    from mailbox_canary where mailbox_id = ${mailboxId}`.execute(db)
  return rows[0]
}

/** A canary mail has left. */
export async function updateCanarySent(db: Db, mailboxId: number, mark: string): Promise<void> {
  await sql`
    update mailbox_canary set mark = ${mark}, sent_at = clock_timestamp(), arrived_at = null
    where mailbox_id = ${mailboxId}`.execute(db)
}

/** The canary mail came back. */
export async function updateCanaryArrived(
  db: Db,
  mailboxId: number,
  trip: { arrivedIn: 'inbox' | 'junk'; roundTripMs: number },
): Promise<void> {
  await sql`
    update mailbox_canary set arrived_at = clock_timestamp(), arrived_in = ${trip.arrivedIn},
      round_trip_ms = ${trip.roundTripMs}, lost_count = 0, lost_since = null
    where mailbox_id = ${mailboxId}`.execute(db)
}

/** The canary mail did not come back in time. @returns how many in a row did not */
export async function updateCanaryLost(db: Db, mailboxId: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    update mailbox_canary set lost_count = lost_count + 1, lost_since = coalesce(lost_since, clock_timestamp())
    where mailbox_id = ${mailboxId} returning lost_count as count`.execute(db)
  return rows[0]?.count ?? 0
}

/** The highest number of a mail that was handed in to a mailbox; 0: there is none. */
export async function findIntakeCursor(db: Db, mailboxId: number): Promise<number> {
  const { rows } = await sql<{ uid: number }>`
    select cursor_uid as uid from folder where mailbox_id = ${mailboxId} and path = ${INTAKE_FOLDER}`.execute(
    db,
  )
  return rows[0]?.uid ?? 0
}

/** The small mails that were handed in to a mailbox above a number and whose bytes are kept, at most 200, in order. */
export async function selectHandedIn(
  db: Db,
  mailboxId: number,
  { aboveUid, mostBytes }: { aboveUid: number; mostBytes: number },
): Promise<{ uid: number; rawBlobId: number }[]> {
  const { rows } = await sql<{ uid: number; rawBlobId: number }>`
    select i.uid, i.raw_blob_id as "rawBlobId" from mail_instance i join folder f on f.id = i.folder_id and i.uid_validity = 1
    where f.mailbox_id = ${mailboxId} and f.path = ${INTAKE_FOLDER} and i.uid > ${aboveUid}
      and i.size_bytes <= ${mostBytes} and i.raw_blob_id is not null
    order by i.uid limit 200`.execute(db)
  return rows
}
