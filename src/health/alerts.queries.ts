import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { AlertTrouble } from '../shared/health-words.ts'
import type { Language } from '../shared/vocabulary.ts'
import type { Finding, OpenAlert } from './step-alerts.ts'

/** An alert as people see it. */
export type AlertRow = {
  id: number
  trouble: AlertTrouble
  mailboxId: number | null
  name: string
  code: string | null
  detail: string | null
  beganAt: Date
  endsAt: Date | null
  openedAt: Date
  closedAt: Date | null
}

const columns = sql`id, trouble, mailbox_id as "mailboxId", name, code, detail, began_at as "beganAt",
  ends_at as "endsAt", opened_at as "openedAt", closed_at as "closedAt"`

/**
 * Makes this node the one that steps the alerts now, until the end of the transaction.
 *
 * @returns the moment of the database's clock
 */
export async function lockAlerts(tx: Tx): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`
    update health_setting set looked_at = clock_timestamp() returning looked_at as now`.execute(tx)
  return rows[0]?.now ?? new Date(0)
}

/** The alerts that are not over. */
export async function listUnclosed(tx: Tx): Promise<OpenAlert[]> {
  const { rows } = await sql<OpenAlert>`
    select id, key, stage, gone_at as "goneAt", (select count(*) from health_alert b
      where b.key = a.key and b.closed_at > clock_timestamp() - interval '6 hours') as before
    from health_alert a where closed_at is null`.execute(tx)
  return rows
}

/** Enters an alert. @returns its id */
export async function insertAlert(
  tx: Tx,
  finding: Finding & { stage: number | null },
  now: Date,
): Promise<number> {
  const { key, trouble, mailboxId, name, code, detail, began, endsAt, stage } = finding
  const { rows } = await sql<{ id: number }>`
    insert into health_alert (key, trouble, mailbox_id, name, code, detail, began_at, ends_at, stage, opened_at)
    values (${key}, ${trouble}, ${mailboxId}, ${name}, ${code}, ${detail}, ${began.toISOString()}::timestamptz,
      ${endsAt?.toISOString() ?? null}::timestamptz, ${stage}, ${now.toISOString()}::timestamptz)
    returning id`.execute(tx)
  return rows[0]?.id ?? 0
}

/** Notes that the trouble of an alert is still there, in the words of now. */
export async function updateSeen(tx: Tx, id: number, { name, code, detail, endsAt }: Finding): Promise<void> {
  await sql`
    update health_alert set gone_at = null, name = ${name}, code = coalesce(${code}, code),
      detail = case when ${code}::text is null then detail else ${detail} end,
      ends_at = ${endsAt?.toISOString() ?? null}::timestamptz
    where id = ${id}`.execute(tx)
}

/** An end came nearer. */
export async function updateStage(tx: Tx, id: number, stage: number): Promise<void> {
  await sql`update health_alert set stage = ${stage} where id = ${id}`.execute(tx)
}

/** Not to be seen any more since now. */
export async function updateGone(tx: Tx, ids: readonly number[], now: Date): Promise<void> {
  await sql`update health_alert set gone_at = ${now.toISOString()}::timestamptz
    where id = any(${[...ids]}::bigint[])`.execute(tx)
}

/** Their causes stayed away: each may be opened anew, as another alert. */
export async function updateClosed(tx: Tx, ids: readonly number[], now: Date): Promise<void> {
  await sql`update health_alert set closed_at = ${now.toISOString()}::timestamptz
    where id = any(${[...ids]}::bigint[])`.execute(tx)
}

/** What is to be seen now, the oldest first; what is gone and not yet told to be over is not among it. */
export async function listOpenAlerts(db: Db): Promise<AlertRow[]> {
  const { rows } = await sql<AlertRow>`
    select ${columns} from health_alert where closed_at is null and gone_at is null order by opened_at, id`.execute(
    db,
  )
  return rows
}

/** One alert, open or over. */
export async function findAlert(db: Db, id: number): Promise<AlertRow | undefined> {
  const { rows } = await sql<AlertRow>`select ${columns} from health_alert where id = ${id}`.execute(db)
  return rows[0]
}

/** Forgets alerts that were over a month ago. */
export async function deleteOldAlerts(tx: Tx): Promise<void> {
  await sql`delete from health_alert where closed_at < clock_timestamp() - interval '30 days'`.execute(tx)
}

/** Who is told by mail: every owner and admin who is active. */
export async function listAdmins(db: Db | Tx): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from agent where role in ('owner', 'admin') and state = 'active' order by id`.execute(db)
  return rows.map(row => row.id)
}

/** An admin as they are written to. */
export async function findAdmin(
  db: Db,
  agentId: number,
): Promise<{ name: string; email: string; language: Language } | undefined> {
  const { rows } = await sql<{ name: string; email: string; language: Language }>`
    select name, email, language from agent
    where id = ${agentId} and role in ('owner', 'admin') and state = 'active'`.execute(db)
  return rows[0]
}

/** Writes down that somebody is told; @returns false when it was written down before */
export async function insertNotice(
  db: Db,
  notice: { alertId: number; what: string; reader: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into health_notice (alert_id, what, reader) values (${notice.alertId}, ${notice.what}, ${notice.reader})
    on conflict do nothing`.execute(db)
  return numAffectedRows === 1n
}

/** Takes that back. */
export async function deleteNotice(
  db: Db,
  notice: { alertId: number; what: string; reader: string },
): Promise<void> {
  await sql`delete from health_notice
    where (alert_id, what, reader) = (${notice.alertId}, ${notice.what}, ${notice.reader})`.execute(db)
}

/** Whether somebody was told anything of an alert. */
export async function wasTold(db: Db, alertId: number, reader: string): Promise<boolean> {
  const { rows } = await sql`
    select from health_notice where alert_id = ${alertId} and reader = ${reader} limit 1`.execute(db)
  return rows.length > 0
}

/** The setting: when alerts were last stepped, and the webhook, still sealed. */
export type HealthSetting = {
  lookedAt: Date | null
  webhookSealed: Buffer | null
  webhookKeyId: number | null
  webhookHost: string | null
}

/** The one row of it. */
export async function getHealthSetting(db: Db | Tx): Promise<HealthSetting> {
  const { rows } = await sql<HealthSetting>`
    select looked_at as "lookedAt", webhook_sealed as "webhookSealed", webhook_key_id as "webhookKeyId",
      webhook_host as "webhookHost" from health_setting`.execute(db)
  const [row] = rows
  if (row === undefined) throw new RangeError('health_setting has no row')
  return row
}

/** Keeps where alerts are posted to, or that they are nowhere. */
export async function updateWebhook(
  db: Db,
  webhook: { sealed: Buffer; keyId: number; host: string } | null,
): Promise<void> {
  await sql`
    update health_setting set webhook_sealed = ${webhook?.sealed ?? null},
      webhook_key_id = ${webhook?.keyId ?? null}, webhook_host = ${webhook?.host ?? null}`.execute(db)
}
