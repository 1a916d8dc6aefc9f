import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'

/** Sets the state with its cause; `state_at` says since when this cause holds. @returns whether the mailbox is there */
export async function updateState(
  db: Db | Tx,
  mailboxId: number,
  state: 'active' | 'paused',
  problem: { code: string; detail: string | null } | null,
): Promise<boolean> {
  const updated = await sql`
    update mailbox set state = ${state}, state_code = ${problem?.code ?? null},
      state_detail = ${problem?.detail ?? null}, state_at = clock_timestamp()
    where id = ${mailboxId} and removed_at is null`.execute(db)
  return updated.numAffectedRows === 1n
}

/** Records a fault without stopping anything; the same cause keeps its first moment. */
export async function updateProblem(
  db: Db | Tx,
  mailboxId: number,
  problem: { code: string; detail: string | null },
): Promise<void> {
  await sql`
    update mailbox set state_code = ${problem.code}, state_detail = ${problem.detail},
      state_at = case when state_code = ${problem.code} then state_at else clock_timestamp() end
    where id = ${mailboxId} and state = 'active'`.execute(db)
}

// A fault of sending stays; any other is over.
const faultOfSending = sql`state_code = case when state_code like 'smtp-%' then state_code end,
  state_detail = case when state_code like 'smtp-%' then state_detail end,
  state_at = case when state_code like 'smtp-%' then state_at end`

/** Records that the mail is fetched up to now, and clears a fault of fetching. */
export async function updateFetched(db: Db, mailboxId: number, mode: 'idle' | 'poll'): Promise<void> {
  await sql`
    update mailbox set fetched_at = clock_timestamp(), fetch_mode = ${mode},
      ${faultOfSending}
    where id = ${mailboxId} and state = 'active'`.execute(db)
}

/** Records that a mail was handed in, once a second at most, and clears what is no fault of sending. */
export async function updateHandedIn(db: Db, mailboxId: number): Promise<void> {
  await sql`
    update mailbox set fetched_at = clock_timestamp(),
      ${faultOfSending}
    where id = ${mailboxId} and kind = 'intake' and state = 'active'
      and coalesce(fetched_at, '-infinity') < clock_timestamp() - interval '1 second'`.execute(db)
}

/** Records that the mail server took a mail, and clears a fault of sending. */
export async function updateSent(db: Db | Tx, mailboxIds: readonly number[]): Promise<void> {
  await sql`${kept}
    update mailbox set sent_at = clock_timestamp(),
      state_code = case when state_code like 'smtp-%' then null else state_code end,
      state_detail = case when state_code like 'smtp-%' then null else state_detail end,
      state_at = case when state_code like 'smtp-%' then null else state_at end
    where id = any(${[...mailboxIds]}::bigint[]) and (state_code like 'smtp-%'
      or coalesce(sent_at, '-infinity') < clock_timestamp() - interval '1 second')`.execute(db)
}

/** Keeps how full the mailbox is by its server's word; null: it does not say. */
export async function updateQuota(
  db: Db,
  mailboxId: number,
  quota: { usedBytes: number; limitBytes: number } | null,
): Promise<void> {
  await sql`
    update mailbox set quota_used_bytes = ${quota?.usedBytes ?? null},
      quota_limit_bytes = ${quota?.limitBytes ?? null}, quota_at = clock_timestamp()
    where id = ${mailboxId}`.execute(db)
}
