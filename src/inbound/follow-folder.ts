import type { Log } from '../lib/log.ts'
import { FolderRefused } from '../mailboxes/imap-connection.ts'
import { noteFetched, noteQuota } from '../mailboxes/mailbox-state.ts'
import { catchUpFolder } from './catch-up-folder.ts'
import { compareFolder } from './compare-folder.ts'
import { findMissingUids, LOOK_BACK_UIDS, withoutHeld } from './find-missing-uids.ts'
import { LeaseLost } from './mailbox-leases.ts'
import { matchSome } from './match-generation.ts'
import { openSyncFolder, type SyncFolder } from './open-folder.ts'
import { makeTidying, type TidyContext, type Tidying } from './tidy-filed.ts'
import { makeRounds, noteRefused, strongerOf, type Visit, type VisitContext } from './visit-folders.ts'
import { findWatchedFolders } from './watched-folders.ts'

/** How often a watcher looks, in milliseconds. */
export type SyncTiming = {
  /** The longest wait in IDLE, and between two polls where there is no IDLE. */
  idleMs: number
  /** How long the server may take to answer the poll after it. */
  proofTimeoutMs: number
  /** How often the whole folder is compared with the ledger. */
  fullCompareMs: number
}

/** A dead connection is noticed after 35 s at most, and its mail is there within 60 s. */
export const SYNC_TIMING: SyncTiming = { idleMs: 20_000, proofTimeoutMs: 15_000, fullCompareMs: 15 * 60_000 }

export type FollowContext = VisitContext & TidyContext & { timing: SyncTiming; log: Log }

const backlogAtOnce = 500
const notedEveryMs = 5_000
// A server that tells of news without an end gets no round trip after the other: it would hold up other mailboxes.
const leastRoundMs = 250

/**
 * Brings the watched folders into the ledger and keeps them there until the signal: everything missing of the first,
 * which is INBOX mostly, new mail before old, then of the others (visit-folders.ts), then IDLE with a poll that does not
 * trust it. Whether mail is new is decided by what the ledger lacks, never by flags or dates; the folders are left as
 * they were found, but for what the mailbox wishes for new mail once it is filed (tidy-filed.ts).
 *
 * A first folder that does not let us in is told, and asked again now and then; the next one is listened to meanwhile.
 *
 * @throws RemoteFault when the connection broke; FolderRefused when no folder lets us in
 * @throws LeaseLost
 */
export async function followFolders(context: FollowContext): Promise<void> {
  const { lease, refused, signal } = context
  while (!signal.aborted) {
    const watched = await findWatchedFolders({ ...context, mailboxId: lease.mailboxId })
    const paths = watched.map(({ path }) => path)
    const path = paths.find(one => !refused.has(one))
    if (path === undefined) throw refused.get(paths[0] ?? '')
    const visitOthers = makeRounds(
      context,
      paths.filter(one => one !== path),
    )
    const { tidy, wakeWhenDue } = await makeTidying(context)
    const before = paths.slice(0, paths.indexOf(path))
    const round = async () => strongerOf(await visitOthers(), await tidy())
    try {
      await followFolder({ ...context, path, before, wakeWhenDue }, round)
    } catch (fault) {
      if (!(fault instanceof FolderRefused)) throw fault
      await noteRefused(context, fault)
    }
  }
}

/** `before`: folders that would be listened to in place of this one, if they let us in. */
type FirstContext = FollowContext & { path: string; before: readonly string[] } & Pick<Tidying, 'wakeWhenDue'>

/**
 * Follows the first folder, the others beside it, until it is time to ask anew which there are: soon where one is gone,
 * but not without end, as a server may list what it does not have; at once where one before it lets us in again.
 */
async function followFolder(context: FirstContext, visitOthers: () => Promise<Visit>): Promise<void> {
  const { before, clock, refused, signal, timing } = context
  const note = makeNote(context)
  const beganMs = clock.monotonicMs()
  let { place, missing } = await compareAll(context)
  while (!signal.aborted) {
    if (missing.length > 0) {
      missing = await catchUpSome(context, place, missing)
      await note()
      continue
    }
    await note()
    const visit = await visitOthers()
    if (before.some(one => !refused.has(one))) return
    if (visit !== 'nothing') ({ place, missing } = await comeBack(context, place))
    if (visit === 'more' || missing.length > 0) continue
    if (clock.monotonicMs() - beganMs >= listLifeMs(timing, visit)) return
    ;({ place, missing } = await waitForNews(context, place))
  }
}

function listLifeMs({ idleMs, fullCompareMs }: SyncTiming, visit: Visit): number {
  return visit === 'gone' ? idleMs : fullCompareMs
}

type Standing = { place: Place; missing: number[] }

/** @returns what is missing after it; nothing where the watch ends */
async function waitForNews(context: FirstContext, place: Place): Promise<Standing> {
  const { clock, connection, lease, signal, timing } = context
  const isOver = new AbortController()
  const waking = context.wakeWhenDue(isOver.signal)
  try {
    await connection.idle({ clock, maxMs: timing.idleMs, proofTimeoutMs: timing.proofTimeoutMs, signal })
  } finally {
    isOver.abort()
    await waking
  }
  const early = leastRoundMs - (clock.monotonicMs() - place.foundNothingAtMs)
  if (early > 0) await clock.pause(early, signal)
  if (signal.aborted) return { place, missing: [] }
  if (!context.isBelieved(lease)) throw new LeaseLost(lease.mailboxId)
  if (clock.monotonicMs() - place.comparedAtMs >= timing.fullCompareMs) return await compareAll(context)
  return { place, missing: await poll(context, place) }
}

/** Opens the first folder again after another was open. */
async function comeBack(context: FirstContext, place: Place): Promise<Standing> {
  if (!context.isBelieved(context.lease)) throw new LeaseLost(context.lease.mailboxId)
  const folder = await openSyncFolder(context, context.lease.mailboxId, context.path)
  if (folder.generation !== place.folder.generation) return await compareAll(context)
  place.folder = folder
  return { place, missing: await poll(context, place) }
}

/** Where we stand in the folder. `accounted` is how many mails on the server we know the fate of. */
type Place = {
  folder: SyncFolder
  comparedAtMs: number
  accounted: number
  wasBehind: boolean
  foundNothingAtMs: number
}

/**
 * Opens the folder again, which shows a new UIDVALIDITY, and compares all of it with the ledger, what is new before all the
 * rest: a comparison of half a million mails takes its time. Notes how full the mailbox is.
 */
async function compareAll(context: FirstContext): Promise<Standing> {
  const folder = await openSyncFolder(context, context.lease.mailboxId, context.path)
  const fresh = await findNew(context, folder)
  if (fresh.length > 0) await catchUpFolder(context, folder, fresh, context.suspectsOf(context.path))
  const { missing, wasBehind, serverCount: accounted } = await compareFolder(context, folder)
  await noteQuota(context.db, folder.mailboxId, await context.connection.findQuota())
  const comparedAtMs = context.clock.monotonicMs()
  const foundNothingAtMs = Number.NEGATIVE_INFINITY
  return { place: { folder, comparedAtMs, accounted, wasBehind, foundNothingAtMs }, missing }
}

/** Looks above the cursor and a little below it; at everything when the server counts more than we do. */
async function poll(context: FollowContext, place: Place): Promise<number[]> {
  const { folder } = place
  const count = context.connection.countMails()
  const missing = await findMissingUids(context, folder, { fromUid: folder.cursorUid - LOOK_BACK_UIDS })
  place.accounted = missing.length === 0 ? Math.min(place.accounted, count) : place.accounted + missing.length
  if (missing.length === 0) place.foundNothingAtMs = context.clock.monotonicMs()
  if (count <= place.accounted) return missing
  place.accounted = count
  return await findMissingUids(context, folder, { fromUid: 1 })
}

/** Fetches all that is new, or the newest piece of what is old. @returns what is missing still, and what came meanwhile */
async function catchUpSome(
  context: FirstContext,
  place: Place,
  missing: readonly number[],
): Promise<number[]> {
  const { folder } = place
  const newFrom = missing.findIndex(uid => uid > folder.cursorUid)
  const isOldOnly = newFrom < 0
  const matched = isOldOnly ? await matchSome(context, { folder, path: context.path }, missing) : undefined
  if (matched !== undefined) return [...matched, ...(await findNew(context, folder))]
  const chosen = isOldOnly ? missing.slice(-backlogAtOnce) : missing.slice(newFrom)
  await catchUpFolder(context, folder, chosen, context.suspectsOf(context.path))
  context.onProgress()
  const left = withoutHeld(folder, isOldOnly ? missing.slice(0, -backlogAtOnce) : missing.slice(0, newFrom))
  if (left.length === 0) {
    // What was behind is compared once more, after the next proof that the connection lives: the balance is counted,
    // never assumed.
    if (place.wasBehind) place.comparedAtMs = Number.NEGATIVE_INFINITY
    return []
  }
  return [...left, ...(await findNew(context, folder))]
}

async function findNew(context: FirstContext, folder: SyncFolder): Promise<number[]> {
  return await findMissingUids(context, folder, { fromUid: folder.cursorUid + 1 })
}

/** Tells the mailbox's page that fetching works, at most every 5 s. */
function makeNote({ clock, connection, db, lease, onProgress }: FollowContext): () => Promise<void> {
  let notedAtMs = Number.NEGATIVE_INFINITY
  return async () => {
    onProgress()
    if (clock.monotonicMs() - notedAtMs < notedEveryMs) return
    await noteFetched(db, lease.mailboxId, connection.canIdle ? 'idle' : 'poll')
    notedAtMs = clock.monotonicMs()
  }
}
