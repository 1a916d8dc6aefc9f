import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { storableJson } from '../lib/storable-text.ts'

/** What may be said of a message's place. */
export type Hint =
  | { messageId: number; kind: 'bridge' | 'number'; otherTicketId: number }
  | { messageId: number; kind: 'subject'; otherTicketId: null }

/** Enters hints; one that is known already stays as it is. */
export async function insertHints(tx: Tx, hints: readonly Hint[]): Promise<void> {
  await sql`
    insert into message_hint (message_id, kind, other_ticket_id)
    select "messageId", kind, "otherTicketId"
    from json_to_recordset(${storableJson(hints)}::json) as ("messageId" bigint, kind text, "otherTicketId" bigint)
    order by 1, 2, 3 on conflict do nothing`.execute(tx)
}

/** The subjects of messages and tickets, by id. */
export async function selectSubjects(
  tx: Tx,
  by: { messageIds: readonly number[]; ticketIds: readonly number[] },
): Promise<{ messages: Map<number, string>; tickets: Map<number, string> }> {
  const messages = await sql<{ id: number; subject: string }>`
    select id, subject from message where id = any(${[...by.messageIds]}::bigint[])`.execute(tx)
  const tickets = await sql<{ id: number; subject: string }>`
    select id, subject from ticket where id = any(${[...by.ticketIds]}::bigint[])`.execute(tx)
  const byId = (rows: readonly { id: number; subject: string }[]) =>
    new Map(rows.map(row => [row.id, row.subject]))
  return { messages: byId(messages.rows), tickets: byId(tickets.rows) }
}

/** The tickets of one mailbox with these numbers, by number; of a merged one, the one it went into. */
export async function selectNumbered(
  tx: Tx,
  mailboxId: number,
  numbers: readonly number[],
): Promise<Map<number, number>> {
  const { rows } = await sql<{ number: number; id: number }>`
    select named.number, t.id from ticket named join ticket t on t.id = coalesce(named.merged_into_id, named.id)
    where named.number = any(${[...numbers]}::bigint[]) and t.mailbox_id = ${mailboxId}`.execute(tx)
  return new Map(rows.map(row => [row.number, row.id]))
}
