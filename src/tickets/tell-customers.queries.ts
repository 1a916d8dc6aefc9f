import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'

/** Enters a hint for the newest ticket that each customer has in each mailbox; versions stay, and history is not written. */
export async function insertCustomerHints(tx: Tx, customerIds: readonly number[]): Promise<void> {
  await sql`
    insert into live_event (mailbox_id, ticket_id, kind, version)
    select distinct on (customer_id, mailbox_id) mailbox_id, id, 'customer_changed', version
    from ticket where customer_id = any(${[...customerIds]}::bigint[])
    order by customer_id, mailbox_id, last_message_at desc`.execute(tx)
}
