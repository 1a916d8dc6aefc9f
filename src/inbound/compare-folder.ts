import type { Db } from '../db/database.ts'
import type { ImapConnection } from '../mailboxes/imap-connection.ts'
import { compareUids, listMissingUids } from './find-missing-uids.ts'
import type { SyncFolder } from './open-folder.ts'
import { updateComparison } from './sync.queries.ts'

/** What a comparison found: the UIDs to fetch, and whether the ledger lacked any that it should have had. */
export type Comparison = { missing: number[]; wasBehind: boolean; serverCount: number }

/**
 * Compares all of the open folder with the ledger, and keeps how that stands against the server's own count, which also
 * tells of mails that its search left out. What came just now, above the cursor, is new and not missing; what somebody
 * took away is in neither number.
 */
export async function compareFolder(
  context: { db: Db; connection: ImapConnection },
  folder: SyncFolder,
): Promise<Comparison> {
  const { db, connection } = context
  const serverCount = connection.countMails()
  const { missing, shownCount } = await compareUids(context, folder, { fromUid: 1, undelivered: true })
  const known = missing.filter(uid => uid <= folder.cursorUid)
  const unknown = known.length === 0 ? [] : await listMissingUids(db, folder, known, 'unknown')
  const unshown = Math.max(0, serverCount - shownCount - folder.mailsBelow)
  const missingCount = unknown.length + unshown
  await updateComparison(db, folder.id, { serverCount, missingCount })
  return { missing, wasBehind: missingCount > 0, serverCount }
}
