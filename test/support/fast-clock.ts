import type { Clock } from '../../src/lib/clock.ts'

/** A clock that stands still until a test lets time pass. Whoever waits by it is woken in the order of the waits' ends. */
export type FastClock = Clock & {
  /** Milliseconds since it was made. */
  atMs: () => number
  /** When the first of the waits ends; Infinity where nobody waits. */
  nextMs: () => number
  /** Resolves once so many wait by it: nobody but a server's news wakes them before time passes. */
  untilWaiting: (count: number) => Promise<void>
  /** Lets time pass up to a moment, and ends the waits that end by then. */
  passTo: (atMs: number) => void
}

type Wait = { endsAtMs: number; end: () => void }

/** Makes one that stands at `start`. */
export function createFastClock(start: Date): FastClock {
  const waits = new Set<Wait>()
  let nowMs = 0
  let onWait: () => void = () => undefined
  return {
    now: () => new Date(start.getTime() + nowMs),
    monotonicMs: () => nowMs,
    pause: async (ms, signal) => {
      if (signal.aborted) return
      const { promise, resolve } = Promise.withResolvers<void>()
      const wait = { endsAtMs: nowMs + Math.max(0, ms), end: resolve }
      const stop = () => resolve()
      signal.addEventListener('abort', stop, { once: true })
      waits.add(wait)
      onWait()
      await promise
      waits.delete(wait)
      signal.removeEventListener('abort', stop)
    },
    atMs: () => nowMs,
    nextMs: () => Math.min(...[...waits].map(wait => wait.endsAtMs)),
    untilWaiting: async count => {
      while (waits.size < count) await new Promise<void>(resolve => (onWait = resolve))
    },
    passTo: atMs => {
      nowMs = Math.max(nowMs, atMs)
      for (const wait of [...waits].sort((a, b) => a.endsAtMs - b.endsAtMs)) {
        if (wait.endsAtMs > nowMs) continue
        waits.delete(wait)
        wait.end()
      }
    },
  }
}
