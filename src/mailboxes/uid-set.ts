/** UIDs without a gap. */
export type UidRun = { first: number; last: number }

/**
 * UIDs as an IMAP sequence set (RFC 3501 §9), runs joined: `1:3,7`. Short even for a long list, as
 * servers refuse long command lines.
 */
export function uidSet(uids: readonly number[]): string {
  const sorted = [...new Set(uids)].sort((a, b) => a - b)
  const runs: UidRun[] = []
  for (const uid of sorted) {
    const run = runs.at(-1)
    if (run !== undefined && run.last + 1 === uid) run.last = uid
    else runs.push({ first: uid, last: uid })
  }
  return runs.map(({ first, last }) => (first === last ? `${first}` : `${first}:${last}`)).join(',')
}

/**
 * The UIDs of a set without `*`, ascending, each once.
 *
 * @returns undefined where it is none, or has more than `most`: `1:4294967295` is short to say
 */
export function uidsOf(set: string, most: number): number[] | undefined {
  const runs = set === '' ? [] : set.split(',').map(readRun)
  if (!runs.every(run => run !== undefined)) return undefined
  const uids: number[] = []
  let next = 0
  for (const { first, last } of runs.sort((a, b) => a.first - b.first)) {
    for (next = Math.max(next, first); next <= last; next++) {
      if (uids.length === most) return undefined
      uids.push(next)
    }
  }
  return uids
}

function readRun(piece: string): UidRun | undefined {
  const [, one, other = one] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(piece) ?? []
  if (one === undefined) return undefined
  const ends = [Number(one), Number(other)]
  return { first: Math.min(...ends), last: Math.max(...ends) } // 7:3 is 3:7 (RFC 3501 §9, seq-range)
}

/** Of UIDs in ascending order those that are in none of the runs, which are ascending too. */
export function outsideOf(uids: readonly number[], runs: readonly UidRun[]): number[] {
  let at = 0
  return uids.filter(uid => {
    while ((runs[at]?.last ?? Number.POSITIVE_INFINITY) < uid) at++
    return uid < (runs[at]?.first ?? Number.POSITIVE_INFINITY)
  })
}
