import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import type { FolderRole, MailRole } from '../shared/vocabulary.ts'

/** A ledger row in our hands. `place`, `codec` and `size_bytes` are null where its bytes were never fetched. */
export type ClaimRow = {
  id: number
  mailbox_id: number
  claim_no: number
  lane: number
  attempts: number
  received_at: Date
  /** By its labels, else of the folder it lies in. */
  role: FolderRole | MailRole
  raw_blob_id: number | null
  place: string | null
  codec: string | null
  size_bytes: number | null
  was_exhausted: boolean
}

/**
 * Claims the next batch with one statement, which commits by itself.
 *
 * The mailbox that was filed longest ago, its free rows by lane and id. Free: never claimed, or claimed by an instance
 * whose heartbeat is older than `silence`. One that is itself so silent, as after it stood still, claims nothing before
 * its next heartbeat: every other hand, its own too, would take what it claims. A row that was begun twice comes alone,
 * so that a third death of its worker counts against no other mail; begun three times it is quarantined here and comes
 * back as `was_exhausted`.
 */
export async function claimDueRows(
  db: Db,
  by: { instanceId: number; rowLimit: number; bytesLimit: number; attemptLimit: number; silenceMs: number },
): Promise<ClaimRow[]> {
  const aliveSince = sql`clock_timestamp() - ${by.silenceMs}::double precision * interval '1 millisecond'`
  const isFree = sql`(claimed_by is null or not exists (
    select from instance where instance.id = claimed_by and instance.alive_at > ${aliveSince}))`
  const claimed = await sql<ClaimRow>`${kept}
    with claim as materialized (select nextval('claim_number') as no
    ), turn as materialized (
      select mailbox.id from mailbox left join mailbox_filing on mailbox_filing.mailbox_id = mailbox.id
      where exists (select from mail_instance
        where mail_instance.mailbox_id = mailbox.id and state = 'stored' and ${isFree})
        and not exists (select from instance where id = ${by.instanceId}::bigint and alive_at <= ${aliveSince})
      order by coalesce(mailbox_filing.turn_at, '-infinity'), mailbox.id limit 1
    ), due as materialized (
      select id, lane, attempts, coalesce(size_bytes, 0) as size_bytes from mail_instance
      where mailbox_id = (select id from turn) and state = 'stored' and ${isFree}
      order by lane, id limit ${by.rowLimit}::integer for update skip locked
    ), ranked as (
      select id, attempts, row_number() over in_order as n, sum(size_bytes) over in_order as bytes,
        first_value(attempts) over in_order as first_attempts
      from due window in_order as (order by lane, id)
    ), chosen as (
      select id, attempts >= ${by.attemptLimit}::integer as is_exhausted from ranked
      where n = 1 or (bytes <= ${by.bytesLimit}::bigint
        and greatest(attempts, first_attempts) < ${by.attemptLimit}::integer - 1)
    ), claimed as (
      update mail_instance set
        state = case when is_exhausted then 'quarantined' else state end,
        reason = case when is_exhausted then coalesce(reason, 'filing-interrupted') else reason end,
        settled_at = case when is_exhausted then clock_timestamp() end,
        attempts = case when is_exhausted then attempts else attempts + 1 end,
        claimed_by = case when is_exhausted then null else ${by.instanceId}::bigint end,
        claim_no = claim.no
      from chosen, claim where mail_instance.id = chosen.id
      returning mail_instance.id, mailbox_id, folder_id, claim_no, lane, attempts, received_at, raw_blob_id,
        mail_instance.role as own_role, chosen.is_exhausted as was_exhausted
    )
    select claimed.*, coalesce(own_role, folder.role) as role, blob.place, blob.codec, blob.size_bytes
    from claimed join folder on folder.id = claimed.folder_id left join blob on blob.id = claimed.raw_blob_id
    order by claimed.id`.execute(db)
  return claimed.rows
}

/** Rows that leave our hands unfiled. */
export type ReleasedRows = { ids: readonly number[]; claimNo: number }

/** Makes claimed rows free again as if they had never been claimed: the fault was not theirs. */
export async function uncountClaims(db: Db, rows: ReleasedRows): Promise<void> {
  await sql`
    update mail_instance set claimed_by = null, attempts = greatest(attempts - 1, 0)
    where id = any(${[...rows.ids]}::bigint[]) and claim_no = ${rows.claimNo} and state = 'stored'`.execute(
    db,
  )
}

/** Makes a claimed row free for its next attempt, or quarantines it after the last one. */
export async function failClaim(
  db: Db,
  row: { id: number; claimNo: number; reason: string; attemptLimit: number },
): Promise<{ state: 'stored' | 'quarantined' } | undefined> {
  const failed = await sql<{ state: 'stored' | 'quarantined' }>`
    update mail_instance set
      claimed_by = null, reason = ${row.reason},
      state = case when attempts >= ${row.attemptLimit}::integer then 'quarantined' else state end,
      settled_at = case when attempts >= ${row.attemptLimit}::integer then clock_timestamp() end
    where id = ${row.id} and claim_no = ${row.claimNo} and state = 'stored'
    returning state`.execute(db)
  return failed.rows[0]
}

/** Takes the mailbox's filing lock until the transaction ends, and notes its turn. */
export async function lockMailboxFiling(tx: Tx, mailboxId: number): Promise<void> {
  await sql`${kept}
    insert into mailbox_filing (mailbox_id, turn_at) values (${mailboxId}, clock_timestamp())
    on conflict (mailbox_id) do update set turn_at = excluded.turn_at`.execute(tx)
}

/** Locks those rows that are still ours under this claim number. */
export async function lockClaimedRows(tx: Tx, rows: ReleasedRows): Promise<number[]> {
  const held = await sql<{ id: number }>`${kept}
    select id from mail_instance
    where id = any(${[...rows.ids]}::bigint[]) and claim_no = ${rows.claimNo} and state = 'stored'
    order by id for update`.execute(tx)
  return held.rows.map(row => row.id)
}
