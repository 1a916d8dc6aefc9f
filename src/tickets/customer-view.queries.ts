import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { TicketState } from '../shared/vocabulary.ts'

/** A ticket among others of its customer. */
export type CustomerTicketRow = {
  number: number
  mailboxId: number
  subject: string
  state: TicketState
  lastMessageAt: Date
}

/** Whose tickets, but which one not, in which mailboxes, and how many at most. */
export type CustomerTicketsWish = {
  customerId: number
  exceptId: number
  mailboxIds: readonly number[]
  rowLimit: number
}

/** Whose ticket it is; null where it is nobody’s, as one of a robot. */
export async function selectCustomerId(db: Db, ticketId: number): Promise<number | null> {
  const row = await db
    .selectFrom('ticket')
    .select('customer_id')
    .where('id', '=', ticketId)
    .executeTakeFirst()
  return row?.customer_id ?? null
}

/** A customer's other tickets, newest message first; those in the trash, merged away, or twins that follow are left out. */
export async function selectCustomerTickets(db: Db, wish: CustomerTicketsWish): Promise<CustomerTicketRow[]> {
  const { rows } = await sql<CustomerTicketRow>`
    select number, mailbox_id as "mailboxId", subject, state, last_message_at as "lastMessageAt"
    from ticket where ${otherTickets(wish)}
    order by last_message_at desc, id desc limit ${wish.rowLimit}`.execute(db)
  return rows
}

/** How many they are, counted up to `rowLimit`. */
export async function countCustomerTickets(db: Db, wish: CustomerTicketsWish): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select 1 from ticket where ${otherTickets(wish)} limit ${wish.rowLimit}) counted`.execute(
    db,
  )
  return rows[0]?.count ?? 0
}

function otherTickets({ customerId, exceptId, mailboxIds }: CustomerTicketsWish) {
  return sql`customer_id = ${customerId} and id <> ${exceptId} and merged_into_id is null and twin_of_id is null
    and deleted_at is null and mailbox_id = any(${[...mailboxIds]}::bigint[])`
}
