import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'

/** Which of two tickets an agent has acted on: answered, assigned, noted, closed, anything. */
export async function selectTouched(tx: Tx, ticketIds: readonly number[]): Promise<Set<number>> {
  const { rows } = await sql<{ id: number }>`
    select distinct ticket_id as id from ticket_event
    where ticket_id = any(${[...ticketIds]}::bigint[]) and agent_id is not null`.execute(tx)
  return new Set(rows.map(row => row.id))
}

/** Whether an agent took two tickets apart: by moving a message between them, or by undoing their merge. */
export async function areSeparated(tx: Tx, one: number, other: number): Promise<boolean> {
  const { rows } = await sql<{ are: boolean }>`
    select exists (
      select 1 from message_move where undone_at is null
        and (from_ticket_id, to_ticket_id) in ((${one}, ${other}), (${other}, ${one}))
    ) or exists (
      select 1 from ticket_merge where undone_at is not null
        and (survivor_id, merged_id) in ((${one}, ${other}), (${other}, ${one}))
    ) as are`.execute(tx)
  return rows[0]?.are ?? false
}
