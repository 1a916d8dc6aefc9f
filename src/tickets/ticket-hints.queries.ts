import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'

/** A suggestion as the page of a ticket shows it. `number` and `subject` are the other ticket's, or null. */
export type HintRow = {
  id: number
  kind: 'bridge' | 'number' | 'subject'
  messageId: number
  number: number | null
  subject: string
}

/**
 * What is suggested for a ticket. Hints hang on messages, so they follow them, and one whose matter has
 * been settled by a merge or a move is no longer among these. A bridge is shown on both its ends. Only
 * tickets of the same mailbox are ever named: who sees this one may see them.
 */
export async function selectHints(db: Db, ticketId: number): Promise<HintRow[]> {
  const { rows } = await sql<HintRow>`${kept}
    with here as (select id, mailbox_id from ticket where id = ${ticketId}), hint as (
      select h.id, h.kind, h.message_id, coalesce(o.merged_into_id, o.id) as other_id
      from message m join message_hint h on h.message_id = m.id left join ticket o on o.id = h.other_ticket_id
      where m.ticket_id = ${ticketId} and h.dismissed_at is null
        and (h.kind <> 'subject' or m.placed_by not in ('agent-move', 'agent-split'))
      union all
      select h.id, h.kind, h.message_id, m.ticket_id
      from ticket o join message_hint h on h.other_ticket_id = o.id join message m on m.id = h.message_id
      where (o.id = ${ticketId} or o.merged_into_id = ${ticketId}) and h.kind = 'bridge'
        and h.dismissed_at is null)
    select hint.id, hint.kind, hint.message_id as "messageId", t.number, coalesce(t.subject, m.subject) as subject
    from here cross join hint join message m on m.id = hint.message_id left join ticket t on t.id = hint.other_id
    where hint.kind = 'subject' or (t.id <> here.id and t.mailbox_id = here.mailbox_id)
    order by hint.id limit 20`.execute(db)
  return rows
}

/** Which message a suggestion is about. */
export async function selectMessageOfHint(db: Db, hintId: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('message_hint')
    .select('message_id')
    .where('id', '=', hintId)
    .executeTakeFirst()
  return row?.message_id
}

/** Puts a suggestion away. @returns whether it was still there */
export async function dismissHintRow(tx: Tx, hintId: number): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update message_hint set dismissed_at = clock_timestamp()
    where id = ${hintId} and dismissed_at is null`.execute(tx)
  return numAffectedRows === 1n
}
