import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'

/** Counts bytes into the present hour of a mailbox, and forgets hours of the day before. */
export async function addDownload(tx: Tx, mailboxId: number, bytes: number): Promise<void> {
  await sql`
    with forgotten as (
      delete from mailbox_download
      where mailbox_id = ${mailboxId} and hour_at < clock_timestamp() - interval '26 hours'
    )
    insert into mailbox_download (mailbox_id, hour_at, bytes)
    values (${mailboxId}, date_trunc('hour', clock_timestamp(), 'UTC'), ${bytes})
    on conflict (mailbox_id, hour_at) do update set bytes = mailbox_download.bytes + excluded.bytes`.execute(
    tx,
  )
}

/** How many bytes were fetched in the last 24 hours, the whole of the first hour with it. */
export async function sumDownload(db: Db, mailboxId: number): Promise<number> {
  const found = await sql<{ bytes: number }>`
    select coalesce(sum(bytes), 0)::bigint as bytes from mailbox_download
    where mailbox_id = ${mailboxId} and hour_at > clock_timestamp() - interval '25 hours'`.execute(db)
  return found.rows[0]?.bytes ?? 0
}
