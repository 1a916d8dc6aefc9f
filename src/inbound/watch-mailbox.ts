import type { BlobStore } from '../blobs/blob-store.ts'
import type { Db } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import type { Bells } from '../db/listen.ts'
import { AppError, describeError, RemoteFault } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { loadImapAccount, type PracticeServers } from '../mailboxes/account.ts'
import type { Trust } from '../mailboxes/host-guard.ts'
import { openImap } from '../mailboxes/imap-connection.ts'
import { noteFault } from '../mailboxes/mailbox-state.ts'
import type { Suspects } from './fetch-mails.ts'
import { followFolders, type SyncTiming } from './follow-folder.ts'
import { type Lease, LeaseLost } from './mailbox-leases.ts'
import { type FaultSide, retryDelayMs } from './retry-delay.ts'
import type { TidyPauses } from './tidy-filed.ts'
import type { VisitContext } from './visit-folders.ts'

/** What watching needs. */
export type WatchContext = {
  db: Db
  keys: KeyRing
  blobs: BlobStore
  bells: Pick<Bells, 'ring'>
  log: Log
  clock: Clock
  /** 0 to 1. */
  random: () => number
  trust: Trust
  /** The practice servers of this process, null while they do not listen. */
  practice: () => PracticeServers | null
  timing: SyncTiming
  isBelieved: (lease: Lease) => boolean
}

const briefMs = 60_000
const wayFaults = [
  'connection-lost',
  'connection-refused',
  'connection-timeout',
  'host-not-found',
  'host-unreachable',
]

/**
 * Watches one mailbox under a lease until the signal or until the lease is lost; never throws. A fault
 * of its server is shown on the mailbox and tried again with growing waits, and concerns no other
 * mailbox.
 */
export async function watchMailbox(context: WatchContext, lease: Lease, signal: AbortSignal): Promise<void> {
  const suspects = new Map<string, Suspects>()
  const suspectsOf = (path: string): Suspects => suspects.get(path) ?? setNew(suspects, path)
  const log = context.log.child({ mailboxId: lease.mailboxId })
  const pace = startPace(context)
  const tidyPauses: TidyPauses = { failures: 0, notBeforeMs: Number.NEGATIVE_INFINITY }
  while (!signal.aborted) {
    pace.begin()
    try {
      await watchOnce(context, { lease, signal, suspectsOf, tidyPauses, onProgress: pace.progress })
    } catch (fault) {
      if (signal.aborted || fault instanceof LeaseLost) break
      if (fault instanceof SessionOver) {
        log.info('the session ended with its token, signing in anew')
        continue
      }
      const waitMs = pace.fail(fault)
      await showFault(context, lease.mailboxId, fault, log)
      await context.clock.pause(waitMs, signal)
    }
  }
  log.info({ isAborted: signal.aborted }, 'mailbox no longer watched')
}

/** Counts sessions that failed in a row since one worked, and those that ended soon. */
function startPace({ clock, random }: Pick<WatchContext, 'clock' | 'random'>) {
  let [inARow, brief, beganMs] = [0, 0, 0]
  return {
    begin: () => {
      beganMs = clock.monotonicMs()
    },
    progress: () => {
      inARow = 0
    },
    /** @returns how long to wait now */
    fail: (fault: unknown): number => {
      inARow += 1
      brief = clock.monotonicMs() - beganMs < briefMs ? brief + 1 : 0
      return retryDelayMs(sideOf(fault), { inARow, brief }, random())
    },
  }
}

function setNew(suspects: Map<string, Suspects>, path: string): Suspects {
  const none: Suspects = new Map()
  suspects.set(path, none)
  return none
}

type Watch = {
  lease: Lease
  signal: AbortSignal
  suspectsOf: (path: string) => Suspects
  tidyPauses: TidyPauses
  onProgress: () => void
}

/** One connection's life. */
async function watchOnce(context: WatchContext, watch: Watch): Promise<void> {
  const { db, keys, log, trust } = context
  if (!context.isBelieved(watch.lease)) throw new LeaseLost(watch.lease.mailboxId)
  const account = await loadImapAccount({ db, keys, practice: context.practice() }, watch.lease.mailboxId)
  const connection = await openImap(account, { log, trust, signal: watch.signal })
  try {
    await followFolders({ ...context, ...watch, connection, ...freshNotes() })
  } catch (fault) {
    // A server may end what was signed in with a token that is over: Gmail does after an hour.
    const isRemote = fault instanceof RemoteFault && fault.retry
    throw isRemote && (await account.tokens?.hasEnded())
      ? new SessionOver('the session ended with its token', { cause: fault })
      : fault
  } finally {
    connection.close()
  }
}

/** What is known of folders as long as one connection lives. */
function freshNotes(): Pick<VisitContext, 'matchings' | 'unseen' | 'refused'> {
  return { matchings: new Map(), unseen: new Set(), refused: new Map() }
}

/** The session ended as its token did: nothing is wrong. */
class SessionOver extends Error {}

async function showFault(context: WatchContext, mailboxId: number, fault: unknown, log: Log): Promise<void> {
  const code = fault instanceof AppError ? fault.code : 'internal-error'
  log.warn({ code, err: fault instanceof RemoteFault ? undefined : describeError(fault) }, 'fetching failed')
  // Not a fault of the mailbox: a database that cannot be reached cannot be told either.
  if (!(fault instanceof AppError)) return
  const { serverText } = fault.details
  const detail = typeof serverText === 'string' ? serverText : null
  try {
    await noteFault(context.db, mailboxId, { code, detail })
  } catch (cause) {
    log.warn({ code, err: describeError(cause) }, 'fault not shown on the mailbox')
  }
}

function sideOf(fault: unknown): FaultSide {
  if (!(fault instanceof RemoteFault)) return 'ours'
  if (!fault.retry) return 'person'
  return wayFaults.includes(fault.code) ? 'way' : 'server'
}
