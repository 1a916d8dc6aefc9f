import type { Db } from '../db/database.ts'
import type { Log } from '../lib/log.ts'
import { deleteExpired } from './jobs.queries.ts'

/**
 * Deletes rows that nobody may use any more: sessions and links that have ended, uploads that no draft names, and what
 * only serves the work of a day. docs/retention.md has each with its age. Safe at any time and on several nodes at once.
 */
export async function cleanUp({ db, log }: { db: Db; log: Log }): Promise<void> {
  log.info({ deleted: await deleteExpired(db) }, 'expired rows deleted')
}
