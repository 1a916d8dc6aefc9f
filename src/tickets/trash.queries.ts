import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { ErasureKind } from '../shared/trash-words.ts'
import { isUnderWay } from './erase-ticket.queries.ts'

/** How long the Trash keeps tickets: days, null for ever; `keptUntil`: nothing of it goes before. `now` by the database. */
export type TrashRule = { days: number | null; keptUntil: Date; now: Date }

/** As it is at this moment; throws where the one row of the workspace is missing. */
export async function selectTrashRule(db: Db): Promise<TrashRule> {
  const { rows } = await sql<TrashRule>`
    select trash_days as days, trash_kept_until as "keptUntil", clock_timestamp() as now from workspace`.execute(
    db,
  )
  const [row] = rows
  if (row === undefined) throw new RangeError('the workspace row is missing')
  return row
}

/** Writes it. Whatever was chosen, nothing is erased by it within a day. */
export async function updateTrashRule(db: Db, days: number | null): Promise<void> {
  await sql`
    update workspace set trash_days = ${days},
      trash_kept_until = greatest(trash_kept_until, clock_timestamp() + interval '1 day')
    where trash_days is distinct from ${days}`.execute(db)
}

/** When the Trash gives up a ticket; null where it is not in it, or stays for ever. */
export async function selectErasesAt(db: Db, ticketId: number): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select greatest(ticket.deleted_at + make_interval(days => trash_days), trash_kept_until) as at
    from ticket, workspace where ticket.id = ${ticketId} and deleted_at is not null and trash_days is not null`.execute(
    db,
  )
  return rows[0]?.at ?? null
}

/** How many tickets lie in the Trash, those that lead or are alone. */
export async function countTrash(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from ticket t where ${isInTrash}`.execute(db)
  return rows[0]?.count ?? 0
}

/** Tickets that were thrown away until then, the first first; not those with a reply under way, be it of a twin. */
export async function selectThrown(db: Db, until: Date, rowLimit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select t.id from ticket t where ${isInTrash} and t.deleted_at <= ${until} and not exists (
      select from (select t.id union all select twin.id from ticket twin where twin.twin_of_id = t.id) own
        join message m on m.ticket_id = own.id join outbox o on o.message_id = m.id where ${isUnderWay})
    order by t.deleted_at, t.id limit ${rowLimit}`.execute(db)
  return rows.map(row => row.id)
}

// The predicate of the partial index ticket_thrown_away, and of what is erased for itself.
const isInTrash = sql`t.deleted_at is not null and t.twin_of_id is null and t.merged_into_id is null`

/** Begins an act of erasing. One of the retention goes on all day; what is `emptied` is done by a job. */
export async function insertErasure(
  db: Db | Tx,
  act: { kind: ErasureKind; agentId: number | null; thrownUntil?: Date },
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into erasure (kind, agent_id, day, thrown_until, ended_at)
    values (${act.kind}, ${act.agentId}, case when ${act.kind} = 'retention' then (clock_timestamp() at time zone 'UTC')::date end,
      ${act.thrownUntil ?? null}::timestamptz, case when ${act.kind} <> 'emptied' then clock_timestamp() end)
    on conflict (day) do update set ended_at = excluded.ended_at returning id`.execute(db)
  const [row] = rows
  if (row === undefined) throw new RangeError('an act of erasing has no row after its insert')
  return row.id
}

/** What was asked for and is still to be done, oldest first. */
export async function selectOpenErasures(db: Db): Promise<{ id: number; thrownUntil: Date }[]> {
  const { rows } = await sql<{ id: number; thrownUntil: Date }>`
    select id, thrown_until as "thrownUntil" from erasure where ended_at is null and thrown_until is not null
    order by id`.execute(db)
  return rows
}

/** Ends an act. */
export async function endErasure(db: Db, id: number): Promise<void> {
  await sql`update erasure set ended_at = clock_timestamp() where id = ${id} and ended_at is null`.execute(db)
}

/** An act as people are told of it. */
export type ErasureRow = {
  id: number
  kind: ErasureKind
  agentId: number | null
  askedAt: Date
  endedAt: Date | null
  ticketCount: number
  messageCount: number
}

/** Acts that erased something or are still at it, newest first. */
export async function selectErasures(
  db: Db,
  by: { beforeId: number | null; limit: number },
): Promise<ErasureRow[]> {
  const { rows } = await sql<ErasureRow>`
    select id, kind, agent_id as "agentId", asked_at as "askedAt", ended_at as "endedAt",
      ticket_count as "ticketCount", message_count as "messageCount"
    from erasure where (ticket_count > 0 or ended_at is null) and (${by.beforeId}::bigint is null or id < ${by.beforeId}::bigint)
    order by id desc limit ${by.limit}`.execute(db)
  return rows
}
