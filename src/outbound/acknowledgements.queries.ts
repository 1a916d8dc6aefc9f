import type { Db, Tx } from '../db/database.ts'
import type { MailKind } from '../shared/vocabulary.ts'

/** The first message of a ticket, as far as an automatic answer looks at it. */
export type FirstMessage = {
  kind: MailKind
  subject: string
  fromAddress: string | null
  internetMessageId: string | null
  rawBlobId: number | null
}

/** An incoming message, if it is in that ticket. */
export async function findFirstMessage(
  db: Db,
  job: { ticketId: number; messageId: number },
): Promise<FirstMessage | undefined> {
  const row = await db
    .selectFrom('message')
    .select(['kind', 'subject', 'from_address', 'internet_message_id', 'raw_blob_id'])
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
  }
}

/** Locks the ticket and says whether it has an acknowledgement already. */
export async function lockUnacknowledged(tx: Tx, ticketId: number): Promise<boolean> {
  await tx.selectFrom('ticket').select('id').where('id', '=', ticketId).forNoKeyUpdate().execute()
  const found = await tx
    .selectFrom('message')
    .select('id')
    .where('ticket_id', '=', ticketId)
    .where('placed_by', '=', 'acknowledgement')
    .executeTakeFirst()
  return found === undefined
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
