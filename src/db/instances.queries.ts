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
    .set({ alive_at: sql<Date>`clock_timestamp()` })
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
