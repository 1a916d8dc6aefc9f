import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { AnsweredMail } from './outgoing.queries.ts'

/** A side thread: the forward that began it, and what the tokens of its mails are made for. */
export type SideThread = { id: number; key: string }

/** The side thread a message is of; null of one that is written with the customer. */
export async function findSideThread(db: Db, messageId: number): Promise<SideThread | null> {
  const { rows } = await sql<SideThread>`
    select root.id, root.uuid as key from message m join message root on root.id = m.side_thread_id
    where m.id = ${messageId}`.execute(db)
  return rows[0] ?? null
}

/** A message of a ticket as it is forwarded; whatever its kind. */
export async function findForwardedMail(
  db: Db,
  ticketId: number,
  messageId: number,
): Promise<AnsweredMail | undefined> {
  const { rows } = await sql<AnsweredMail>`
    select m.id as "messageId", null as "internetMessageId", m.subject, m.to_addresses as "to",
      case when m.from_address is not null
        then json_build_object('name', m.from_name, 'address', m.from_address) end as "from",
      null as "forwardedFrom", m.received_at as "receivedAt", array(
        select one ->> 'address' from jsonb_array_elements(m.to_addresses || m.cc_addresses) one) as "writtenTo", b.text, null as "rawBlobId"
    from message m join message_body b on b.message_id = m.id
    where m.ticket_id = ${ticketId} and m.id = ${messageId}`.execute(db)
  return rows[0]
}
