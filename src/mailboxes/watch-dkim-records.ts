import { type Db, inTransaction } from '../db/database.ts'
import type { Log } from '../lib/log.ts'
import { listSigningKeys, updateDkimCheck } from './dkim-keys.queries.ts'
import { type LookUpNeeds, lookUpRecord } from './look-up-record.ts'

/**
 * Looks up the record of every key that signs, so that one that went with a move of the DNS is the mailbox's problem the
 * day after. Where DNS does not answer, what was found before stays.
 */
export async function watchDkimRecords(needs: LookUpNeeds & { db: Db; log: Log }): Promise<void> {
  for (const key of await listSigningKeys(needs.db)) {
    const look = await lookUpRecord(needs, key)
    if (look.code === 'unreachable') continue
    await inTransaction(needs.db, tx => updateDkimCheck(tx, key.id, look))
    if (look.code !== 'right') {
      needs.log.warn({ domain: key.domain, outcome: look.code }, 'the record of a key that signs is wrong')
    }
  }
}
