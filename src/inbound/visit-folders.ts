import { FolderRefused, type OpenedFolder } from '../mailboxes/imap-connection.ts'
import { type CatchUpContext, catchUpFolder } from './catch-up-folder.ts'
import { compareFolder } from './compare-folder.ts'
import type { Suspects } from './fetch-mails.ts'
import { findMissingUids, LOOK_BACK_UIDS, withoutHeld } from './find-missing-uids.ts'
import type { Generation } from './folder-generation.ts'
import { type Matching, matchSome } from './match-generation.ts'
import { openSyncFolder, type SyncFolder } from './open-folder.ts'
import { noteUnreachable } from './watched-folders.queries.ts'

/** What looking after folders needs. */
export type VisitContext = CatchUpContext & {
  /** How often a round begins, and how long the server may take to answer one question in it. */
  timing: { idleMs: number; proofTimeoutMs: number }
  signal: AbortSignal
  /** Paths of watched folders that the server did not show when it was asked. */
  unseen: Set<string>
  /** By path, of watched folders that do not let us in, why. */
  refused: Map<string, FolderRefused>
  /** By path, of folders that were numbered anew. */
  matchings: Map<string, Matching>
  /** By the path of their folder. */
  suspectsOf: (path: string) => Suspects
  /** The connection works: the next failure is the first one again. */
  onProgress: () => void
}

/** What a round did: nothing, went into a folder, went into one that has more, or found one gone. */
export type Visit = 'nothing' | 'visited' | 'more' | 'gone'

/**
 * What is known of a folder since this connection began; `pending` are UIDs still to be fetched, ascending. `wasBehind`:
 * the ledger lacked some, and is compared once more when they are there.
 */
type Seen = { status: string; generation: Generation; pending: number[]; wasBehind: boolean }

const atOnce = 500

/**
 * Looks after the folders beside the one that IDLE listens to: asks about each without opening it, and opens those that
 * changed; each once is compared as a whole. A piece of each is fetched at a time, so that new mail of the first waits
 * for little.
 *
 * @param paths of those folders
 * @returns the round to do now and then; another folder may be open after it
 */
export function makeRounds(context: VisitContext, paths: readonly string[]): () => Promise<Visit> {
  const { clock, timing } = context
  const seen = new Map<string, Seen>()
  let roundAtMs = Number.NEGATIVE_INFINITY
  return async () => {
    if (!hasMore(seen) && clock.monotonicMs() - roundAtMs < timing.idleMs) return 'nothing'
    roundAtMs = clock.monotonicMs()
    let round: Visit = 'nothing'
    for (const path of paths) round = strongerOf(round, await lookAt(context, path, seen))
    return round !== 'gone' && hasMore(seen) ? 'more' : round
  }
}

const STRENGTH: readonly Visit[] = ['nothing', 'visited', 'more', 'gone']

/** Of two visits the one that leaves more to do. */
export function strongerOf(one: Visit, other: Visit): Visit {
  return STRENGTH.indexOf(one) > STRENGTH.indexOf(other) ? one : other
}

function hasMore(seen: ReadonlyMap<string, Seen>): boolean {
  return [...seen.values()].some(({ pending }) => pending.length > 0)
}

/**
 * A folder that the server does not show or let us into keeps nobody from the others. One that is gone may have
 * another name: which there are is asked first, then it is told.
 */
async function lookAt(context: VisitContext, path: string, seen: Map<string, Seen>): Promise<Visit> {
  const { connection, signal, timing, unseen } = context
  if (signal.aborted) return 'nothing'
  const shown = await connection.statusOf(path, { timeoutMs: timing.proofTimeoutMs })
  if (shown !== undefined) unseen.delete(path)
  const status = shown ?? (unseen.has(path) ? await openAnyway(context, path) : undefined)
  const before = seen.get(path)
  if (status === undefined) {
    seen.delete(path)
    unseen.add(path)
    return context.refused.has(path) ? 'visited' : 'gone'
  }
  if (isSettled(before, status)) return 'nothing'
  try {
    seen.set(path, await visitFolder(context, { path, status, before }))
    context.refused.delete(path)
    return 'visited'
  } catch (fault) {
    if (!(fault instanceof FolderRefused)) throw fault
    seen.delete(path)
    return await tellRefused(context, fault)
  }
}

/**
 * One that went between two questions may have another name; what the server lists all the same is not looked for
 * without end.
 */
async function tellRefused(context: VisitContext, fault: FolderRefused): Promise<Visit> {
  const isNewlyLost = fault.code === 'folder-not-found' && !context.refused.has(fault.path)
  await noteRefused(context, fault)
  return isNewlyLost ? 'gone' : 'visited'
}

/** Keeps for admins that a folder does not let us in, and why. */
export async function noteRefused(
  { db, lease, refused }: Pick<VisitContext, 'db' | 'lease' | 'refused'>,
  fault: FolderRefused,
): Promise<void> {
  const { path, code, details } = fault
  refused.set(path, fault)
  const detail = typeof details.serverText === 'string' ? details.serverText : null
  await noteUnreachable(db, lease.mailboxId, { path, code, detail })
}

/** A server that says nothing of a folder it lists tells its reason to who opens it. */
async function openAnyway(context: VisitContext, path: string): Promise<OpenedFolder | undefined> {
  try {
    return await context.connection.openFolder(path)
  } catch (fault) {
    if (!(fault instanceof FolderRefused)) throw fault
    await noteRefused(context, fault)
    return undefined
  }
}

function isSettled(seen: Seen | undefined, status: OpenedFolder): boolean {
  return seen?.pending.length === 0 && !seen.wasBehind && seen.status === wordOf(status)
}

function wordOf({ uidValidity, uidNext, exists }: OpenedFolder): string {
  return `${uidValidity} ${uidNext} ${exists}`
}

/** Fetches the newest of what the ledger lacks of one folder. */
async function visitFolder(
  context: VisitContext,
  { path, status, before }: { path: string; status: OpenedFolder; before: Seen | undefined },
): Promise<Seen> {
  const folder = await openSyncFolder(context, context.lease.mailboxId, path)
  const { generation } = folder
  const known = before?.generation === generation ? before : undefined
  const { missing, wasBehind } = await findPending(context, folder, known)
  const fresh = missing.filter(uid => uid >= folder.oldBelowUid)
  const old = missing.slice(0, missing.length - fresh.length)
  const matched = await matchSome(context, { folder, path }, old)
  const chosen = matched === undefined ? missing.slice(-atOnce) : fresh.slice(-atOnce)
  await catchUpFolder(context, folder, chosen, context.suspectsOf(path))
  context.onProgress()
  const pending = matched === undefined ? missing.slice(0, -atOnce) : [...matched, ...fresh.slice(0, -atOnce)]
  return { status: wordOf(status), generation, pending: withoutHeld(folder, pending), wasBehind }
}

/**
 * What is left of last time, with what came since; else what the ledger lacks, the first time, and after it lacked any, in
 * all of the folder.
 */
async function findPending(
  context: VisitContext,
  folder: SyncFolder,
  before: Seen | undefined,
): Promise<Pick<Seen, 'wasBehind'> & { missing: number[] }> {
  if (before !== undefined && before.pending.length > 0) {
    const news = await findMissingUids(context, folder, { fromUid: folder.cursorUid + 1 })
    const last = before.pending.at(-1) ?? 0
    return { missing: [...before.pending, ...news.filter(uid => uid > last)], wasBehind: before.wasBehind }
  }
  if (before === undefined || before.wasBehind) {
    const { missing, wasBehind } = await compareFolder(context, folder)
    return { missing, wasBehind: wasBehind && missing.length > 0 }
  }
  const missing = await findMissingUids(context, folder, { fromUid: folder.cursorUid - LOOK_BACK_UIDS })
  return { missing, wasBehind: false }
}
