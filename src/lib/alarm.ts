/** Wakes loops that would otherwise wait for their next poll. */
export type Alarm = {
  ring: () => void
  /** How often it has rung: read before a look, so that a ring between the look and the wait is not missed. */
  count: () => number
  /** Waits at most `ms` for the next ring; not at all if one came since `heard` was read. */
  wait: (heard: number, ms: number) => Promise<void>
  /** Waits although it rings: after a fault, being rung at is no reason to hurry. */
  pause: (ms: number) => Promise<void>
  /** Ends every wait and pause, those under way and those to come. */
  stop: () => void
  isStopped: () => boolean
}

/** Makes an alarm; any number of loops may wait for it. */
export function createAlarm(): Alarm {
  let rings = 0
  let isStopped = false
  const sleepers = new Set<() => void>()
  const wakeAll = () => {
    for (const wake of sleepers) wake()
  }
  const sleep = (ms: number) =>
    new Promise<void>(resolve => {
      const wake = () => {
        clearTimeout(timer)
        sleepers.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      sleepers.add(wake)
    })
  return {
    ring: () => {
      rings++
      wakeAll()
    },
    count: () => rings,
    wait: async (heard, ms) => {
      if (rings === heard && !isStopped) await sleep(ms)
    },
    pause: async ms => {
      const until = performance.now() + ms
      while (!isStopped && performance.now() < until) await sleep(until - performance.now())
    },
    stop: () => {
      isStopped = true
      wakeAll()
    },
    isStopped: () => isStopped,
  }
}
