import type { Db } from '../db/database.ts'
import type { ImapConnection } from '../mailboxes/imap-connection.ts'
import { outsideOf } from '../mailboxes/uid-set.ts'
import type { SyncFolder } from './open-folder.ts'
import { listHeldRuns, noteOldWhole } from './sync.queries.ts'

/** How far below the cursor each poll looks: a replicated server may show 1005 before 1004. */
export const LOOK_BACK_UIDS = 500

const comparedAtOnce = 100_000

/**
 * Compares what the server shows with the ledger: the UIDs from `fromUid` on (never below the folder's start) that have
 * no row yet, ascending, but for old ones while those are halted. The cursor only saves work; this set is the truth.
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

/** The missing UIDs as `findMissingUids` has them, and how many the server showed. */
export async function compareUids(
  { db, connection }: { db: Db; connection: ImapConnection },
  folder: SyncFolder,
  scope: { fromUid: number; undelivered?: true },
): Promise<{ missing: number[]; shownCount: number }> {
  const lowest = Math.max(scope.fromUid, folder.belowUid)
  const kind = scope.undelivered === true ? 'undelivered' : 'unknown'

  const shown = await connection.searchUids({ fromUid: lowest })
  const missing = await listMissingUids(db, folder, shown, kind)
  const isOld = (uid: number) => uid < folder.oldBelowUid
  if (lowest <= folder.belowUid && !missing.some(isOld)) await noteOldWhole(db, folder)
  return {
    missing: withoutHeld(folder, missing),
    shownCount: shown.length,
  }
}

/**
 * Of these UIDs, ascending, those without a ledger row; `undelivered` adds those whose row says that the server would not
 * give their bytes, or had them no longer, though it shows them now.
 */
export async function listMissingUids(
  db: Db,
  folder: SyncFolder,
  uids: readonly number[],
  scope: 'unknown' | 'undelivered',
): Promise<number[]> {
  const missing: number[][] = []
  for (let at = 0; at < uids.length; at += comparedAtOnce) {
    const some = uids.slice(at, at + comparedAtOnce)
    const between = { first: some[0] ?? 0, last: some.at(-1) ?? 0 }
    missing.push(outsideOf(some, await listHeldRuns(db, folder, between, scope)))
  }
  return missing.flat()
}

/** Of some UIDs those that are fetched now: not the old ones while old mail is halted. */
export function withoutHeld(folder: SyncFolder, uids: readonly number[]): number[] {
  return folder.isOldHeld ? uids.filter(uid => uid >= folder.oldBelowUid) : [...uids]
}
