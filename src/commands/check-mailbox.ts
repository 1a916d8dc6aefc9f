import { type Config, type Environment, trustOf } from '../config.ts'
import type { Db } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { checkConnected } from '../mailboxes/connect-mailbox.ts'
import { listMailboxViews } from '../mailboxes/mailbox-view.ts'
import { runOnTables } from './run-on-tables.ts'

/**
 * `letterdesk check-mailbox`: runs the check list of every connected mailbox with its stored password,
 * one line per mailbox. It changes nothing. With the embedded database, stop the inbox first.
 *
 * @returns the exit code: 1 when one of them fails
 */
export async function checkMailboxes(env: Environment): Promise<number> {
  return await runOnTables(env, async tables => ((await checkAll(tables)) ? 0 : 1))
}

async function checkAll(given: { db: Db; keys: KeyRing; config: Config; log: Log }): Promise<boolean> {
  const { db, keys, log } = given
  const needs = {
    db,
    keys,
    log,
    clock: systemClock,
    trust: trustOf(given.config),
    dnsServers: given.config.dnsServers,
  }
  const mailboxes = (await listMailboxViews(db, 'all')).filter(mailbox => mailbox.kind !== 'practice')
  let isFine = true
  for (const { id } of mailboxes) {
    const { ok, steps } = await checkConnected(needs, id)
    const failed = steps.find(step => !step.ok)
    if (ok) log.info({ mailboxId: id }, 'mailbox passes its check')
    else log.error({ mailboxId: id, step: failed?.step, code: failed?.code }, 'mailbox fails its check')
    isFine &&= ok
  }
  return isFine
}
