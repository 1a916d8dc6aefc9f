import { withDatabase } from '../app.ts'
import { type Environment, loadConfig } from '../config.ts'
import { openDatabase } from '../db/database.ts'
import { retryAllQuarantined } from '../inbound/unfiled-mail.ts'
import { createLog } from '../lib/log.ts'

/**
 * `letterdesk refile-mail`: after an upgrade, gives all quarantined mail three new attempts. A running
 * worker files it within a second; with the embedded database, which one process owns, the next start.
 *
 * @returns the exit code
 */
export async function refileMail(env: Environment): Promise<number> {
  const { config } = loadConfig(env)
  const log = createLog({ level: config.logLevel })
  return await withDatabase(config, log, async ({ databaseUrl }) => {
    const { db, close } = openDatabase({ url: databaseUrl, log, maxConnections: 1 })
    try {
      log.info({ count: await retryAllQuarantined(db) }, 'quarantined mail is due again')
      return 0
    } finally {
      await close()
    }
  })
}
