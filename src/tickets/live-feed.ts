import type { Db } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { createAlarm } from '../lib/alarm.ts'
import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import {
  type LiveHint,
  type LiveRead,
  type LiveSnapshot,
  readHintsAfter,
  readHintsSince,
  takeLiveSnapshot,
} from './live-events.queries.ts'
import { canResume, readSafePoint, type SafePoint } from './safe-point.ts'

/** Hints in the order they were written, and the point from which a client that got them may resume. */
export type LiveBatch = { hints: LiveHint[]; point: SafePoint }

/** More tickets than this at once are not told one by one: fetching anew is cheaper. */
export const hintLimit = 2000

/** The one reader of the feed in this process, for all its clients. */
export type LiveFeed = {
  /** Calls `listener` with each batch that has hints, one after the other. @returns how to stop that */
  subscribe: (listener: (batch: LiveBatch) => void | Promise<void>) => () => void
  /** The point from which everything that was not yet given to the listeners can be replayed. */
  point: () => SafePoint
  /** Reads until the batch in hand is delivered, then no more. */
  stop: () => Promise<void>
}

const pollMs = 1000 // a bell may be lost
const pauseMs = 50 // after a batch, so that a backfill costs at most 20 reads a second

/**
 * Starts reading live events: at each bell `live` and every second. Each hint is delivered once, as
 * soon as it is committed, also when its id or its transaction is older than others delivered before
 * (docs/decisions/0003). When the database is away it goes on where it stopped.
 */
export async function startLiveFeed(from: { db: Db; bells: Pick<Bells, 'on'>; log: Log }): Promise<LiveFeed> {
  const listeners = new Set<(batch: LiveBatch) => void | Promise<void>>()
  const alarm = createAlarm()
  const unsubscribe = from.bells.on('live', alarm.ring)
  let seen: LiveSnapshot = await takeLiveSnapshot(from.db)
  const step = async () => {
    const read = await readOnce(from, seen.snapshot)
    if (read === undefined) return
    const batch = { hints: read.hints, point: pointOf(read) }
    if (batch.hints.length > 0) {
      for (const listener of listeners) await deliver(from.log, listener, batch)
      await alarm.pause(pauseMs)
    }
    seen = read
  }
  const loop = async () => {
    for (let heard = 0; !alarm.isStopped(); ) {
      await alarm.wait(heard, pollMs)
      heard = alarm.count()
      if (!alarm.isStopped()) await step()
    }
  }
  const running = loop()
  return {
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    point: () => pointOf(seen),
    stop: async () => {
      unsubscribe()
      alarm.stop()
      await running
    },
  }
}

/**
 * Everything since the point a client got as its last id: the latest hint of each changed ticket, some
 * of which it may know. Subscribe first and replay then, so that nothing falls between the two.
 *
 * @param lastId as the client sent it
 * @returns undefined when the client must fetch anew: unknown id, other epoch, too old, or too much
 */
export async function replaySince(db: Db, lastId: string): Promise<LiveBatch | undefined> {
  const point = readSafePoint(lastId)
  if (point === undefined || !canResume(point, pointOf(await takeLiveSnapshot(db)))) return undefined
  const read = await readHintsSince(db, point.xid, hintLimit)
  if (read.hints.length > hintLimit) return undefined
  return { hints: read.hints, point: pointOf(read) }
}

function pointOf(moment: LiveSnapshot): SafePoint {
  return { epoch: moment.epoch, xid: moment.xmin, atS: moment.atS }
}

async function readOnce(from: { db: Db; log: Log }, snapshot: string): Promise<LiveRead | undefined> {
  try {
    return await readHintsAfter(from.db, snapshot)
  } catch (error) {
    from.log.warn({ err: describeError(error) }, 'live feed not read, trying again')
    return undefined
  }
}

async function deliver(
  log: Log,
  listener: (batch: LiveBatch) => void | Promise<void>,
  batch: LiveBatch,
): Promise<void> {
  try {
    await listener(batch)
  } catch (error) {
    log.error({ err: describeError(error) }, 'live hints not delivered')
  }
}
