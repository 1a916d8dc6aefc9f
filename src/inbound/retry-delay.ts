const secondMs = 1_000
const minuteMs = 60_000
const slowFirstMs = [10 * secondMs, 30 * secondMs] // with the first try: three in the first minute
const slowMostMs = 60 * minuteMs
const fastMostMs = 5 * minuteMs
const ownFaultMostMs = 5 * secondMs
const wayMostMs = 30 * secondMs
const wayHopefulTries = 20 // 8 min: a restart of a server, or of a router, is over by then
const briefMostSteps = 5 // 16 s

/**
 * Who has to mend it: the mail server that refuses, the way to it (or a server that is not there), a person, or our own
 * database or disk.
 */
export type FaultSide = 'server' | 'way' | 'person' | 'ours'

/**
 * How long a mailbox waits after its `failures`-th failure in a row. A refused password is tried three
 * times in the first minute, then at least 5 min apart up to 1 h, so that no account gets locked; a
 * server that fails or is full from 1 s up to 5 min; one that cannot be reached up to 30 s for eight minutes, so that
 * a short outage stays one, then up to 5 min; our own database within 5 s of its return.
 *
 * @param failures `brief`: how many sessions in a row ended soon, whether they worked or not. A server that lets us in
 * and hangs up is not asked once a second all day.
 * @param random 0 to 1; spreads the waits by ±20 %, only upwards where a least wait was promised
 */
export function retryDelayMs(
  side: FaultSide,
  failures: { inARow: number; brief: number },
  random: number,
): number {
  const { inARow, brief } = failures
  if (side === 'person') {
    const early = slowFirstMs[inARow - 1]
    if (early !== undefined) return early
    return Math.min(slowMostMs, 5 * minuteMs * 2 ** (inARow - 3)) * (1 + random * 0.2)
  }
  const spread = 0.8 + random * 0.4
  if (side === 'ours') return Math.min(ownFaultMostMs, doubled(inARow)) * spread
  const tries = Math.max(inARow, Math.min(brief, briefMostSteps))
  return (side === 'way' ? wayDelayMs(tries) : Math.min(fastMostMs, doubled(tries))) * spread
}

function wayDelayMs(tries: number): number {
  if (tries <= wayHopefulTries) return Math.min(wayMostMs, doubled(tries))
  return Math.min(fastMostMs, wayMostMs * 2 ** Math.min(tries - wayHopefulTries, 20))
}

function doubled(tries: number): number {
  return secondMs * 2 ** Math.min(tries - 1, 20)
}
