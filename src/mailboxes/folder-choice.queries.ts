import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { FolderRole } from '../shared/vocabulary.ts'

/** A folder that was met or chosen. `isWatched` null: by its role. */
export type ChosenFolder = {
  id: number
  path: string
  role: FolderRole
  isWatched: boolean | null
  goneSince: Date | null
  /** What the server said of it, while it cannot be read. */
  goneDetail: string | null
}

/** The folders of a mailbox on its server that were met or chosen, by path. */
export async function listChosenFolders(db: Db | Tx, mailboxId: number): Promise<ChosenFolder[]> {
  const found = await sql<ChosenFolder>`
    select id, path, role, is_watched as "isWatched", gone_since as "goneSince",
      case when gone_since is not null then gone_detail end as "goneDetail"
    from folder where mailbox_id = ${mailboxId} and path not like 'letterdesk:%' order by path`.execute(db)
  return found.rows
}

/**
 * Writes which folders are watched. Of one that was not watched until now the mail is new from this moment on: what came
 * before, and is fetched now, is old mail.
 */
export async function writeFolderChoice(
  tx: Tx,
  mailboxId: number,
  rows: readonly { path: string; role: FolderRole; isWatched: boolean; begins: boolean }[],
): Promise<void> {
  const given = sql`json_to_recordset(${JSON.stringify(rows)}::json) as given (
    path text, role text, "isWatched" boolean, begins boolean)`
  await sql`
    insert into folder (mailbox_id, path, role, is_watched, watched_since)
    select ${mailboxId}, path, role, "isWatched", case when begins then clock_timestamp() end
    from ${given} order by path
    on conflict (mailbox_id, path) do update set is_watched = excluded.is_watched, role = excluded.role,
      watched_since = coalesce(excluded.watched_since, folder.watched_since),
      gone_since = case when excluded.is_watched then folder.gone_since end`.execute(tx)
  await sql`
    update folder_range set created_at = clock_timestamp() from folder, ${given}
    where folder.mailbox_id = ${mailboxId} and folder.path = given.path and given.begins
      and folder_range.folder_id = folder.id and folder_range.uid_validity = folder.uid_validity`.execute(tx)
}

/**
 * Sets what is done with filed mail; what waits for the former wish is left as it is where there is none any more.
 *
 * @returns false for a mailbox without a server of its own
 */
export async function updateAfterFiling(
  db: Db,
  mailboxId: number,
  { marksRead, movesTo }: { marksRead: boolean; movesTo: string | null },
): Promise<boolean> {
  const { rows } = await sql`
    with changed as (
      update mailbox set after_marks_read = ${marksRead}, after_moves_to = ${movesTo},
        after_fault_code = null, after_fault_detail = null, after_fault_at = null
      where id = ${mailboxId} and kind = 'imap' returning id),
    forgotten as (
      delete from after_filing using changed
      where mailbox_id = changed.id and not ${marksRead}::boolean and ${movesTo}::text is null)
    select id from changed`.execute(db)
  return rows.length > 0
}
