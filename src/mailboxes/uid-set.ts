/**
 * UIDs as an IMAP sequence set (RFC 3501 §9), runs joined: `1:3,7`. Short even for a long list, as
 * servers refuse long command lines.
 */
export function uidSet(uids: readonly number[]): string {
  const sorted = [...new Set(uids)].sort((a, b) => a - b)
  const runs: { first: number; last: number }[] = []
  for (const uid of sorted) {
    const run = runs.at(-1)
    if (run !== undefined && run.last + 1 === uid) run.last = uid
    else runs.push({ first: uid, last: uid })
  }
  return runs.map(({ first, last }) => (first === last ? `${first}` : `${first}:${last}`)).join(',')
}
