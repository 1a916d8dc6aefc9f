import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { FolderRole } from '../shared/vocabulary.ts'

/** What a mailbox wishes for what was filed. `movesTo` null: it stays in its folder. */
export type AfterFilingWish = { marksRead: boolean; movesTo: string | null; hasFault: boolean }

/** The wish of a mailbox that is watched; undefined: its mail is left as it is. */
export async function findWish(db: Db, mailboxId: number): Promise<AfterFilingWish | undefined> {
  const found = await sql<AfterFilingWish>`
    select after_marks_read as "marksRead", after_moves_to as "movesTo", after_fault_code is not null as "hasFault"
    from mailbox where id = ${mailboxId} and (after_marks_read or after_moves_to is not null)`.execute(db)
  return found.rows[0]
}

/** Enters new mail that is to be looked after once it is filed; what is entered stays as it is. */
export async function insertAfterFiling(
  tx: Tx,
  folder: { id: number; generation: number },
  uids: readonly number[],
): Promise<void> {
  await sql`
    insert into after_filing (instance_id, mailbox_id)
    select id, mailbox_id from mail_instance
    where folder_id = ${folder.id} and uid_validity = ${folder.generation} and uid = any(${[...uids]}::bigint[])
    order by id on conflict do nothing`.execute(tx)
}

/** A filed mail to look after, where it lay as it was fetched. */
export type FiledMail = {
  id: number
  folderId: number
  path: string
  role: FolderRole
  generation: number
  uid: number
  /** Where a copy of it may be that was begun: the target's UIDVALIDITY, and the UID before which it is not. */
  copiedValidity: number | null
  copiedFromUid: number | null
}

const isOurs = sql`i.state in ('filed', 'same') and (i.raw_blob_id is not null or i.same_as_id is not null)`

/** Whether any of a mailbox is filed, or else on its way into its ticket. */
export async function findDue(db: Db, mailboxId: number): Promise<'filed' | 'coming' | 'none'> {
  const found = await sql<{ due: 'filed' | 'coming' | 'none' }>`
    select case when coalesce(bool_or(${isOurs}), false) then 'filed'
      when coalesce(bool_or(i.state = 'stored'), false) then 'coming' else 'none' end as due
    from after_filing a join mail_instance i on i.id = a.instance_id where a.mailbox_id = ${mailboxId}`.execute(
    db,
  )
  return found.rows[0]?.due ?? 'none'
}

/**
 * Mails of a mailbox that wait to be tidied and are filed, oldest first: their bytes are ours for good, or those of the
 * mail they are the same as are.
 */
export async function selectFiled(db: Db, mailboxId: number, limit: number): Promise<FiledMail[]> {
  const found = await sql<FiledMail>`
    select i.id, i.folder_id as "folderId", f.path, f.role, i.uid_validity as generation, i.uid,
      a.copied_validity as "copiedValidity", a.copied_from_uid as "copiedFromUid"
    from after_filing a join mail_instance i on i.id = a.instance_id join folder f on f.id = i.folder_id
    where a.mailbox_id = ${mailboxId} and ${isOurs}
    order by a.instance_id limit ${limit}`.execute(db)
  return found.rows
}

/**
 * Forgets what is to be left alone: mail of ours and what opened nothing, what lies in a folder that was numbered anew, and
 * a mail we know that somebody moved to where it is. A copy that came by itself is none of these, nor what somebody took
 * out of Junk.
 */
export async function deleteUnwanted(db: Db, mailboxId: number): Promise<void> {
  await sql`
    delete from after_filing a using mail_instance i join folder f on f.id = i.folder_id
      left join mail_instance first on first.id = i.same_as_id left join folder first_folder on first_folder.id = first.folder_id
    where a.mailbox_id = ${mailboxId} and i.id = a.instance_id and (
      i.state not in ('stored', 'quarantined', 'filed', 'same') or i.uid_validity <> f.uid_validity
      or i.state = 'same' and not coalesce(
        first.received_at <> i.received_at or first_folder.role = 'junk', false))`.execute(db)
}

/** Notes that these are about to be copied to a folder as it is now. */
export async function updateCopied(
  tx: Tx,
  ids: readonly number[],
  target: { uidValidity: number; uidNext: number },
): Promise<void> {
  await sql`
    update after_filing set copied_validity = ${target.uidValidity}, copied_from_uid = ${target.uidNext}
    where instance_id = any(${[...ids]}::bigint[])`.execute(tx)
}

/** Forgets mails that have been tidied. */
export async function deleteAfterFiling(tx: Tx, ids: readonly number[]): Promise<void> {
  await sql`delete from after_filing where instance_id = any(${[...ids]}::bigint[])`.execute(tx)
}

/** Shows admins why what was filed is left as it is; the same cause keeps its first moment. null: nothing is wrong. */
export async function updateAfterFault(
  db: Db | Tx,
  mailboxId: number,
  fault: { code: string; detail: string | null } | null,
): Promise<void> {
  await sql`
    update mailbox set after_fault_code = ${fault?.code ?? null}, after_fault_detail = ${fault?.detail ?? null},
      after_fault_at = case when ${fault === null} then null when after_fault_code = ${fault?.code ?? null}::text
        then after_fault_at else clock_timestamp() end
    where id = ${mailboxId}`.execute(db)
}
