import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { MailOutcome } from '../shared/vocabulary.ts'

const ledgerColumns = sql`
  mail_instance.id, mail_instance.mailbox_id as "mailboxId", folder.path as folder,
  mail_instance.uid_validity as "uidValidity", mail_instance.uid, mail_instance.state as outcome,
  mail_instance.reason, mail_instance.received_at as "receivedAt",
  coalesce(mail_instance.size_bytes, blob.size_bytes) as "sizeBytes", encode(blob.sha256, 'hex') as sha256,
  mail_instance.message_id as "messageId", ticket.number as "ticketNumber", mail_instance.attempts`

const ledgerTables = sql`
  mail_instance join folder on folder.id = mail_instance.folder_id
  left join mail_instance first on first.id = mail_instance.same_as_id and mail_instance.raw_blob_id is null
  left join blob on blob.id = coalesce(mail_instance.raw_blob_id, first.raw_blob_id)
  left join message on message.id = mail_instance.message_id
  left join ticket on ticket.id = message.ticket_id`

/**
 * A ledger row with the folder, hash and ticket it leads to. `sha256` is hex, of the raw bytes, which those of the mail
 * known before may be.
 */
export type StoredLedgerRow = {
  id: number
  mailboxId: number
  folder: string
  uidValidity: number
  uid: number
  outcome: MailOutcome
  reason: string | null
  receivedAt: Date
  sizeBytes: number | null
  sha256: string | null
  messageId: number | null
  ticketNumber: number | null
  attempts: number
}

/** Rows of one mailbox with ids above `afterId`, ascending. */
export async function selectLedgerRows(
  db: Db,
  by: { mailboxId: number; outcome: MailOutcome | undefined; afterId: number; limit: number },
): Promise<StoredLedgerRow[]> {
  const ofOutcome = by.outcome === undefined ? sql`` : sql`and mail_instance.state = ${by.outcome}`
  const found = await sql<StoredLedgerRow>`
    select ${ledgerColumns} from ${ledgerTables}
    where mail_instance.mailbox_id = ${by.mailboxId} and mail_instance.id > ${by.afterId} ${ofOutcome}
    order by mail_instance.id limit ${by.limit}`.execute(db)
  return found.rows
}

/** Rows in quarantine or too large to fetch, over all mailboxes, with ids below `beforeId`, newest first. */
export async function selectQuarantine(
  db: Db,
  by: { beforeId: number; limit: number },
): Promise<StoredLedgerRow[]> {
  const found = await sql<StoredLedgerRow>`
    select ${ledgerColumns} from ${ledgerTables}
    where mail_instance.state in ('quarantined', 'too_large') and mail_instance.id < ${by.beforeId}
    order by mail_instance.id desc limit ${by.limit}`.execute(db)
  return found.rows
}

/** One row by id. */
export async function selectLedgerRow(db: Db, id: number): Promise<StoredLedgerRow | undefined> {
  const found = await sql<StoredLedgerRow>`
    select ${ledgerColumns} from ${ledgerTables} where mail_instance.id = ${id}`.execute(db)
  return found.rows[0]
}

/** The raw bytes of a row and whether it is in quarantine. */
export async function selectRawBlob(
  db: Db,
  id: number,
): Promise<{ state: MailOutcome; raw_blob_id: number | null } | undefined> {
  const found = await sql<{ state: MailOutcome; raw_blob_id: number | null }>`
    select state, raw_blob_id from mail_instance where id = ${id}`.execute(db)
  return found.rows[0]
}

/** Puts a quarantined row that has its bytes back to work, as if never tried. @returns whether it did */
export async function updateToStored(db: Db, id: number): Promise<boolean> {
  const moved = await sql`
    update mail_instance set state = 'stored', attempts = 0, claimed_by = null, reason = null, settled_at = null
    where id = ${id} and state = 'quarantined' and raw_blob_id is not null`.execute(db)
  return moved.numAffectedRows === 1n
}

/** Puts every quarantined row that has its bytes back to work. @returns how many */
export async function updateAllToStored(db: Db): Promise<number> {
  const moved = await sql`
    update mail_instance set state = 'stored', attempts = 0, claimed_by = null, reason = null, settled_at = null
    where state = 'quarantined' and raw_blob_id is not null`.execute(db)
  return Number(moved.numAffectedRows ?? 0n)
}

/** Folders of a mailbox with the range row of their present generation. */
export async function selectLedgerFolders(
  db: Db,
  mailboxId: number,
): Promise<
  { path: string; uidValidity: number | null; cursorUid: number; belowUid: number; mailsBelow: number }[]
> {
  const found = await sql<{
    path: string
    uidValidity: number | null
    cursorUid: number
    belowUid: number
    mailsBelow: number
  }>`
    select folder.path, folder.uid_validity as "uidValidity", folder.cursor_uid as "cursorUid",
      coalesce(folder_range.below_uid, 0) as "belowUid", coalesce(folder_range.mail_count, 0) as "mailsBelow"
    from folder left join folder_range
      on folder_range.folder_id = folder.id and folder_range.uid_validity = folder.uid_validity
    where folder.mailbox_id = ${mailboxId} order by folder.path`.execute(db)
  return found.rows
}

/** How many rows of a mailbox have each outcome; outcomes without rows are missing. */
export async function countOutcomes(
  db: Db,
  mailboxId: number,
): Promise<{ outcome: MailOutcome; count: number }[]> {
  const found = await sql<{ outcome: MailOutcome; count: number }>`
    select state as outcome, count(*) as count from mail_instance
    where mailbox_id = ${mailboxId} group by state`.execute(db)
  return found.rows
}

/** Whether a mailbox exists, removed ones too: their ledger stays. */
export async function selectMailboxExists(db: Db, mailboxId: number): Promise<boolean> {
  const found = await sql`select from mailbox where id = ${mailboxId}`.execute(db)
  return found.rows.length === 1
}
