import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { WATCHED_ROLES } from '../shared/mailbox-words.ts'

/** How far the old mail of a mailbox has come, over all its folders as they are numbered now. */
export type OldMailRow = {
  total: number
  fetched: number
  settled: number
  failed: number
  settledLately: number
  /** Since the first of those. */
  latelySeconds: number
  isWhole: boolean
  /** A watched folder was not opened so far: nobody knows how many it has. */
  isBeginning: boolean
  isHeld: boolean
}

/** Undefined for no such mailbox. @param lately the seconds of `settledLately` */
export async function selectOldMail(
  db: Db,
  mailboxId: number,
  lately: number,
): Promise<OldMailRow | undefined> {
  const found = await sql<OldMailRow>`
    select coalesce(sum(old_count), 0)::integer as total, coalesce(sum(counted.fetched), 0)::integer as fetched,
      coalesce(sum(counted.settled), 0)::integer as settled, coalesce(sum(counted.failed), 0)::integer as failed,
      coalesce(sum(counted.lately), 0)::integer as "settledLately",
      coalesce(extract(epoch from clock_timestamp() - min(counted.lately_since)), 0)::double precision as "latelySeconds",
      coalesce(bool_and(old_whole_at is not null) filter (where folder_range.folder_id is not null), true) as "isWhole",
      coalesce(bool_or(folder.uid_validity is null and gone_since is null
        and coalesce(is_watched, role = any(${[...WATCHED_ROLES]}::text[]))), true) as "isBeginning", old_mail_held as "isHeld"
    from mailbox left join folder on folder.mailbox_id = mailbox.id
      left join folder_range on folder_range.folder_id = folder.id
        and folder_range.uid_validity = folder.uid_validity and old_count > 0
      left join lateral (
        select count(*) as fetched, count(*) filter (where state <> 'stored') as settled,
          count(*) filter (where state in ('quarantined', 'too_large')) as failed,
          count(*) filter (where settled_at > counted_from.at) as lately,
          min(settled_at) filter (where settled_at > counted_from.at) as lately_since
        from mail_instance, (select clock_timestamp() - ${lately} * interval '1 second' as at) as counted_from
        where mail_instance.folder_id = folder_range.folder_id
          and mail_instance.uid_validity = folder_range.uid_validity and uid < old_below_uid) as counted on true
    where mailbox.id = ${mailboxId} and removed_at is null
    group by mailbox.id`.execute(db)
  return found.rows[0]
}

/** Halts the fetching of a mailbox's old mail, or lets it go on. @returns whether there is such a mailbox */
export async function updateOldMailHeld(
  db: Db,
  mailboxId: number,
  { isHeld }: { isHeld: boolean },
): Promise<boolean> {
  const changed = await sql`
    update mailbox set old_mail_held = ${isHeld} where id = ${mailboxId} and removed_at is null`.execute(db)
  return changed.numAffectedRows === 1n
}
