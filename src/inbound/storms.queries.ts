import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { storableJson } from '../lib/storable-text.ts'

/** The ticket a storm is in. */
export type StormTicketRow = { key: string; ticket_id: number; mails: number }

/**
 * The newest ticket of each storm that goes on since a moment and is not full. One that was merged away or
 * moved to another mailbox takes no more.
 */
export async function selectStormTickets(
  tx: Tx,
  by: { mailboxId: number; keys: readonly string[]; since: Date; mailLimit: number },
): Promise<StormTicketRow[]> {
  const found = await sql<StormTicketRow>`
    select distinct on (s.key) s.key, s.ticket_id, s.mails
    from storm_ticket s join ticket t on t.id = s.ticket_id
    where s.mailbox_id = ${by.mailboxId} and s.key = any(${[...by.keys]}::uuid[])
      and s.last_at > ${by.since}::timestamptz and s.mails < ${by.mailLimit}::integer
      and t.mailbox_id = s.mailbox_id and t.merged_into_id is null
    order by s.key, s.last_at desc, s.ticket_id desc`.execute(tx)
  return found.rows
}

/** Enters tickets of storms, or adds to what they hold; the caller has the tickets locked. */
export async function upsertStormTickets(
  tx: Tx,
  mailboxId: number,
  rows: readonly (StormTicketRow & { last_at: Date })[],
): Promise<void> {
  await sql`
    insert into storm_ticket (ticket_id, mailbox_id, key, mails, last_at)
    select ticket_id, ${mailboxId}, key, mails, last_at
    from json_to_recordset(${storableJson(rows)}::json) as (ticket_id bigint, key uuid, mails integer, last_at timestamptz)
    order by ticket_id
    on conflict (ticket_id) do update set mails = storm_ticket.mails + excluded.mails,
      last_at = greatest(storm_ticket.last_at, excluded.last_at)`.execute(tx)
}
