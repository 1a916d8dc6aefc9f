import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { SealedSecret } from './sealed-secret.ts'
import type { SealedAppRow } from './sign-in-apps.queries.ts'

/** What was granted to a mailbox, with the app it was granted by, and how its tokens stand by the database's clock. */
export type GrantRow = Omit<SealedAppRow, 'id' | 'name'> & {
  address: string
  refresh_sealed: Buffer | null
  refresh_key_id: number | null
  access_sealed: Buffer
  access_key_id: number
  access_no: number
  /** Not yet to be renewed. */
  is_fresh: boolean
  /** Good for a sign-in still, though it may be to be renewed. */
  is_alive: boolean
  /** Made within the last ten seconds. */
  is_young: boolean
  /** The token could not be renewed a short time ago: `fault_code` says why. */
  is_barred: boolean
  fault_code: string | null
  fault_detail: string | null
  fault_is_final: boolean
  /** The database's clock. */
  now_at: Date
}

/**
 * Tokens as they are stored: to be renewed after `renewS`, over after `lifeS`. `refresh` null keeps the refresh token there
 * is; `refreshLifeS`: when that ends, null where nobody says.
 */
export type SealedTokens = {
  access: SealedSecret
  refresh: SealedSecret | null
  renewS: number
  lifeS: number
  refreshLifeS: number | null
}

/** What was granted to a mailbox that is not removed. */
export async function findGrant(db: Db, mailboxId: number): Promise<GrantRow | undefined> {
  const { rows } = await sql<GrantRow>`
    select m.address, a.kind, a.issuer, a.client_id, a.scopes, a.secret_sealed, a.secret_key_id,
      refresh_sealed, refresh_key_id, access_sealed, access_key_id, access_no,
      access_renew_at > clock_timestamp() as is_fresh,
      coalesce(access_ends_at > clock_timestamp() + interval '30 seconds', false) as is_alive,
      access_made_at > clock_timestamp() - interval '10 seconds' as is_young,
      barred_until > clock_timestamp() as is_barred, fault_code, fault_detail, fault_is_final, clock_timestamp() as now_at
    from mailbox_grant g join sign_in_app a on a.id = g.sign_in_app_id join mailbox m on m.id = g.mailbox_id
    where g.mailbox_id = ${mailboxId} and m.removed_at is null`.execute(db)
  return rows[0]
}

/** Whether an access token is over: to be renewed by now, or replaced. */
export async function hasTokenEnded(db: Db, mailboxId: number, accessNo: number): Promise<boolean> {
  const { rows } = await sql<{ has_ended: boolean }>`
    select access_no <> ${accessNo} or access_renew_at <= clock_timestamp() as has_ended
    from mailbox_grant where mailbox_id = ${mailboxId}`.execute(db)
  return rows[0]?.has_ended ?? true
}

/**
 * Claims the renewal of tokens for `lifeMs`, if nobody holds it and they are still those.
 *
 * @returns the number of the claim, undefined where somebody else renews or has renewed
 */
export async function claimRenewal(
  db: Db,
  of: { mailboxId: number; accessNo: number; lifeMs: number },
): Promise<number | undefined> {
  const { rows } = await sql<{ lease_no: number }>`
    update mailbox_grant set lease_no = lease_no + 1,
      lease_until = clock_timestamp() + ${of.lifeMs} * interval '1 millisecond'
    where mailbox_id = ${of.mailboxId} and access_no = ${of.accessNo} and lease_until <= clock_timestamp()
    returning lease_no`.execute(db)
  return rows[0]?.lease_no
}

// By then an end that is told anew each time is far from one that stays: an answer takes seconds.
const judgedAfterS = 30

/**
 * Stores renewed tokens under the claim: all of them or none. An end of the refresh token that came nearer since the last
 * renewal stands; one that moved along does so with each.
 *
 * @returns whether the claim still held
 */
export async function updateTokens(
  db: Db,
  claim: { mailboxId: number; leaseNo: number },
  { access, refresh, renewS, lifeS, refreshLifeS }: SealedTokens,
): Promise<boolean> {
  const endsAt = sql`clock_timestamp() + ${refreshLifeS}::integer * interval '1 second'`
  const updated = await sql`
    update mailbox_grant set access_sealed = ${access.sealed}, access_key_id = ${access.keyId},
      access_no = access_no + 1, access_made_at = clock_timestamp(),
      access_renew_at = clock_timestamp() + ${renewS} * interval '1 second',
      access_ends_at = clock_timestamp() + ${lifeS} * interval '1 second',
      refresh_sealed = coalesce(${refresh?.sealed ?? null}, refresh_sealed),
      refresh_key_id = coalesce(${refresh?.keyId ?? null}, refresh_key_id),
      refresh_ends_at = coalesce(${endsAt}, case when ${refresh === null} then refresh_ends_at end),
      refresh_end_moves = case
        when access_made_at > clock_timestamp() - ${judgedAfterS} * interval '1 second' then refresh_end_moves
        else coalesce(${endsAt} - refresh_ends_at > (clock_timestamp() - access_made_at) / 2,
          case when ${refresh === null} then refresh_end_moves end) end,
      lease_until = '-infinity', barred_until = '-infinity', fault_code = null, fault_detail = null,
      fault_is_final = false
    where mailbox_id = ${claim.mailboxId} and lease_no = ${claim.leaseNo}`.execute(db)
  return updated.numAffectedRows === 1n
}

/** Gives the claim back with the cause, and lets nobody try for a time; does nothing where the claim has run out. */
export async function barRenewal(
  db: Db,
  claim: { mailboxId: number; leaseNo: number },
  fault: { code: string; detail: string | null; isFinal: boolean; forS: number },
): Promise<void> {
  await sql`
    update mailbox_grant set lease_until = '-infinity', fault_code = ${fault.code}, fault_detail = ${fault.detail},
      fault_is_final = ${fault.isFinal}, barred_until = clock_timestamp() + ${fault.forS} * interval '1 second'
    where mailbox_id = ${claim.mailboxId} and lease_no = ${claim.leaseNo}`.execute(db)
}

/** Enters what was granted to a mailbox, in place of what was before; the number of its access token goes on rising. */
export async function upsertGrant(
  tx: Tx,
  grant: { mailboxId: number; appId: number; grantedTo: string | null; tokens: SealedTokens },
): Promise<void> {
  const { access, refresh, renewS, lifeS, refreshLifeS } = grant.tokens
  await sql`
    insert into mailbox_grant (mailbox_id, sign_in_app_id, granted_to, refresh_sealed, refresh_key_id, access_sealed,
      access_key_id, access_renew_at, access_ends_at, refresh_ends_at)
    values (${grant.mailboxId}, ${grant.appId}, ${grant.grantedTo}, ${refresh?.sealed ?? null}, ${refresh?.keyId ?? null},
      ${access.sealed}, ${access.keyId}, clock_timestamp() + ${renewS} * interval '1 second',
      clock_timestamp() + ${lifeS} * interval '1 second',
      clock_timestamp() + ${refreshLifeS}::integer * interval '1 second')
    on conflict (mailbox_id) do update set sign_in_app_id = excluded.sign_in_app_id, granted_to = excluded.granted_to,
      granted_at = excluded.granted_at, refresh_sealed = excluded.refresh_sealed, refresh_key_id = excluded.refresh_key_id,
      access_sealed = excluded.access_sealed, access_key_id = excluded.access_key_id,
      access_no = mailbox_grant.access_no + 1, access_made_at = excluded.access_made_at,
      access_renew_at = excluded.access_renew_at, access_ends_at = excluded.access_ends_at,
      refresh_ends_at = excluded.refresh_ends_at, refresh_end_moves = null,
      lease_no = mailbox_grant.lease_no + 1, lease_until = '-infinity',
      barred_until = '-infinity', fault_code = null, fault_detail = null, fault_is_final = false`.execute(tx)
}

/** Forgets what was granted to a mailbox: it signs in by a password from now on. */
export async function deleteGrant(tx: Tx, mailboxId: number): Promise<void> {
  await sql`delete from mailbox_grant where mailbox_id = ${mailboxId}`.execute(tx)
}
