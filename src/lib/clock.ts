import { pause } from './pause.ts'

/** Wall and monotonic time, and waiting by it, handed in as an argument so that tests can choose it. */
export type Clock = {
  /** The wall clock. Leases, claims and due times use the database's clock instead. */
  now: () => Date
  /** Milliseconds that never jump; only differences mean anything. */
  monotonicMs: () => number
  /** Waits, or less when the signal says so. Never rejects: the caller looks at the signal. */
  pause: (ms: number, signal: AbortSignal) => Promise<void>
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  pause,
}
