import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { pause } from '../lib/pause.ts'
import { isConnectionLoss } from './faults.ts'

const againMs = { first: 1_000, most: 8_000 }

/**
 * Does what needs the database; where that cannot be reached or goes away meanwhile, once more when it is there.
 *
 * @param work leaves nothing behind when it throws
 * @param how.waiting what the log says each time it has to wait
 * @returns undefined when it was called off by the signal while the database was away
 * @throws whatever else `work` throws
 */
export async function onceThere<Result>(
  work: () => Promise<Result>,
  how: { log: Log; signal: AbortSignal; waiting: string; facts?: Record<string, unknown> },
): Promise<Result | undefined> {
  for (let waitMs = againMs.first; ; waitMs = Math.min(waitMs * 2, againMs.most)) {
    try {
      return await work()
    } catch (cause) {
      if (!isConnectionLoss(cause)) throw cause
      how.log.warn({ ...how.facts, err: describeError(cause) }, how.waiting)
    }
    await pause(waitMs, how.signal)
    if (how.signal.aborted) return undefined
  }
}
