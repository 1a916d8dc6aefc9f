import { type Db, inTransaction, type Tx } from '../db/database.ts'
import { describeError, RemoteFault } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { FolderRefused, type ImapConnection } from '../mailboxes/imap-connection.ts'
import {
  type AfterFilingWish,
  deleteAfterFiling,
  deleteUnwanted,
  type FiledMail,
  findDue,
  findWish,
  selectFiled,
  updateAfterFault,
} from './after-filing.queries.ts'
import { copyOver } from './copy-over.ts'
import { serverUidValidity } from './folder-generation.ts'
import { lockLease } from './leases.queries.ts'
import { type Lease, LeaseLost } from './mailbox-leases.ts'
import { NotTidied, refuse } from './not-tidied.ts'
import { retryDelayMs } from './retry-delay.ts'
import { moveByLabels } from './tidy-labels.ts'
import type { Visit } from './visit-folders.ts'

/** When the next try may be. One for all connections of a watcher: what breaks a connection counts as well. */
export type TidyPauses = { failures: number; notBeforeMs: number }

/** What looking after filed mail needs. */
export type TidyContext = {
  db: Db
  connection: ImapConnection
  lease: Lease
  isBelieved: (lease: Lease) => boolean
  clock: Clock
  random: () => number
  log: Log
  tidyPauses: TidyPauses
}

/** As many a visit: new mail is looked for between two. */
const atOnce = 100
const dueCheckMs = 1_000 // only while mail of the mailbox is on its way into its ticket
const shownAfter = 3 // one broken connection is nothing to tell an admin

/** What looks after filed mail. */
export type Tidying = {
  /** Does what is due. @returns what to do now and then; another folder may be open after it */
  tidy: () => Promise<Visit>
  /**
   * Wakes the connection out of its wait for news once mail that is on its way into its ticket is there, which is after the
   * watcher fetched it; does nothing where none is. Until the signal; never rejects.
   */
  wakeWhenDue: (signal: AbortSignal) => Promise<void>
}

/**
 * Marks as read or moves, on its server, new mail that is filed, where the mailbox wishes so: never what was there before,
 * what we sent, or what could not be filed. Each act may be done again: what is no longer in its folder is done. It goes by
 * the watcher's own connection, after what is new was fetched, and while its lease is believed in (docs/decisions/0041).
 */
export async function makeTidying(context: TidyContext): Promise<Tidying> {
  const wish = await findWish(context.db, context.lease.mailboxId)
  if (wish === undefined) return { tidy: async () => 'nothing', wakeWhenDue: async () => undefined }
  return {
    tidy: () => tidySome(context, wish),
    wakeWhenDue: signal => wakeWhenDue(context, signal),
  }
}

async function tidySome(context: TidyContext, wish: AfterFilingWish): Promise<Visit> {
  const { db, clock, lease, tidyPauses: pauses } = context
  if (isPaused(context)) return 'nothing'
  await deleteUnwanted(db, lease.mailboxId)
  const mails = await selectFiled(db, lease.mailboxId, atOnce)
  if (mails.length === 0) return 'nothing'
  pauses.failures += 1
  pauses.notBeforeMs =
    clock.monotonicMs() + retryDelayMs('server', { inARow: pauses.failures, brief: 0 }, context.random())
  try {
    for (const folder of Map.groupBy(mails, mail => mail.folderId).values()) {
      await tidyFolder(context, wish, folder)
    }
  } catch (fault) {
    await showFault(context, wish, fault)
    return 'visited'
  }
  Object.assign(pauses, { failures: 0, notBeforeMs: Number.NEGATIVE_INFINITY })
  if (wish.hasFault) await updateAfterFault(db, lease.mailboxId, null)
  wish.hasFault = false
  return mails.length === atOnce ? 'more' : 'visited'
}

function isPaused({ clock, tidyPauses }: TidyContext): boolean {
  return clock.monotonicMs() < tidyPauses.notBeforeMs
}

async function wakeWhenDue(context: TidyContext, signal: AbortSignal): Promise<void> {
  const { db, clock, connection, lease, log } = context
  try {
    while (!isPaused(context)) {
      const due = await findDue(db, lease.mailboxId)
      if (due === 'filed' && !signal.aborted) connection.wake()
      if (due !== 'coming') return
      await clock.pause(dueCheckMs, signal)
      if (signal.aborted) return
    }
  } catch (cause) {
    log.debug({ err: describeError(cause) }, 'whether filed mail waits is asked in the next round')
  }
}

/** @throws what ends the watch: a connection that broke, which is told once it did so again and again; LeaseLost */
async function showFault(context: TidyContext, wish: AfterFilingWish, fault: unknown): Promise<void> {
  const { db, lease, log, tidyPauses } = context
  if (!(fault instanceof NotTidied || fault instanceof RemoteFault)) throw fault
  const isRefusal = fault instanceof NotTidied
  const detail = isRefusal ? fault.details.responseCode : fault.details.serverText
  if (isRefusal || tidyPauses.failures >= shownAfter) {
    const code = isRefusal ? fault.code : 'after-failed'
    await updateAfterFault(db, lease.mailboxId, { code, detail: typeof detail === 'string' ? detail : null })
    wish.hasFault = true
  }
  log.warn({ code: fault.code }, 'filed mail stays as it is on its server for now')
  if (!isRefusal) throw fault
}

/** All of one folder and one generation. */
async function tidyFolder(
  context: TidyContext,
  wish: AfterFilingWish,
  mails: readonly FiledMail[],
): Promise<void> {
  const { connection, lease } = context
  const [{ path, generation } = { path: '', generation: 0 }] = mails
  const target = wish.movesTo === null ? undefined : await findTarget(connection, wish.movesTo)
  const status = await connection.statusOf(path)
  if (status?.uidValidity === serverUidValidity(generation)) {
    const believe = () => {
      if (!context.isBelieved(lease)) throw new LeaseLost(lease.mailboxId)
    }
    const there = await openThere(connection, path, mails)
    believe()
    if (wish.marksRead && there.length > 0) refuse(await connection.markRead(there.map(({ uid }) => uid)))
    if (target !== undefined && there.length > 0) await move({ ...context, believe }, target, there)
  }
  await underLease(context, tx =>
    deleteAfterFiling(
      tx,
      mails.map(({ id }) => id),
    ),
  )
}

/** The target as it is now; `isAll`: moving there is what Gmail calls archiving. */
type TidyTarget = { path: string; uidValidity: number; uidNext: number; isAll: boolean }

async function findTarget(connection: ImapConnection, path: string): Promise<TidyTarget> {
  if (connection.moving === 'impossible') throw new NotTidied('after-cannot-move')
  const status = await connection.statusOf(path)
  if (status === undefined) throw new NotTidied('after-folder-gone')
  const listed = connection.hasLabels ? await connection.listFolders() : []
  const isAll = listed.some(folder => folder.path === path && folder.role === 'all')
  return { path, uidValidity: status.uidValidity, uidNext: status.uidNext, isAll }
}

/** Opens a folder for changes. @returns those that are still in it */
async function openThere(
  connection: ImapConnection,
  path: string,
  mails: readonly FiledMail[],
): Promise<FiledMail[]> {
  await connection.openForChanges(path).catch((fault: unknown) => {
    throw fault instanceof FolderRefused ? new NotTidied('after-refused', wordsOf(fault)) : fault
  })
  const found = new Set(await connection.searchUids({ uids: mails.map(({ uid }) => uid) }))
  return mails.filter(({ uid }) => found.has(uid))
}

function wordsOf({ details: { serverText } }: FolderRefused): string | null {
  return typeof serverText === 'string' ? serverText : null
}

async function move(
  context: TidyContext & { believe: () => void },
  target: TidyTarget,
  mails: readonly FiledMail[],
): Promise<void> {
  const { connection } = context
  const isInLabel = connection.hasLabels && mails.some(({ role }) => role !== 'inbox')
  const left = isInLabel ? await moveByLabels(context, target, mails) : mails
  if (left.length > 0) await moveOut(context, target, left)
}

async function moveOut(
  context: TidyContext & { believe: () => void },
  target: TidyTarget,
  mails: readonly FiledMail[],
): Promise<void> {
  const { connection, believe } = context
  const [{ path } = { path: '' }] = mails
  const uids = mails.map(({ uid }) => uid)
  if (connection.moving === 'at-once') {
    believe()
    return refuse(await connection.moveMails(uids, target.path))
  }
  const write = (work: (tx: Tx) => Promise<void>) => underLease(context, work)
  const copied = await copyOver({ connection, write, believe }, { path, target, mails })
  refuse(copied)
  believe()
  refuse(await connection.expungeMails(uids))
}

/** One transaction that proves the lease. */
async function underLease({ db, lease }: TidyContext, work: (tx: Tx) => Promise<void>): Promise<void> {
  const { mailboxId, fence } = lease
  await inTransaction(db, async tx => {
    if (!(await lockLease(tx, { mailbox_id: mailboxId, fence }))) throw new LeaseLost(mailboxId)
    await work(tx)
  })
}
