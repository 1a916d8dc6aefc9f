const secondMs = 1_000
const minuteMs = 60_000
const slowFirstMs = [10 * secondMs, 30 * secondMs] // with the first try: three in the first minute (F24)
const slowMostMs = 60 * minuteMs
const fastMostMs = 5 * minuteMs
const ownFaultMostMs = 5 * secondMs

/** Who has to mend it: the mail server or the way to it, a person, or our own database or disk. */
export type FaultSide = 'server' | 'person' | 'ours'

/**
 * How long a mailbox waits after its `failures`-th failure in a row. A refused password is tried three
 * times in the first minute, then at least 5 min apart up to 1 h, so that no account gets locked; a
 * server that fails or is full from 1 s up to 5 min; our own database within 5 s of its return.
 *
 * @param random 0 to 1; spreads the waits by ±20 %, only upwards where a least wait was promised
 */
export function retryDelayMs(side: FaultSide, failures: number, random: number): number {
  if (side === 'person') {
    const early = slowFirstMs[failures - 1]
    if (early !== undefined) return early
    return Math.min(slowMostMs, 5 * minuteMs * 2 ** (failures - 3)) * (1 + random * 0.2)
  }
  const most = side === 'ours' ? ownFaultMostMs : fastMostMs
  return Math.min(most, secondMs * 2 ** Math.min(failures - 1, 20)) * (0.8 + random * 0.4)
}
