import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** Where a ticket is: what permissions look at. */
export type TicketPlace = { ticketId: number; number: number; mailboxId: number }

/** Where the ticket with this number is. */
export async function selectTicketPlace(db: Db, number: number): Promise<TicketPlace | undefined> {
  const { rows } = await sql<TicketPlace>`
    select id as "ticketId", number, mailbox_id as "mailboxId" from ticket
    where number = ${number}`.execute(db)
  return rows[0]
}

/** Where the ticket of this message is today. */
export async function selectMessagePlace(db: Db, messageId: number): Promise<TicketPlace | undefined> {
  const { rows } = await sql<TicketPlace>`
    select t.id as "ticketId", t.number, t.mailbox_id as "mailboxId"
    from message m join ticket t on t.id = m.ticket_id where m.id = ${messageId}`.execute(db)
  return rows[0]
}
