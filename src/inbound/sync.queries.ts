import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { UidRun } from '../mailboxes/uid-set.ts'
import type { FolderRole, MailRole } from '../shared/vocabulary.ts'

/** A folder's place in our tables. `generation` is null before it was opened for the first time. */
export type FolderRow = {
  id: number
  role: FolderRole
  generation: number | null
  cursor_uid: number
  below_uid: number | null
  live_since: Date | null
  /** How many mails lay below the start when the generation began. */
  mail_count: number | null
  /** Mail from before is history; null where no mailbox wishes for any. */
  open_since: Date | null
  /** Mail that was there and is older is not wanted; null where days were not asked for. */
  starts_at: Date | null
  old_below_uid: number | null
  old_mail_held: boolean
  /** New mail of it is marked as read or moved once it is filed. */
  is_tidied: boolean
  /** The folder had another generation before. */
  is_renumbered: boolean
}

/** A folder of a mailbox that is watched, entered when it is new: as an inbox, until somebody says what it is. */
export async function findOrAddFolder(db: Db, mailboxId: number, path: string): Promise<FolderRow> {
  await sql`
    insert into folder (mailbox_id, path, role) values (${mailboxId}, ${path}, 'inbox')
    on conflict (mailbox_id, path) do nothing`.execute(db)
  const found = await sql<FolderRow>`
    select folder.id, folder.role, folder.uid_validity as generation, cursor_uid, below_uid,
      folder_range.created_at as live_since, folder_range.mail_count, old_below_uid, old_mail_held,
      (folder.role = 'all' or folder.role in ('inbox', 'other') and path is distinct from after_moves_to)
        and (after_marks_read or after_moves_to is not null) as is_tidied,
      exists (select from folder_range earlier where earlier.folder_id = folder.id
        and earlier.uid_validity <> folder.uid_validity) as is_renumbered,
      case when history_days is not null then mailbox.created_at - coalesce(start_days, 0) * interval '1 day' end as open_since,
      case when watched_since is null then mailbox.created_at
        - greatest(case when start_rule = 'days' then start_days end, history_days) * interval '1 day' end as starts_at
    from folder join mailbox on mailbox.id = mailbox_id left join folder_range
      on folder_range.folder_id = folder.id and folder_range.uid_validity = folder.uid_validity
    where mailbox_id = ${mailboxId} and path = ${path}`.execute(db)
  const [row] = found.rows
  if (row === undefined)
    throw new RangeError(`folder ${path} of mailbox ${mailboxId} has no row after its insert`)
  return row
}

/** Notes that a folder was opened, and by what the server knows it under any name, if it says so. */
export async function updateReached(db: Db, folderId: number, serverKey: string | null): Promise<void> {
  await sql`
    update folder set gone_since = null, gone_code = null, gone_detail = null, server_key = coalesce(${serverKey}::text, server_key)
    where id = ${folderId} and (gone_since is not null or server_key is distinct from coalesce(${serverKey}::text, server_key))`.execute(
    db,
  )
}

/** The newest generation this folder had under a UIDVALIDITY, or null. */
export async function findGeneration(db: Db, folderId: number, uidValidity: number): Promise<number | null> {
  const found = await sql<{ generation: number | null }>`
    select max(uid_validity) as generation from folder_range
    where folder_id = ${folderId} and uid_validity % 4294967296 = ${uidValidity}`.execute(db)
  return found.rows[0]?.generation ?? null
}

/**
 * Since when a folder is watched, and how far back its mail is wanted: that was said of the mailbox as it was connected,
 * and does not hold for what somebody chose later.
 */
export async function findStartRule(
  db: Db,
  folderId: number,
): Promise<{ since: Date; start_days: number | null } | undefined> {
  const found = await sql<{ since: Date; start_days: number | null }>`
    select greatest(created_at, watched_since) as since, case when watched_since is null
      then greatest(case when start_rule = 'days' then start_days end, history_days) end as start_days
    from folder join mailbox on mailbox.id = mailbox_id where folder.id = ${folderId}`.execute(db)
  return found.rows[0]
}

/**
 * Makes a generation the folder's present one. A generation met again keeps its range and goes on after
 * its highest row; a new one starts at `cursorUid`.
 *
 * @param range.liveSince mails older than this are the backfill of the generation; null: when it was connected or chosen
 */
export async function enterGeneration(
  tx: Tx,
  folder: { id: number },
  range: {
    generation: number
    belowUid: number
    mailCount: number
    cursorUid: number
    /** What is below was there before, and how many that are. */
    oldBelowUid: number
    oldCount: number
    liveSince: Date | null
  },
): Promise<void> {
  await sql`
    insert into folder_range (folder_id, uid_validity, below_uid, mail_count, old_below_uid, old_count, created_at)
    select ${folder.id}, ${range.generation}, ${range.belowUid}, ${range.mailCount}, ${range.oldBelowUid}, ${range.oldCount},
      coalesce(${range.liveSince}::timestamptz, watched_since, mailbox.created_at)
    from folder join mailbox on mailbox.id = mailbox_id where folder.id = ${folder.id}
    on conflict (folder_id, uid_validity) do nothing`.execute(tx)
  await sql`
    update folder set uid_validity = ${range.generation}, cursor_uid = greatest(${range.cursorUid}, (
      select coalesce(max(uid), 0) from mail_instance
      where folder_id = ${folder.id} and uid_validity = ${range.generation}))
    where id = ${folder.id}`.execute(tx)
}

/**
 * The UIDs between two of them that have a ledger row, as runs without a gap, ascending; `undelivered` leaves out those whose
 * row says that the server would not give their bytes, or had them no longer.
 */
export async function listHeldRuns(
  db: Db,
  folder: { id: number; generation: number },
  between: UidRun,
  scope: 'unknown' | 'undelivered',
): Promise<UidRun[]> {
  const held = await sql<UidRun>`
    select min(uid) as first, max(uid) as last from (
      select uid, uid - row_number() over (order by uid) as run from mail_instance
      where folder_id = ${folder.id} and uid_validity = ${folder.generation}
        and uid between ${between.first} and ${between.last}
        and not (${scope === 'undelivered'} and state in ('quarantined', 'gone') and raw_blob_id is null)) as held
    group by run order by first`.execute(db)
  return held.rows
}

/** Keeps what a comparison of the whole folder found; since when something is missing stays until nothing is. */
export async function updateComparison(
  db: Db,
  folderId: number,
  found: { serverCount: number; missingCount: number },
): Promise<void> {
  await sql`
    update folder set compared_at = clock_timestamp(), server_count = ${found.serverCount},
      missing_count = ${found.missingCount},
      missing_since = case when ${found.missingCount} > 0 then coalesce(missing_since, clock_timestamp()) end
    where id = ${folderId}`.execute(db)
}

/** Notes that all old mail of a generation is in the ledger; what vanished before it was fetched counts no more. */
export async function noteOldWhole(db: Db, folder: { id: number; generation: number }): Promise<void> {
  await sql`
    update folder_range set old_whole_at = clock_timestamp(), old_count = (
      select count(*) from mail_instance
      where mail_instance.folder_id = folder_range.folder_id
        and mail_instance.uid_validity = folder_range.uid_validity and uid < old_below_uid)
    where folder_id = ${folder.id} and uid_validity = ${folder.generation}
      and old_below_uid is not null and old_whole_at is null`.execute(db)
}

/** One ledger row as it is first written. */
export type NewInstance = {
  uid: number
  internetMessageId: string | null
  serverId: string | null
  receivedAt: Date
  sizeBytes: number | null
  rawBlobId: number | null
  lane: 0 | 1 | 2 | 3
  state: 'stored' | 'too_large' | 'gone' | 'quarantined' | 'same' | 'ignored' | 'erased'
  reason: string | null
  /** What it is to us where its folder does not say it. */
  role?: MailRole | null
  /** The row whose mail this is, once more; its message is this one's. */
  sameAsId?: number | null
}

/**
 * Writes a batch of ledger rows in UID order. A UID that has its row keeps it; only one without bytes,
 * quarantined or gone, takes the bytes that came after all. `received_at` is never later than now.
 *
 * @returns how many rows are new or mended
 */
export async function insertInstances(
  tx: Tx,
  folder: { id: number; mailboxId: number; generation: number },
  rows: readonly NewInstance[],
): Promise<number> {
  const inserted = await sql`
    insert into mail_instance (mailbox_id, folder_id, uid_validity, uid, internet_message_id, server_id,
      received_at, size_bytes, raw_blob_id, lane, state, reason, role, same_as_id, message_id, erasure_id, settled_at)
    select ${folder.mailboxId}, ${folder.id}, ${folder.generation}, uid, internet_message_id, server_id,
      least(received_at, clock_timestamp()), size_bytes, raw_blob_id, lane, state, reason,
      role, same_as_id, (select message_id from mail_instance first where first.id = given.same_as_id),
      (select erasure_id from mail_instance first where first.id = given.same_as_id),
      case when state <> 'stored' then clock_timestamp() end
    from unnest(
      ${rows.map(row => row.uid)}::bigint[], ${rows.map(row => row.internetMessageId)}::text[],
      ${rows.map(row => row.serverId)}::text[], ${rows.map(row => row.receivedAt.toISOString())}::timestamptz[],
      ${rows.map(row => row.sizeBytes)}::bigint[], ${rows.map(row => row.rawBlobId)}::bigint[],
      ${rows.map(row => row.lane)}::smallint[], ${rows.map(row => row.state)}::text[],
      ${rows.map(row => row.reason)}::text[], ${rows.map(row => row.role ?? null)}::text[],
      ${rows.map(row => row.sameAsId ?? null)}::bigint[]
    ) as given (uid, internet_message_id, server_id, received_at, size_bytes, raw_blob_id, lane, state, reason,
      role, same_as_id)
    order by uid
    on conflict (folder_id, uid_validity, uid) do update set raw_blob_id = excluded.raw_blob_id,
      internet_message_id = excluded.internet_message_id, size_bytes = excluded.size_bytes,
      received_at = excluded.received_at, state = excluded.state, reason = excluded.reason,
      settled_at = excluded.settled_at, role = excluded.role, same_as_id = excluded.same_as_id,
      message_id = excluded.message_id, erasure_id = excluded.erasure_id, attempts = 0
    where mail_instance.state in ('quarantined', 'gone') and mail_instance.raw_blob_id is null
      and (excluded.raw_blob_id is not null or excluded.state in ('same', 'erased'))`.execute(tx)
  return Number(inserted.numAffectedRows ?? 0n)
}

/** Moves the cursor up, never down; @returns false when the folder is in another generation by now. */
export async function moveCursor(
  tx: Tx,
  folder: { id: number; generation: number },
  cursorUid: number,
): Promise<boolean> {
  const moved = await sql`
    update folder set cursor_uid = greatest(cursor_uid, ${cursorUid}), synced_at = clock_timestamp()
    where id = ${folder.id} and uid_validity = ${folder.generation}`.execute(tx)
  return moved.numAffectedRows === 1n
}
