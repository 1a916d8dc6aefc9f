import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** What a split would take and leave. */
export type SplitFacts = {
  /** Files that go along; not the pictures in texts. */
  fileCount: number
  /** Messages that would stay. */
  stayingCount: number
  noteCount: number
  /** Messages that would stay though they answer one that goes, or answer what does; oldest first. */
  answeringIds: number[]
  /** Under which the customer who would have the new ticket is known. */
  name: string | null
}

/** @param address whose the new ticket would be, in normal form */
export async function selectSplitFacts(
  db: Db,
  {
    ticketId,
    messageIds,
    address,
  }: { ticketId: number; messageIds: readonly number[]; address: string | null },
): Promise<SplitFacts> {
  const chosen = sql`${[...messageIds]}::bigint[]`
  const { rows } = await sql<SplitFacts>`
    with recursive here as materialized (
      select id, received_at, placed_by_message_id from message where ticket_id = ${ticketId}
    ), answering as (
      select id, received_at from here where placed_by_message_id = any(${chosen}) and id <> all(${chosen})
      union
      select here.id, here.received_at from here join answering on here.placed_by_message_id = answering.id
      where here.id <> all(${chosen})
    )
    select (select count(*)::int from attachment where message_id = any(${chosen}) and not is_inline) as "fileCount",
      (select count(*)::int from here where id <> all(${chosen})) as "stayingCount",
      (select count(*)::int from note where ticket_id = ${ticketId}) as "noteCount",
      coalesce((select array_agg(id order by received_at, id) from answering), '{}') as "answeringIds",
      (select c.name from customer_address a join customer c on c.id = a.customer_id
        where a.address = ${address}::text) as name`.execute(db)
  const [facts] = rows
  if (facts === undefined) throw new RangeError('the facts of a split are one row')
  return facts
}
