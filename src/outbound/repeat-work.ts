import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'

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
  let isStopped = false
  let isWoken = true
  let wakeUp: (() => void) | undefined
  const run = async () => {
    while (!isStopped) {
      isWoken = false
      try {
        await options.work()
      } catch (error) {
        options.log.warn({ work: options.name, err: describeError(error) }, 'work failed, tried again soon')
        isWoken = false // a fault is not cured by hurrying
      }
      if (!isWoken && !isStopped) await sleep()
    }
  }
  const sleep = () =>
    new Promise<void>(resolve => {
      const timer = setTimeout(resolve, options.everyMs)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const wake = () => {
    isWoken = true
    wakeUp?.()
  }
  const ended = run()
  return {
    wake,
    stop: async () => {
      isStopped = true
      wake()
      await ended
    },
  }
}
