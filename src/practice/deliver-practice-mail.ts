import { type Db, inTransaction } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { appendPracticeMail } from './practice.queries.ts'

/**
 * Puts a mail into the INBOX of each practice address, all or none, and rings the practice bell.
 * Addresses compare in lower case; `keepIn` also files it into the sender's own Sent folder.
 */
export async function deliverPracticeMail(
  { db, bells }: { db: Db; bells: Bells },
  addresses: readonly string[],
  raw: Buffer,
  options: { keepIn?: string } = {},
): Promise<void> {
  await inTransaction(db, async tx => {
    for (const address of addresses.map(given => given.toLowerCase()).sort()) {
      await appendPracticeMail(tx, { address, path: 'INBOX', raw, flags: [] })
    }
    if (options.keepIn === undefined) return
    await appendPracticeMail(tx, { address: options.keepIn, path: 'Sent', raw, flags: [] })
  })
  bells.ring('practice')
}
