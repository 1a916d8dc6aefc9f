import type { Bells } from '../db/listen.ts'
import { createAlarm } from '../lib/alarm.ts'
import { describeError } from '../lib/app-error.ts'
import { pause } from '../lib/pause.ts'
import { SYNC_TIMING, type SyncTiming } from './follow-folder.ts'
import { listWatchable, type WatchableRow } from './leases.queries.ts'
import { LEASE_RENEWAL_MS, type Lease, type LeaseBook, openLeaseBook } from './mailbox-leases.ts'
import { type WatchContext, watchMailbox } from './watch-mailbox.ts'

/** What the sync role does now. `isCurrent` is false while the database does not answer. */
export type SyncStatus = { watchedMailboxIds: number[]; isCurrent: boolean }

/** A running sync role. */
export type Sync = { stop: () => Promise<void>; status: () => SyncStatus }

export type SyncOptions = Omit<WatchContext, 'isBelieved' | 'timing' | 'bells'> & {
  bells: Pick<Bells, 'ring' | 'on'>
  instanceId: number
  /** Shorter times in tests. */
  timing?: Partial<SyncTiming & { leaseLifeMs: number; leaseRenewalMs: number }>
}

type Watcher = { lease: Lease; fingerprint: string; stop: () => void; ended: Promise<void> }

type State = {
  options: SyncOptions
  context: WatchContext
  book: LeaseBook
  watchers: Map<number, Watcher>
  signal: AbortSignal
  isCurrent: boolean
}

const superviseEveryMs = 1_000

/**
 * Starts the sync role: one watcher for each active mailbox that no other node holds. A mailbox that is
 * paused, removed or changed is stopped within a second (bell `mailboxes`, and a poll); one whose node
 * died is taken over when its lease has run out. `stop` ends all within seconds and gives the leases
 * back.
 */
export function startSync(options: SyncOptions): Sync {
  const stopping = new AbortController()
  const book = openLeaseBook({ ...options, ...lifeOf(options) })
  const timing = { ...SYNC_TIMING, ...options.timing }
  const context: WatchContext = { ...options, timing, isBelieved: book.isBelieved }
  const state: State = {
    options,
    context,
    book,
    watchers: new Map(),
    signal: stopping.signal,
    isCurrent: false,
  }
  const loops = [supervise(state), renew(state)]
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(loops)
      for (const watcher of state.watchers.values()) watcher.stop()
      await Promise.all([...state.watchers.values()].map(watcher => watcher.ended))
    },
    status: () => ({ watchedMailboxIds: [...state.watchers.keys()], isCurrent: state.isCurrent }),
  }
}

function lifeOf({ timing }: SyncOptions): { lifeMs?: number } {
  return timing?.leaseLifeMs === undefined ? {} : { lifeMs: timing.leaseLifeMs }
}

async function supervise(state: State): Promise<void> {
  const { bells, log } = state.options
  const alarm = createAlarm()
  const unsubscribe = bells.on('mailboxes', alarm.ring)
  state.signal.addEventListener('abort', alarm.stop, { once: true })
  while (!state.signal.aborted) {
    const heard = alarm.count()
    try {
      await matchWatchers(state)
      state.isCurrent = true
    } catch (cause) {
      state.isCurrent = false
      log.warn({ err: describeError(cause) }, 'mailboxes to watch are not known')
    }
    await alarm.wait(heard, superviseEveryMs)
  }
  unsubscribe()
}

/** Makes the running watchers those that should run. */
async function matchWatchers(state: State): Promise<void> {
  const { db, instanceId, practice } = state.options
  const rows = await listWatchable(db, { instanceId, withPractice: practice() !== null })
  const wanted = new Map(rows.map(row => [row.id, row]))
  for (const [mailboxId, watcher] of state.watchers) {
    const row = wanted.get(mailboxId)
    if (row === undefined || row.is_leased || row.fingerprint !== watcher.fingerprint) watcher.stop()
  }
  const free = rows.filter(row => !row.is_leased && !state.watchers.has(row.id))
  const leases = await state.book.take(free.map(row => row.id))
  for (const lease of leases) startWatcher(state, lease, wanted.get(lease.mailboxId))
}

function startWatcher(state: State, lease: Lease, row: WatchableRow | undefined): void {
  const stopping = new AbortController()
  const ended = watchMailbox(state.context, lease, stopping.signal).then(async () => {
    state.watchers.delete(lease.mailboxId)
    try {
      await state.book.end(lease)
    } catch (cause) {
      state.options.log.warn({ err: describeError(cause) }, 'lease not given back: it runs out by itself')
    }
  })
  const fingerprint = row?.fingerprint ?? ''
  state.watchers.set(lease.mailboxId, { lease, fingerprint, stop: () => stopping.abort(), ended })
}

async function renew(state: State): Promise<void> {
  const everyMs = state.options.timing?.leaseRenewalMs ?? LEASE_RENEWAL_MS
  while (!state.signal.aborted) {
    await pause(everyMs, state.signal)
    try {
      for (const lost of await state.book.renew()) state.watchers.get(lost.mailboxId)?.stop()
    } catch (cause) {
      state.options.log.warn({ err: describeError(cause) }, 'leases not renewed')
    }
  }
}
