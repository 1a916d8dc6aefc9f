import type { Bells } from '../db/listen.ts'
import { type Alarm, createAlarm } from '../lib/alarm.ts'
import { describeError } from '../lib/app-error.ts'
import { type FilingParts, receiveMails } from './receive-mail.ts'

const POLL_MS = 1_000 // a bell lost in a crash costs one poll
const AFTER_FAULT_MS = 1_000
const HANDS = 3 // one claims or files while the others' mails are being read

/** How filing is doing: `lastFault` is the code or text of the last failed round, null after a good one. */
export type FilingStatus = { isFailing: boolean; lastFault: string | null; filedCount: number }

/** Filing as it runs. `stop` finishes the batches in hand and starts no other. */
export type RunningFiling = { stop: () => Promise<void>; status: () => FilingStatus }

type FilingOptions = Omit<FilingParts, 'owed'> & {
  bells: Pick<Bells, 'on' | 'ring'>
  hands?: number
  pollMs?: number
}

/**
 * Files stored mail for as long as it runs: woken by the bell `ledger`, and by a poll each second that
 * does not need it. Several rounds overlap, so that reading goes on while another batch is filed; any
 * number of processes may do the same. A fault of the database ends no process: the round is tried
 * again a second later.
 *
 * @param options.hands how many batches are in work at once; 3 keep two reader processes busy
 * @param options.pollMs 1 s unless a test must tell the bell from the poll
 */
export function startFiling(options: FilingOptions): RunningFiling {
  const status: FilingStatus = { isFailing: false, lastFault: null, filedCount: 0 }
  const alarm = createAlarm()
  const unsubscribe = options.bells.on('ledger', alarm.ring)
  const work = Array.from({ length: options.hands ?? HANDS }, () => runHand(options, alarm, status))
  const stop = async () => {
    unsubscribe()
    alarm.stop()
    await Promise.all(work)
  }
  return { stop, status: () => ({ ...status }) }
}

async function runHand(options: FilingOptions, alarm: Alarm, status: FilingStatus): Promise<void> {
  const parts: FilingParts = { ...options, owed: [] }
  while (!alarm.isStopped()) {
    const heard = alarm.count()
    try {
      const batch = await receiveMails(parts)
      if (batch.filed.length > 0) options.bells.ring('live')
      Object.assign(status, {
        isFailing: false,
        lastFault: null,
        filedCount: status.filedCount + batch.filed.length,
      })
      if (batch.claimed === 0) await alarm.wait(heard, options.pollMs ?? POLL_MS)
    } catch (error) {
      Object.assign(status, { isFailing: true, lastFault: describeError(error) })
      options.log.warn({ err: describeError(error) }, 'filing round failed, trying again')
      await alarm.pause(AFTER_FAULT_MS)
    }
  }
}
