import { sql } from 'kysely'
import type { Db } from '../../src/db/database.ts'
import { waitUntil } from './wait-until.ts'

/** Resolves once some statement in this database waits for a lock that another transaction holds. */
export async function waitUntilHeldUp(db: Db): Promise<void> {
  await waitUntil('a statement that waits for a lock', async () => {
    const { rows } = await sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
    return rows[0]
  })
}
