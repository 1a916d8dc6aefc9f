import { type Db, inTransaction } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import { findFirstUidSince } from '../mailboxes/first-mail-since.ts'
import type { ImapConnection, OpenedFolder } from '../mailboxes/imap-connection.ts'
import type { FolderRole } from '../shared/vocabulary.ts'
import { LEAST_OLD_BYTES, mayFetchOld } from './download-budget.ts'
import { type Generation, nextGeneration, serverUidValidity } from './folder-generation.ts'
import {
  enterGeneration,
  type FolderRow,
  findGeneration,
  findOrAddFolder,
  findStartRule,
  updateReached,
} from './sync.queries.ts'

/** A folder opened on the server and placed in the ledger. */
export type SyncFolder = {
  id: number
  mailboxId: number
  role: FolderRole
  generation: Generation
  /** UIDs below belong to the range row: mail older than the chosen start. */
  belowUid: number
  /** How many mails lay below `belowUid` when the generation began. */
  mailsBelow: number
  /** All UIDs up to here were shown to us once; those still missing are backfill or came late. */
  cursorUid: number
  /** Mail received before this moment is old: it comes in the backfill lane. */
  liveSince: Date
  /** And from before this one in the lane of history; null: none is. */
  openSince: Date | null
  /** What was there before and is older than this is not wanted, wherever its UID stands; null: nothing old is. */
  startsAt: Date | null
  /** UIDs below were there when the generation began, or when the folder came to be watched. */
  oldBelowUid: number
  /** What is old is not fetched for now: somebody halted it, or the server's limit of the day is near. */
  isOldHeld: boolean
  /** New mail of it is marked as read or moved once it is filed. */
  isTidied: boolean
  /** Its mails had other numbers before: what is old of it may be known. */
  isRenumbered: boolean
}

type Context = { db: Db; clock: Clock; connection: ImapConnection }

const dayMs = 86_400_000
const mostCounts = 10 // of a folder that mail comes into all the time

/**
 * Opens a folder (read-only) and says where the ledger of it stands. A UIDVALIDITY we have not met, or
 * UIDNEXT at or below a UID we have seen, starts a new generation: the old rows stay, and what is
 * known of it is matched without its bytes (match-generation.ts).
 *
 * @throws RemoteFault, NotFound when the mailbox is gone
 */
export async function openSyncFolder(context: Context, mailboxId: number, path: string): Promise<SyncFolder> {
  const opened = await context.connection.openFolder(path)
  const known = await findOrAddFolder(context.db, mailboxId, path)
  if (!isSameGeneration(known, opened)) await startGeneration(context, known, opened)
  await updateReached(context.db, known.id, opened.serverKey ?? null)
  const row = await findOrAddFolder(context.db, mailboxId, path)
  if (row.generation === null || row.below_uid === null || row.live_since === null) {
    throw new NotFound('folder', { mailboxId })
  }
  return {
    id: row.id,
    mailboxId,
    role: row.role,
    generation: row.generation,
    belowUid: row.below_uid,
    mailsBelow: row.mail_count ?? 0,
    cursorUid: row.cursor_uid,
    liveSince: wholeSecond(row.live_since),
    openSince: row.open_since && wholeSecond(row.open_since),
    startsAt: row.starts_at && wholeSecond(row.starts_at),
    oldBelowUid: row.old_below_uid ?? 0,
    isTidied: row.is_tidied,
    isOldHeld: row.old_mail_held || !(await fitsAny(context, mailboxId)),
    isRenumbered: row.is_renumbered,
  }
}

async function fitsAny({ db, connection }: Context, mailboxId: number): Promise<boolean> {
  return !connection.hasLabels || (await mayFetchOld(db, mailboxId, LEAST_OLD_BYTES))
}

function isSameGeneration(row: FolderRow, opened: OpenedFolder): boolean {
  if (row.generation === null || row.below_uid === null) return false
  if (serverUidValidity(row.generation) !== opened.uidValidity) return false
  return opened.uidNext === 0 || opened.uidNext > row.cursor_uid
}

async function startGeneration(
  { db, clock, connection }: Context,
  folder: FolderRow,
  opened: OpenedFolder,
): Promise<void> {
  const isFirst = folder.generation === null
  const isRestored = folder.generation !== null && serverUidValidity(folder.generation) === opened.uidValidity
  const met = await findGeneration(db, folder.id, opened.uidValidity)
  const generation = isRestored ? nextGeneration(met ?? opened.uidValidity) : (met ?? opened.uidValidity)
  const start = await findStart({ db, clock, connection }, { id: folder.id, isFirst }, opened)
  await inTransaction(db, tx =>
    enterGeneration(tx, folder, {
      ...start,
      generation,
      liveSince: isFirst ? null : new Date(clock.now().getTime() + 1000),
    }),
  )
}

type Start = {
  belowUid: number
  mailCount: number
  oldBelowUid: number
  oldCount: number
  cursorUid: number
}

/**
 * The lowest UID that is wanted, how many mails lie below it and how many do not, and the highest UID there is. What came
 * since the folder is watched, before anybody could open it, is not old.
 */
async function findStart(
  { db, connection }: Context,
  folder: { id: number; isFirst: boolean },
  opened: OpenedFolder,
): Promise<Start> {
  const rule = await findStartRule(db, folder.id)
  if (rule === undefined) throw new NotFound('folder', { folderId: folder.id })
  const sinceMs = wholeSecond(rule.since).getTime()
  const startAtMs = sinceMs - (rule.start_days ?? 0) * dayMs
  const uidNext = opened.uidNext > 0 ? opened.uidNext : await findUidNext(connection)
  const belowUid = (await findFirstUidSince(connection, startAtMs)) ?? uidNext
  const { wanted, mailCount } = await countAround(connection, belowUid)
  const fresh = folder.isFirst ? await listFresh(connection, wanted, sinceMs) : []
  const oldBelowUid = Math.min(uidNext, fresh.at(-1) ?? uidNext)
  const oldCount = wanted.filter(uid => uid < oldBelowUid).length
  return { belowUid, mailCount, oldBelowUid, oldCount, cursorUid: uidNext - 1 }
}

const freshAtOnce = 200

/**
 * The newest of some mails, down to the first that was received before a moment: UIDs are in the order of coming in, and one
 * that a program copied among the old ones may be of any date, also of one to come.
 */
async function listFresh(
  connection: ImapConnection,
  uids: readonly number[],
  sinceMs: number,
): Promise<number[]> {
  const fresh: number[] = []
  for (let end = uids.length; end > 0; end -= freshAtOnce) {
    const facts = await connection.fetchFacts(uids.slice(Math.max(0, end - freshAtOnce), end))
    const latest = facts.sort((a, b) => b.uid - a.uid)
    const old = latest.findIndex(({ receivedAt }) => receivedAt.getTime() < sinceMs)
    fresh.push(...latest.slice(0, old < 0 ? undefined : old).map(({ uid }) => uid))
    if (old >= 0) break
  }
  return fresh
}

/**
 * Of half a million mails the list is 4 MB: what nobody wants is counted, not listed. A mail that came between the list and
 * the count would count as one of those for ever, and hide one that is missing: both are asked for again then.
 */
async function countAround(
  connection: ImapConnection,
  belowUid: number,
): Promise<{ wanted: number[]; mailCount: number }> {
  for (let tries = 1; ; tries++) {
    const count = connection.countMails()
    const wanted = await connection.searchUids({ fromUid: belowUid })
    if (connection.countMails() === count || tries === mostCounts)
      return { wanted, mailCount: Math.max(0, count - wanted.length) }
  }
}

/** Where the server does not say it: after the last mail. */
async function findUidNext(connection: ImapConnection): Promise<number> {
  const all = await connection.searchUids({ fromUid: 1 })
  return (all.at(-1) ?? 0) + 1
}

/** INTERNALDATE has whole seconds: a mail of the same second is not from before. */
function wholeSecond(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 1000) * 1000)
}
