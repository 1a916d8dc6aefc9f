import { cpuMsOf } from './cpu-time.ts'

/** What half of a text took and what the whole took, in milliseconds of CPU. */
export type Growth = { halfMs: number; wholeMs: number; isLinear: boolean }

/** Twice the text may take so many times as long. */
const LIMIT = 2.5

// Below this the compiler, the collector of garbage, the caches of the processor and whoever shares the
// machine decide; a text of these sizes that is not read in linear time takes seconds.
const TOO_SHORT_MS = 200

const ROUNDS = 8

/**
 * Whether twice the text takes at most 2.5 times as long, by CPU time: the best of up to eight rounds,
 * ending with the first that shows it. A disturbed machine makes some rounds slow; what is not linear is
 * slow in all of them.
 */
export async function measureGrowthOf(
  run: (text: string) => unknown,
  { half, whole }: { half: string; whole: string },
): Promise<Growth> {
  let [halfMs, wholeMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  let isLinear = false
  for (let round = 0; round < ROUNDS && !isLinear; round++) {
    halfMs = Math.min(halfMs, await cpuMsOf(() => run(half)))
    wholeMs = Math.min(wholeMs, await cpuMsOf(() => run(whole)))
    isLinear = wholeMs <= Math.max(halfMs * LIMIT, TOO_SHORT_MS)
  }
  return { halfMs, wholeMs, isLinear }
}
