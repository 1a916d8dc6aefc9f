import type { Environment } from '../config.ts'
import { retryAllQuarantined } from '../inbound/unfiled-mail.ts'
import { runOnTables } from './run-on-tables.ts'

/**
 * `letterdesk refile-mail`: after an upgrade, gives all quarantined mail three new attempts. A running
 * worker files it within a second; with the embedded database, which one process owns, the next start.
 *
 * @returns the exit code
 */
export async function refileMail(env: Environment): Promise<number> {
  return await runOnTables(env, async ({ db, log }) => {
    log.info({ count: await retryAllQuarantined(db) }, 'quarantined mail is due again')
    return 0
  })
}
