import type { Db } from '../db/database.ts'
import type { Log } from '../lib/log.ts'
import { deleteExpired } from './jobs.queries.ts'

/**
 * Deletes expired sessions, links 30 days after their end, uploads neither sent within 24 hours nor in a
 * draft, tabs that are gone, keys that signed mail until 14 days ago, actions after a day, views removed 30 days ago, as fields of customers with their values, tickets last seen then, counters of attempts, of senders who are quiet again, what was decided on automatic mail a week
 * ago, and answers to named requests after 24 hours. Safe at any time and on several nodes at once.
 */
export async function cleanUp({ db, log }: { db: Db; log: Log }): Promise<void> {
  log.info({ deleted: await deleteExpired(db) }, 'expired rows deleted')
}
