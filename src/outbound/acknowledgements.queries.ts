import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { MailKind } from '../shared/vocabulary.ts'

/** The first message of a ticket, as far as an automatic answer looks at it. */
export type FirstMessage = {
  kind: MailKind
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
    .select(['kind', 'from_address', 'internet_message_id', 'raw_blob_id'])
    .where('id', '=', job.messageId)
    .where('ticket_id', '=', job.ticketId)
    .where('direction', '=', 'inbound')
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    kind: row.kind,
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

/** Enters today's acknowledgement of an address (UTC, database's clock); false when there is one. */
export async function insertAcknowledgement(
  tx: Tx,
  row: { address: string; messageId: number },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into acknowledgement (address, day, message_id)
    values (${row.address}, (clock_timestamp() at time zone 'UTC')::date, ${row.messageId})
    on conflict do nothing`.execute(tx)
  return numAffectedRows === 1n
}

/** How many automatic mails a mailbox queued in the last minute, and whether this address had one today. */
export async function countRecent(
  db: Db,
  of: { mailboxId: number; address: string },
): Promise<{ lastMinute: number; hasToday: boolean }> {
  const { rows } = await sql<{ lastMinute: number; hasToday: boolean }>`
    select
      (select count(*) from outbox o where o.mailbox_id = ${of.mailboxId} and o.lane = 1
        and o.queued_at > clock_timestamp() - interval '1 minute') as "lastMinute",
      exists (select 1 from acknowledgement a where a.address = ${of.address}
        and a.day = (clock_timestamp() at time zone 'UTC')::date) as "hasToday"`.execute(db)
  return rows[0] ?? { lastMinute: 0, hasToday: false }
}
