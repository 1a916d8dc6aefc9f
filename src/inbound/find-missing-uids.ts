import type { Db } from '../db/database.ts'
import type { ImapConnection } from '../mailboxes/imap-connection.ts'
import type { SyncFolder } from './open-folder.ts'
import { listMissingUids, noteOldWhole } from './sync.queries.ts'

/** How far below the cursor each poll looks: a replicated server may show 1005 before 1004. */
export const LOOK_BACK_UIDS = 500

const comparedAtOnce = 10_000

/**
 * Compares what the server shows with the ledger: the UIDs from `fromUid` on (never below the folder's
 * start) that have no row yet, ascending, but for old ones while those are halted. The cursor only saves work; this set is the truth.
 *
 * @param scope.undelivered asks again for those the server would not deliver before
 */
export async function findMissingUids(
  context: { db: Db; connection: ImapConnection },
  folder: SyncFolder,
  scope: { fromUid: number; undelivered?: true },
): Promise<number[]> {
  return (await compareUids(context, folder, scope)).missing
}

/** The same, with how many UIDs the server showed. */
export async function compareUids(
  { db, connection }: { db: Db; connection: ImapConnection },
  folder: SyncFolder,
  scope: { fromUid: number; undelivered?: true },
): Promise<{ missing: number[]; shownCount: number }> {
  const lowest = Math.max(scope.fromUid, folder.belowUid)
  const kind = scope.undelivered === true ? 'undelivered' : 'unknown'

  // `n:*` answers the last mail even when its UID is below n (RFC 3501 §6.4.8).
  const shown = (await connection.searchUids({ fromUid: lowest })).filter(uid => uid >= lowest)
  const missing: number[] = []
  for (let at = 0; at < shown.length; at += comparedAtOnce) {
    missing.push(...(await listMissingUids(db, folder, shown.slice(at, at + comparedAtOnce), kind)))
  }
  const isOld = (uid: number) => uid < folder.oldBelowUid
  if (lowest <= folder.belowUid && !missing.some(isOld)) await noteOldWhole(db, folder)
  return {
    missing: withoutHeld(folder, missing),
    shownCount: shown.length,
  }
}

/** Of some UIDs those that are fetched now: not the old ones while old mail is halted. */
export function withoutHeld(folder: SyncFolder, uids: readonly number[]): number[] {
  return folder.isOldHeld ? uids.filter(uid => uid >= folder.oldBelowUid) : [...uids]
}
