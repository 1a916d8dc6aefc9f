import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** The mailboxes that mail may be handed in for, with all addresses they are reached by; practice ones are none. */
export async function selectReachable(db: Db): Promise<{ id: number; addresses: string[] }[]> {
  const found = await sql<{ id: number; addresses: string[] }>`
    select id, array_append(aliases, address) as addresses from mailbox
    where removed_at is null and kind <> 'practice' order by id`.execute(db)
  return found.rows
}
