import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'

/** The tickets of some messages that lie in Spam because the server took a mail for it, and nobody moved since. */
export async function selectTakenForSpam(tx: Tx, messageIds: readonly number[]): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select distinct t.id from message m join ticket t on t.id = m.ticket_id
    where m.id = any(${[...messageIds]}::bigint[]) and t.state = 'spam' and t.merged_into_id is null
      and not exists (select from ticket_event e where e.ticket_id = t.id and e.kind = 'state_changed'
        and e.data ->> 'by' is distinct from 'mail-server')
    order by t.id`.execute(tx)
  return found.rows.map(row => row.id)
}

/** The open tickets without twins that hold one of these messages alone, but for its acknowledgement, and no act of anybody. */
export async function selectUntouched(tx: Tx, messageIds: readonly number[]): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select distinct t.id from message m join ticket t on t.id = m.ticket_id
    where m.id = any(${[...messageIds]}::bigint[]) and t.state = 'open' and t.deleted_at is null
      and t.merged_into_id is null and t.twin_of_id is null and t.assignee_id is null
      and not exists (select from ticket twin where twin.twin_of_id = t.id)
      and not exists (select from draft d where d.ticket_id = t.id)
      and not exists (select from message other
        where other.ticket_id = t.id and other.id <> m.id and other.placed_by <> 'acknowledgement')
      and not exists (select from ticket_event e where e.ticket_id = t.id and e.agent_id is not null)
    order by t.id`.execute(tx)
  return found.rows.map(row => row.id)
}
