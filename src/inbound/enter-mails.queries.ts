import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'

/** A folder of ours without a server, entered when it is new: its numbering is its own and never changes. */
export async function findOrAddOwnFolder(
  db: Db,
  folder: { mailboxId: number; path: string; role: 'sent' | 'other' },
): Promise<number> {
  await sql`
    insert into folder (mailbox_id, path, role, uid_validity, is_watched)
    values (${folder.mailboxId}, ${folder.path}, ${folder.role}, 1, false)
    on conflict (mailbox_id, path) do nothing`.execute(db)
  const found = await sql<{ id: number }>`
    select id from folder where mailbox_id = ${folder.mailboxId} and path = ${folder.path}`.execute(db)
  const [row] = found.rows
  if (row === undefined)
    throw new RangeError(`folder ${folder.path} of mailbox ${folder.mailboxId} has no row after its insert`)
  return row.id
}

/** The highest UID of a folder, locked until the transaction ends. */
export async function lockCursor(tx: Tx, folderId: number): Promise<number> {
  const found = await sql<{ cursor_uid: number }>`
    select cursor_uid from folder where id = ${folderId} for no key update`.execute(tx)
  return found.rows[0]?.cursor_uid ?? 0
}

/** Which of some blobs a mailbox has a ledger row of, wherever they came from. */
export async function selectKnownBlobs(
  db: Db | Tx,
  mailboxId: number,
  blobIds: readonly number[],
): Promise<number[]> {
  const found = await sql<{ raw_blob_id: number }>`
    select distinct raw_blob_id from mail_instance
    where raw_blob_id = any(${[...blobIds]}::bigint[]) and mailbox_id = ${mailboxId}`.execute(db)
  return found.rows.map(row => row.raw_blob_id)
}

/** Which of some hashes (hex) are of bytes that a mailbox has a ledger row of. */
export async function selectKnownHashes(
  db: Db,
  mailboxId: number,
  hashes: readonly string[],
): Promise<string[]> {
  const found = await sql<{ hash: string }>`
    select encode(sha256, 'hex') as hash from blob
    where sha256 = any(array(select decode(hex, 'hex') from unnest(${[...hashes]}::text[]) as hex))
      and exists (select from mail_instance where raw_blob_id = blob.id and mailbox_id = ${mailboxId})`.execute(
    db,
  )
  return found.rows.map(row => row.hash)
}

/** How many rows of folders have each outcome, of those with ids above `afterId`. */
export async function countEntered(
  db: Db,
  by: { folderIds: readonly number[]; afterId: number },
): Promise<{ outcome: string; count: number }[]> {
  const found = await sql<{ outcome: string; count: number }>`
    select state as outcome, count(*) as count from mail_instance
    where folder_id = any(${[...by.folderIds]}::bigint[]) and id > ${by.afterId} group by state`.execute(db)
  return found.rows
}

/** Below which id all rows of folders are settled, those to come aside. */
export async function selectSettledId(db: Db, folderIds: readonly number[]): Promise<number> {
  const found = await sql<{ id: number }>`
    select coalesce(
      (select min(id) - 1 from mail_instance where folder_id = any(${[...folderIds]}::bigint[]) and state = 'stored'),
      (select max(id) from mail_instance), 0) as id`.execute(db)
  return found.rows[0]?.id ?? 0
}

/** The mailbox of an address that is not removed, with all it is reached by. */
export async function selectMailboxByAddress(
  db: Db,
  address: string,
): Promise<{ id: number; address: string; aliases: string[] } | undefined> {
  const found = await sql<{ id: number; address: string; aliases: string[] }>`
    select id, address, aliases from mailbox
    where removed_at is null and lower(address) = lower(${address})`.execute(db)
  return found.rows[0]
}
