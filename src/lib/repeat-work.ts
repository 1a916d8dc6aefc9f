import { createAlarm } from './alarm.ts'
import { describeError } from './app-error.ts'
import type { Log } from './log.ts'

/** Work that repeats: `wake` runs it now, `stop` after the run under way. */
export type RepeatedWork = { wake: () => void; stop: () => Promise<void> }

/**
 * Runs `work` at once and then every `everyMs`, never two at a time; a wake during a run makes one more
 * run. A failed run is logged with `name` and tried again at the next turn.
 */
export function repeatWork(options: {
  name: string
  everyMs: number
  log: Log
  work: () => Promise<void>
}): RepeatedWork {
  const alarm = createAlarm()
  const run = async () => {
    while (!alarm.isStopped()) {
      let heard = alarm.count()
      try {
        await options.work()
      } catch (error) {
        options.log.warn({ work: options.name, err: describeError(error) }, 'work failed, tried again soon')
        heard = alarm.count() // a fault is not cured by hurrying
      }
      await alarm.wait(heard, options.everyMs)
    }
  }
  const ended = run()
  return {
    wake: alarm.ring,
    stop: async () => {
      alarm.stop()
      await ended
    },
  }
}
