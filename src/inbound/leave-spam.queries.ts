import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'

/** The tickets of some messages that lie in Spam since a mail out of Junk opened them, and nobody moved since. */
export async function selectTakenForSpam(tx: Tx, messageIds: readonly number[]): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select distinct t.id from message m join ticket t on t.id = m.ticket_id
    where m.id = any(${[...messageIds]}::bigint[]) and t.state = 'spam' and t.merged_into_id is null
      and not exists (select from ticket_event e where e.ticket_id = t.id and e.kind = 'state_changed')
    order by t.id`.execute(tx)
  return found.rows.map(row => row.id)
}
