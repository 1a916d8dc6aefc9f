import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** How much a merge would move. */
export async function selectMergeCounts(
  db: Db,
  ticketId: number,
): Promise<{ messageCount: number; noteCount: number }> {
  const { rows } = await sql<{ messageCount: number; noteCount: number }>`
    select (select count(*)::int from message where ticket_id = ${ticketId}) as "messageCount",
      (select count(*)::int from note where ticket_id = ${ticketId}) as "noteCount"`.execute(db)
  return rows[0] ?? { messageCount: 0, noteCount: 0 }
}

/** Who belongs to the one ticket and not to the other, with the name they last wrote under. */
export async function selectJoining(
  db: Db,
  { survivorId, mergedId }: { survivorId: number; mergedId: number },
): Promise<{ name: string | null; address: string }[]> {
  const { rows } = await sql<{ name: string | null; address: string }>`
    select p.address, (
      select c.name from customer_address a join customer c on c.id = a.customer_id
      where a.address = p.address) as name
    from participant p
    where p.ticket_id = ${mergedId} and p.kind <> 'newcomer' and not exists (
      select 1 from participant own
      where own.ticket_id = ${survivorId} and own.address = p.address and own.kind <> 'newcomer')
    order by p.since, p.address`.execute(db)
  return rows
}
