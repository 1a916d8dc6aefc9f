import { keep, readKept } from '../kept.ts'

const KEY = 'letterdesk.palette'
const MAX_KEPT = 200

/** How often each entry was chosen in this browser. */
export function readUses(): Map<string, number> {
  try {
    const kept = JSON.parse(readKept(KEY) ?? '{}') as Record<string, number>
    return new Map(Object.entries(kept).filter(([, count]) => Number.isFinite(count)))
  } catch {
    return new Map() // written by hand: nothing was used yet
  }
}

/** Counts a choice; the least used are forgotten. */
export function countUse(id: string): void {
  const uses = readUses()
  uses.set(id, (uses.get(id) ?? 0) + 1)
  const kept = [...uses].sort(([, a], [, b]) => b - a).slice(0, MAX_KEPT)
  keep(KEY, JSON.stringify(Object.fromEntries(kept)))
}
