import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'

/** One folder of a practice account; UIDs and UIDVALIDITY hold over restarts. */
export type PracticeFolder = {
  id: number
  address: string
  path: string
  uidValidity: number
  uidNext: number
}

/** One mail without its bytes. */
export type PracticeEntry = { uid: number; receivedAt: Date; sizeBytes: number; flags: string[] }

/** One mail with its bytes. */
export type PracticeMailRow = PracticeEntry & { raw: Buffer }

const folderColumns = sql<PracticeFolder>`
  id, address, path, uid_validity as "uidValidity", uid_next as "uidNext"`

/** The folders of one account, by path. */
export async function listPracticeFolders(db: Db, address: string): Promise<PracticeFolder[]> {
  const found = await sql<PracticeFolder>`
    select ${folderColumns} from practice_folder where address = ${address} order by path`.execute(db)
  return found.rows
}

/** One folder of an account, by path. */
export async function findPracticeFolder(
  db: Db,
  address: string,
  path: string,
): Promise<PracticeFolder | undefined> {
  const found = await sql<PracticeFolder>`
    select ${folderColumns} from practice_folder where address = ${address} and path = ${path}`.execute(db)
  return found.rows[0]
}

/** Adds the folders that an account lacks. UIDVALIDITY is the second they were made in (RFC 3501 §2.3.1.1). */
export async function insertPracticeFolders(
  tx: Tx,
  address: string,
  paths: readonly string[],
): Promise<void> {
  await sql`
    insert into practice_folder (address, path, uid_validity)
    select ${address}, path, extract(epoch from clock_timestamp())::bigint from unnest(${paths}::text[]) as path
    on conflict (address, path) do nothing`.execute(tx)
}

/**
 * Files one mail into a folder under the next UID; the row lock on the folder keeps UIDs in the order
 * of commits.
 *
 * @returns the UID, or undefined where the account or folder does not exist
 */
export async function appendPracticeMail(
  tx: Tx,
  mail: { address: string; path: string; raw: Buffer; flags: readonly string[] },
): Promise<number | undefined> {
  const filed = await sql<{ uid: number }>`
    with place as (
      update practice_folder set uid_next = uid_next + 1
      where address = ${mail.address} and path = ${mail.path}
      returning id, uid_next - 1 as uid
    )
    insert into practice_mail (folder_id, uid, flags, raw)
    select id, uid, ${mail.flags}::text[], ${mail.raw} from place
    returning uid`.execute(tx)
  return filed.rows[0]?.uid
}

/** The mails of a folder above a UID, in UID order, without bytes. */
export async function listPracticeEntries(
  db: Db,
  folderId: number,
  aboveUid: number,
): Promise<PracticeEntry[]> {
  const found = await sql<PracticeEntry>`
    select uid, received_at as "receivedAt", length(raw) as "sizeBytes", flags
    from practice_mail where folder_id = ${folderId} and uid > ${aboveUid} order by uid`.execute(db)
  return found.rows
}

/** The bytes of some mails of a folder, in UID order. */
export async function listPracticeMails(
  db: Db,
  folderId: number,
  uids: readonly number[],
): Promise<PracticeMailRow[]> {
  const found = await sql<PracticeMailRow>`
    select uid, received_at as "receivedAt", length(raw) as "sizeBytes", flags, raw
    from practice_mail where folder_id = ${folderId} and uid = any(${uids}::bigint[]) order by uid`.execute(
    db,
  )
  return found.rows
}

/** Whether practice mailboxes are connected, and which. */
export async function listPracticeMailboxIds(db: Db): Promise<number[]> {
  const rows = await db
    .selectFrom('mailbox')
    .select('id')
    .where('kind', '=', 'practice')
    .orderBy('id')
    .execute()
  return rows.map(row => row.id)
}

/** Adds one practice mailbox as connected from now on. @returns its id */
export async function insertPracticeMailbox(
  tx: Tx,
  mailbox: { name: string; address: string; colour: number; signature: string },
): Promise<number> {
  const row = await tx
    .insertInto('mailbox')
    .values({ kind: 'practice', ...mailbox, acknowledges: true, start_rule: 'days', start_days: 1 })
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx.insertInto('mailbox_filing').values({ mailbox_id: row.id }).execute()
  return row.id
}

/** Adds a practice customer with the language they write in, unless the address is known. */
export async function insertPracticeCustomer(
  tx: Tx,
  person: { name: string; address: string; language: string },
): Promise<void> {
  await sql`
    with person as (
      insert into customer (name, language)
      select ${person.name}, ${person.language}
      where not exists (select 1 from customer_address where address = ${person.address})
      returning id
    )
    insert into customer_address (address, customer_id) select ${person.address}, id from person`.execute(tx)
}

/** Removes every trace of the given mailboxes, the practice accounts with their mail, and their customers. */
export async function deletePracticeRows(
  tx: Tx,
  mailboxIds: readonly number[],
  customerAddresses: readonly string[],
): Promise<void> {
  const ids = sql`${mailboxIds}::bigint[]`
  const messages = sql`(select id from message where mailbox_id = any(${ids}))`
  const tickets = sql`(select id from ticket where mailbox_id = any(${ids}))`
  const inOrder = [
    sql`select 1 from mailbox_filing where mailbox_id = any(${ids}) order by mailbox_id for update`,
    sql`delete from acknowledgement where message_id in ${messages}`,
    sql`delete from automatic_mail where mailbox_id = any(${ids})`,
    sql`delete from storm_ticket where mailbox_id = any(${ids})`,
    sql`delete from sender_flow where mailbox_id = any(${ids})`,
    sql`delete from outbox where mailbox_id = any(${ids})`,
    sql`delete from team_mailbox where mailbox_id = any(${ids})`,
    sql`delete from attachment where message_id in ${messages}`,
    sql`delete from message_html where message_id in ${messages}`,
    sql`delete from message_body where message_id in ${messages}`,
    sql`delete from thread_ref where mailbox_id = any(${ids})`,
    sql`delete from mail_key where mailbox_id = any(${ids})`,
    sql`update mail_instance set same_as_id = null where mailbox_id = any(${ids})`,
    sql`delete from mail_instance where mailbox_id = any(${ids})`,
    sql`delete from message_hint where message_id in ${messages}`,
    sql`delete from merge_item where message_id in ${messages}`,
    sql`delete from merge_note where note_id in (select id from note where ticket_id in ${tickets})`,
    sql`delete from ticket_action_item where ticket_id in ${tickets}`,
    sql`delete from ticket_merge where merged_id in ${tickets}`,
    sql`delete from message_move where message_id in ${messages}`,
    sql`delete from ticket_event where ticket_id in ${tickets}`,
    sql`delete from note where ticket_id in ${tickets}`,
    sql`delete from participant where ticket_id in ${tickets}`,
    sql`update message set placed_by_message_id = null where mailbox_id = any(${ids})`,
    sql`delete from message where mailbox_id = any(${ids})`,
    sql`update ticket set twin_of_id = null, twin_mailbox_id = null where twin_of_id in ${tickets}`,
    sql`delete from ticket where mailbox_id = any(${ids})`,
    sql`delete from folder_range where folder_id in (select id from folder where mailbox_id = any(${ids}))`,
    sql`delete from folder where mailbox_id = any(${ids})`,
    sql`delete from mailbox where id = any(${ids})`,
    sql`delete from practice_folder`,
    sql`delete from customer_address where address = any(${customerAddresses}::text[])`,
    sql`
      delete from customer c where not exists (select 1 from customer_address a where a.customer_id = c.id)
        and not exists (select 1 from ticket t where t.customer_id = c.id)
        and not exists (select 1 from message m where m.customer_id = c.id)`,
  ]
  for (const statement of inOrder) await statement.execute(tx)
}
