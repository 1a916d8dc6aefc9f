import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** Open tickets that are in nobody's Trash, each once, by mailbox; mailboxes without one are missing. */
export async function countOpenTickets(db: Db): Promise<{ mailboxId: number; count: number }[]> {
  const { rows } = await sql<{ mailboxId: number; count: number }>`
    select mailbox_id as "mailboxId", count(*)::int as count from ticket
    where state = 'open' and twin_of_id is null and merged_into_id is null and deleted_at is null
    group by mailbox_id order by mailbox_id`.execute(db)
  return rows
}
