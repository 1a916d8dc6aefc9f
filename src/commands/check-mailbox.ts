import { randomBytes } from 'node:crypto'
import { withDatabase } from '../app.ts'
import { type Config, type Environment, loadConfig } from '../config.ts'
import { type Db, openDatabase } from '../db/database.ts'
import { openKeyRing } from '../db/key-ring.ts'
import { systemClock } from '../lib/clock.ts'
import { createLog, type Log } from '../lib/log.ts'
import { readOrMakeSecretKey } from '../lib/secret-key.ts'
import { checkConnected } from '../mailboxes/connect-mailbox.ts'
import { listMailboxViews } from '../mailboxes/mailbox-view.ts'

/**
 * `letterdesk check-mailbox`: runs the check list of every connected mailbox with its stored password,
 * one line per mailbox. It changes nothing. With the embedded database, stop the inbox first.
 *
 * @returns the exit code: 1 when one of them fails
 */
export async function checkMailboxes(env: Environment): Promise<number> {
  const { config } = loadConfig(env)
  const log = createLog({ level: config.logLevel })
  return await withDatabase(config, log, async ({ databaseUrl }) => {
    const { db, close } = openDatabase({ url: databaseUrl, log, maxConnections: 1 })
    try {
      return (await checkAll(db, config, log)) ? 0 : 1
    } finally {
      await close()
    }
  })
}

async function checkAll(db: Db, config: Config, log: Log): Promise<boolean> {
  const secretKey = config.secretKey ?? (await readOrMakeSecretKey(config.dataDir, randomBytes))
  const keys = await openKeyRing(db, { secretKey, oldSecretKey: config.oldSecretKey })
  const trust = { extraCa: config.extraCa, allowPrivateHosts: config.allowPrivateHosts }
  const mailboxes = (await listMailboxViews(db, 'all')).filter(mailbox => mailbox.kind === 'imap')
  let isFine = true
  for (const { id } of mailboxes) {
    const { ok, steps } = await checkConnected({ db, keys, log, clock: systemClock, trust }, id)
    const failed = steps.find(step => !step.ok)
    if (ok) log.info({ mailboxId: id }, 'mailbox passes its check')
    else log.error({ mailboxId: id, step: failed?.step, code: failed?.code }, 'mailbox fails its check')
    isFine &&= ok
  }
  return isFine
}
