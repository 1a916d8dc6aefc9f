import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { MailKind } from '../shared/vocabulary.ts'

/** The first message of a ticket, as far as an automatic answer looks at it. */
export type FirstMessage = {
  kind: MailKind
  subject: string
  fromAddress: string | null
  internetMessageId: string | null
  rawBlobId: number | null
  /** Addresses it was written to, To before Cc. */
  writtenTo: string[]
}

/** An incoming message, if it is in that ticket. */
export async function findFirstMessage(
  db: Db,
  job: { ticketId: number; messageId: number },
): Promise<FirstMessage | undefined> {
  const row = await db
    .selectFrom('message')
    .select(['kind', 'subject', 'from_address', 'internet_message_id', 'raw_blob_id'])
    .select(
      sql<
        string[]
      >`array(select one ->> 'address' from jsonb_array_elements(to_addresses || cc_addresses) one)`.as(
        'written_to',
      ),
    )
    .where('id', '=', job.messageId)
    .where('ticket_id', '=', job.ticketId)
    .where('direction', '=', 'inbound')
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    kind: row.kind,
    subject: row.subject,
    fromAddress: row.from_address,
    internetMessageId: row.internet_message_id,
    rawBlobId: row.raw_blob_id,
    writtenTo: row.written_to,
  }
}

/**
 * Locks the ticket and says whether it may have its acknowledgement: neither it nor a twin has one, and
 * no other ticket leads it (docs/decisions/0012).
 */
export async function lockUnacknowledged(tx: Tx, ticketId: number): Promise<boolean> {
  await tx.selectFrom('ticket').select('id').where('id', '=', ticketId).forNoKeyUpdate().execute()
  const { rows } = await sql<{ isDue: boolean }>`
    select t.twin_of_id is null and not exists (
      select 1 from ticket o join message m on m.ticket_id = o.id
      where (o.id = t.id or o.twin_of_id = t.id) and m.placed_by = 'acknowledgement') as "isDue"
    from ticket t where t.id = ${ticketId}`.execute(tx)
  return rows[0]?.isDue ?? false
}

/** Whether the ticket of that number was acknowledged. */
export async function isAcknowledged(db: Db, ticketNumber: number): Promise<boolean> {
  const found = await db
    .selectFrom('message')
    .innerJoin('ticket', 'ticket.id', 'message.ticket_id')
    .select('message.id')
    .where('ticket.number', '=', ticketNumber)
    .where('message.placed_by', '=', 'acknowledgement')
    .executeTakeFirst()
  return found !== undefined
}
