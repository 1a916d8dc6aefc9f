import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'

/** Where a ticket is: what permissions look at. */
export type TicketPlace = { ticketId: number; number: number; mailboxId: number }

/** Where the ticket with this number is, or the one it was merged into. */
export async function selectTicketPlace(db: Db, number: number): Promise<TicketPlace | undefined> {
  const { rows } = await sql<TicketPlace>`${kept}
    select t.id as "ticketId", t.number, t.mailbox_id as "mailboxId"
    from ticket named join ticket t on t.id = coalesce(named.merged_into_id, named.id)
    where named.number = ${number}`.execute(db)
  return rows[0]
}

/** The mailboxes of tickets: who takes a merge or a move back needs all of them. */
export async function selectMailboxesOf(db: Db, ticketIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct mailbox_id as id from ticket where id = any(${[...ticketIds]}::bigint[])`.execute(db)
  return rows.map(row => row.id)
}

/** The tickets of a merge, with the one that has the messages today. */
export async function selectTicketsOfMerge(db: Db, mergeId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select unnest(array[g.survivor_id, g.merged_id, coalesce(t.merged_into_id, t.id)]) as id
    from ticket_merge g join ticket t on t.id = g.merged_id where g.id = ${mergeId}`.execute(db)
  return rows.map(row => row.id)
}

/** The tickets a message was moved between, and those that have their messages today, in no order. */
export async function selectTicketsOfMove(db: Db, moveId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select unnest(array[t.id, coalesce(t.merged_into_id, t.id)]) as id
    from message_move v join ticket t on t.id in (v.from_ticket_id, v.to_ticket_id)
    where v.id = ${moveId}`.execute(db)
  return rows.map(row => row.id)
}

/** Where the ticket of this message is today. */
export async function selectMessagePlace(db: Db, messageId: number): Promise<TicketPlace | undefined> {
  const { rows } = await sql<TicketPlace>`${kept}
    select t.id as "ticketId", t.number, t.mailbox_id as "mailboxId"
    from message m join ticket t on t.id = m.ticket_id where m.id = ${messageId}`.execute(db)
  return rows[0]
}
