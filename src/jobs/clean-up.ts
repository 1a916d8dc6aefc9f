import type { Db } from '../db/database.ts'
import type { Log } from '../lib/log.ts'

/** What goes by its age, by the name the log gives it: each deletes its rows that are too old and says how many they were. */
export type ExpiringRows = Readonly<Record<string, (db: Db) => Promise<number>>>

/**
 * Deletes what has expired, one kind after the other. Each kind is known to the folder whose rows they are, with its
 * age. Safe at any time and on several nodes at once.
 */
export async function cleanUp({ db, log }: { db: Db; log: Log }, expiring: ExpiringRows): Promise<void> {
  const deleted: Record<string, number> = {}
  for (const [name, deleteExpired] of Object.entries(expiring)) deleted[name] = await deleteExpired(db)
  log.info({ deleted }, 'expired rows deleted')
}
