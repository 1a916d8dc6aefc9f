import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import type { Address, ForwardedMail } from '../mail/mail-types.ts'

/** A message that an agent forwarded. `isTaken`: whose mail it was is the customer. */
export type ForwardRow = { sender: Address; subject: string; forward: ForwardedMail; isTaken: boolean }

/** What an agent forwarded; undefined where the message is not in the ticket or is nobody else's mail. */
export async function selectForward(
  tx: Tx,
  by: { messageId: number; ticketId: number },
): Promise<ForwardRow | undefined> {
  const { rows } = await sql<ForwardRow>`
    select json_build_object('name', from_name, 'address', from_address) as sender, subject, forward,
      forwarded_address is not null as "isTaken"
    from message
    where id = ${by.messageId} and ticket_id = ${by.ticketId} and forward is not null and from_address is not null`.execute(
    tx,
  )
  return rows[0]
}

/** Gives a ticket another customer and subject, if the message is its first and its customer came by it. */
export async function writeOpener(
  tx: Tx,
  to: { messageId: number; ticketId: number; customerId: number | null; subject: string },
): Promise<void> {
  await sql`
    update ticket set customer_id = ${to.customerId}, subject = ${to.subject}
    from message m
    where m.id = ${to.messageId} and ticket.id = ${to.ticketId}
      and ticket.customer_id is not distinct from
        (select coalesce(k.merged_into_id, k.id) from customer k where k.id = m.customer_id)
      and not exists (
        select 1 from message o
        where o.ticket_id = ticket.id and (o.received_at, o.id) < (m.received_at, m.id))`.execute(tx)
}

/** Makes a message that of `whose`, or its sender's own. */
export async function writeWhose(
  tx: Tx,
  to: { messageId: number; customerId: number | null; whose: Address | null },
): Promise<void> {
  await tx
    .updateTable('message')
    .set({
      forwarded_name: to.whose?.name ?? null,
      forwarded_address: to.whose?.address ?? null,
      customer_id: to.customerId,
    })
    .where('id', '=', to.messageId)
    .execute()
}
