import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'

// The ticket `t` lies in Spam because the server took a mail for it, and nobody moved it since.
const isSpamOfServer = sql<boolean>`t.state = 'spam' and t.merged_into_id is null
  and not exists (select from ticket_event e where e.ticket_id = t.id and e.kind = 'state_changed'
    and e.data ->> 'by' is distinct from 'mail-server')`

/** Those of some tickets that lie in Spam because the server took a mail for it, and nobody moved since. */
export async function selectSpamOfServer(tx: Tx, ticketIds: readonly number[]): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select t.id from ticket t where t.id = any(${[...ticketIds]}::bigint[]) and ${isSpamOfServer}
      and exists (select from message m join mail_instance i on i.message_id = m.id join folder on folder.id = i.folder_id
        where m.ticket_id = t.id and coalesce(i.role, folder.role) = 'junk')
    order by t.id`.execute(tx)
  return found.rows.map(row => row.id)
}

/** The same of the tickets of some messages. */
export async function selectTakenForSpam(tx: Tx, messageIds: readonly number[]): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select distinct t.id from message m join ticket t on t.id = m.ticket_id
    where m.id = any(${[...messageIds]}::bigint[]) and ${isSpamOfServer} order by t.id`.execute(tx)
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

/**
 * The messages of some ledger rows in Junk whose mail came into another folder and was moved: the same bytes under the same
 * INTERNALDATE. Not those that were seen elsewhere since.
 */
export async function selectMovedToJunk(tx: Tx, rowIds: readonly number[]): Promise<number[]> {
  if (rowIds.length === 0) return []
  const found = await sql<{ id: number }>`
    select distinct now.message_id as id from mail_instance now
    where now.id = any(${[...rowIds]}::bigint[]) and now.message_id is not null
      and exists (select from mail_instance before join folder on folder.id = before.folder_id
        where before.message_id = now.message_id and before.id < now.id and before.raw_blob_id = now.raw_blob_id
          and before.received_at = now.received_at and coalesce(before.role, folder.role) not in ('junk', 'sent'))
      and not exists (select from mail_instance later join folder on folder.id = later.folder_id
        where later.message_id = now.message_id and later.id > now.id
          and coalesce(later.role, folder.role) not in ('junk', 'sent'))`.execute(tx)
  return found.rows.map(row => row.id)
}
