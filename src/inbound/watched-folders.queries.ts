import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { FolderRole } from '../shared/vocabulary.ts'

/** A folder that was met or chosen. `is_watched` null: by its role. */
export type KnownFolder = {
  id: number
  path: string
  role: FolderRole
  is_watched: boolean | null
  server_key: string | null
  generation: number | null
  gone_since: Date | null
}

/** The folders of a mailbox on its server that were met or chosen, in order of id; not our own without a server. */
export async function listKnownFolders(db: Db, mailboxId: number): Promise<KnownFolder[]> {
  const found = await sql<KnownFolder>`
    select id, path, role, is_watched, server_key, uid_validity as generation, gone_since
    from folder where mailbox_id = ${mailboxId} and path not like 'letterdesk:%' order by id`.execute(db)
  return found.rows
}

/**
 * Enters a folder that is watched by itself. In a mailbox that was connected longer ago its mail is wanted from now on.
 */
export async function insertDefaultFolder(
  db: Db,
  folder: { mailboxId: number; path: string; role: 'inbox' | 'sent' },
): Promise<void> {
  await sql`
    insert into folder (mailbox_id, path, role, watched_since)
    select id, ${folder.path}, ${folder.role}::text, case when ${folder.role} <> 'inbox'
      and created_at < clock_timestamp() - interval '1 hour' then clock_timestamp() end
    from mailbox where id = ${folder.mailboxId}
    on conflict (mailbox_id, path) do update set role = excluded.role
      where folder.is_watched is null and folder.role <> excluded.role`.execute(db)
}

/**
 * Notes which watched folders the server has no longer; of folders that nobody watches it is forgotten. One that is back
 * is noted as it is opened (updateReached).
 */
export async function updateGone(
  db: Db,
  mailboxId: number,
  { goneIds, watchedIds }: { goneIds: readonly number[]; watchedIds: readonly number[] },
): Promise<void> {
  await sql`
    update folder set gone_since = case when gone_since is null then clock_timestamp() end,
      gone_code = case when gone_since is null then 'folder-not-found' end, gone_detail = null
    where mailbox_id = ${mailboxId} and (gone_since is null and id = any(${[...goneIds]}::bigint[])
      or gone_since is not null and id <> all(${[...watchedIds]}::bigint[]))`.execute(db)
}

/** Notes that the server lists a folder and does not let us into it, and why; since when stays until it does. */
export async function noteUnreachable(
  db: Db,
  mailboxId: number,
  { path, code, detail }: { path: string; code: string; detail: string | null },
): Promise<void> {
  await sql`
    update folder set gone_since = coalesce(gone_since, clock_timestamp()), gone_code = ${code}, gone_detail = ${detail}
    where mailbox_id = ${mailboxId} and path = ${path}
      and (gone_since is null or gone_code is distinct from ${code} or gone_detail is distinct from ${detail})`.execute(
    db,
  )
}

/** Gives a folder the name that the server calls it by now. */
export async function updatePath(db: Db, folderId: number, path: string): Promise<void> {
  await sql`update folder set path = ${path}, gone_since = null, gone_code = null, gone_detail = null where id = ${folderId}`.execute(
    db,
  )
}

/** The highest UIDs of a folder's generation with what the server said of their mails, for a look at a folder of another name. */
export async function selectSamples(
  db: Db,
  folder: { id: number; generation: number },
): Promise<{ uid: number; received_at: Date; size_bytes: number | null }[]> {
  const found = await sql<{ uid: number; received_at: Date; size_bytes: number | null }>`
    select uid, received_at, size_bytes from mail_instance
    where folder_id = ${folder.id} and uid_validity = ${folder.generation} and state not in ('gone', 'quarantined')
    order by uid desc limit 3`.execute(db)
  return found.rows
}

/** Whether an instance lives that began before Sent was ever watched: it would file what lies there as a customer's. */
export async function hasOldInstance(db: Db, { silentForMs }: { silentForMs: number }): Promise<boolean> {
  const found = await sql`
    select from instance, workspace where started_at < sent_watched_from
      and alive_at > clock_timestamp() - ${silentForMs} * interval '1 ms' limit 1`.execute(db)
  return found.rows.length > 0
}
