/** How long something took, over many tries, in milliseconds. */
export type Spread = { count: number; p50Ms: number; p95Ms: number; maxMs: number }

/** The spread of measured times; the nearest rank, so that each figure is one that was measured. */
export function spreadOf(timesMs: readonly number[]): Spread {
  const sorted = [...timesMs].sort((a, b) => a - b)
  const rank = (share: number): number =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
  return { count: sorted.length, p50Ms: rank(0.5), p95Ms: rank(0.95), maxMs: rank(1) }
}
