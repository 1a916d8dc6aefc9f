import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Writes the row of a node that starts. @returns its id */
export async function insertInstance(db: Db): Promise<number> {
  const row = await db.insertInto('instance').defaultValues().returning('id').executeTakeFirstOrThrow()
  return row.id
}

/** Marks the node alive by the database's clock. @returns false when its row is gone */
export async function touchInstance(db: Db, instanceId: number): Promise<boolean> {
  const result = await db
    .updateTable('instance')
    .set({
      alive_at: sql<Date>`clock_timestamp()`,
      mail_intake_at: sql<Date | null>`case when mail_intake <> '{}' then clock_timestamp() else mail_intake_at end`,
    })
    .where('id', '=', instanceId)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Marks the node as gone, so that others take over at once instead of after its silence. */
export async function markInstanceGone(db: Db, instanceId: number): Promise<void> {
  await db
    .updateTable('instance')
    .set({ alive_at: new Date(0) })
    .where('id', '=', instanceId)
    .execute()
}

/** Marks every other node as gone and ends its leases; the rows stay, so that no fence falls. */
export async function markOthersGone(db: Db, instanceId: number): Promise<void> {
  await sql`
    with gone as (
      update instance set alive_at = to_timestamp(0)
      where id <> ${instanceId} and alive_at > to_timestamp(0) returning id)
    update mailbox_lease set expires_at = '-infinity' from gone where instance_id = gone.id`.execute(db)
}

/** The ids of nodes silent for longer than `silentForMs`, by the database's clock. */
export async function listSilentInstances(db: Db, options: { silentForMs: number }): Promise<number[]> {
  const rows = await db
    .selectFrom('instance')
    .select('id')
    .where('alive_at', '<', sql<Date>`clock_timestamp() - ${options.silentForMs} * interval '1 ms'`)
    .orderBy('id')
    .execute()
  return rows.map(row => row.id)
}

/** Writes through which doors the node takes mail that is handed in, as in MAIL_INTAKE. */
export async function updateMailIntake(db: Db, instanceId: number, doors: readonly string[]): Promise<void> {
  await db
    .updateTable('instance')
    .set({ mail_intake: [...doors], mail_intake_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', instanceId)
    .execute()
}

/** The doors that living nodes keep open, without doubles. */
export async function listMailIntake(db: Db, options: { silentForMs: number }): Promise<string[]> {
  const { rows } = await sql<{ door: string }>`
    select distinct unnest(mail_intake) as door from instance
    where alive_at > clock_timestamp() - ${options.silentForMs} * interval '1 ms' order by door`.execute(db)
  return rows.map(row => row.door)
}
