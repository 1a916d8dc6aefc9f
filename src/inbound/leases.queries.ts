import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'

/** A lease in hand: `fence` rises with each holder. */
export type LeaseRow = { mailbox_id: number; fence: number }

/** Takes those leases that are free or run out, or are ours already; each gets a higher fence. */
export async function takeLeases(
  db: Db,
  by: { instanceId: number; mailboxIds: readonly number[]; lifeMs: number },
): Promise<LeaseRow[]> {
  const taken = await sql<LeaseRow>`
    insert into mailbox_lease (mailbox_id, instance_id, fence, expires_at)
    select mailbox.id, ${by.instanceId}, 1, clock_timestamp() + ${by.lifeMs} * interval '1 millisecond'
    from mailbox where mailbox.id = any(${[...by.mailboxIds]}::bigint[]) order by mailbox.id
    on conflict (mailbox_id) do update set instance_id = excluded.instance_id,
      fence = mailbox_lease.fence + 1, expires_at = excluded.expires_at
    where mailbox_lease.expires_at < clock_timestamp() or mailbox_lease.instance_id = excluded.instance_id
    returning mailbox_id, fence`.execute(db)
  return taken.rows
}

/** Lengthens leases nobody took meanwhile. @returns those that are still ours */
export async function renewLeases(
  db: Db,
  by: { instanceId: number; leases: readonly LeaseRow[]; lifeMs: number },
): Promise<LeaseRow[]> {
  const renewed = await sql<LeaseRow>`
    update mailbox_lease set expires_at = clock_timestamp() + ${by.lifeMs} * interval '1 millisecond'
    from (select mailbox_id, fence from unnest(
      ${by.leases.map(lease => lease.mailbox_id)}::bigint[], ${by.leases.map(lease => lease.fence)}::bigint[]
    ) as held (mailbox_id, fence) order by mailbox_id) as held
    where mailbox_lease.mailbox_id = held.mailbox_id and mailbox_lease.fence = held.fence
      and mailbox_lease.instance_id = ${by.instanceId}
    returning mailbox_lease.mailbox_id, mailbox_lease.fence`.execute(db)
  return renewed.rows
}

/** Ends a lease at once; the row stays, so that its fence never falls. */
export async function endLease(db: Db, lease: LeaseRow): Promise<void> {
  await sql`
    update mailbox_lease set expires_at = '-infinity'
    where mailbox_id = ${lease.mailbox_id} and fence = ${lease.fence}`.execute(db)
}

/** Whether the lease is still ours, and keeps it so until the transaction ends. */
export async function lockLease(tx: Tx, lease: LeaseRow): Promise<boolean> {
  const held = await sql`
    select 1 from mailbox_lease
    where mailbox_id = ${lease.mailbox_id} and fence = ${lease.fence} for share`.execute(tx)
  return held.rows.length === 1
}

/**
 * A mailbox somebody should watch. `fingerprint` changes with its servers, user name and password, with what is granted to
 * it, with which folders are chosen (by whatever name), and with what is done after filing.
 */
export type WatchableRow = { id: number; fingerprint: string; is_leased: boolean }

/** Active mailboxes that are not removed, and whether a node other than this one holds them. */
export async function listWatchable(
  db: Db,
  by: { instanceId: number; withPractice: boolean },
): Promise<WatchableRow[]> {
  const found = await sql<WatchableRow>`
    select mailbox.id,
      md5(concat_ws('|', imap_host, imap_port, imap_security, imap_certificate, username,
        encode(password_sealed, 'hex'), extract(epoch from granted_at),
        extract(epoch from sign_in_app.updated_at), case when old_mail_held then 'held' end,
        case when after_marks_read then 'marks read' end, 'moves to ' || after_moves_to, (
          select string_agg(id || ' ' || is_watched, '|' order by id) from folder
          where mailbox_id = mailbox.id and is_watched is not null))) as fingerprint,
      coalesce(mailbox_lease.expires_at > clock_timestamp() and instance_id <> ${by.instanceId}, false) as is_leased
    from mailbox left join mailbox_lease on mailbox_lease.mailbox_id = mailbox.id
      left join mailbox_grant on mailbox_grant.mailbox_id = mailbox.id
      left join sign_in_app on sign_in_app.id = sign_in_app_id
    where state = 'active' and removed_at is null and (mailbox.kind = 'imap' or mailbox.kind = 'practice' and ${by.withPractice})
    order by mailbox.id`.execute(db)
  return found.rows
}
