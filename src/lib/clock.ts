/** Wall and monotonic time, handed in as an argument so that tests can choose it. */
export type Clock = {
  /** The wall clock. Leases, claims and due times use the database's clock instead. */
  now: () => Date
  /** Milliseconds that never jump; only differences mean anything. */
  monotonicMs: () => number
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
}
