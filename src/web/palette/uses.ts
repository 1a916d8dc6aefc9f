const KEY = 'letterdesk.palette'
const MAX_KEPT = 200

/** How often each entry was chosen in this browser. */
export function readUses(): Map<string, number> {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, number>
    return new Map(Object.entries(kept).filter(([, count]) => Number.isFinite(count)))
  } catch {
    return new Map() // written by hand, or storage is refused: nothing was used yet
  }
}

/** Counts a choice; the least used are forgotten. */
export function countUse(id: string): void {
  const uses = readUses()
  uses.set(id, (uses.get(id) ?? 0) + 1)
  const kept = [...uses].sort(([, a], [, b]) => b - a).slice(0, MAX_KEPT)
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(kept)))
  } catch {
    return // storage is full or refused: the order stays as it was
  }
}
