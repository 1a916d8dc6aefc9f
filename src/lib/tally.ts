/** How often things of one kind happened in this process since it began, told apart by one word. For `/metrics`. */
export type Tally = { count: (word: string, times?: number) => void; read: () => ReadonlyMap<string, number> }

/** Begins at nothing. Cheap enough for every mail. */
export function createTally(): Tally {
  const counts = new Map<string, number>()
  return {
    count: (word, times = 1) => void counts.set(word, (counts.get(word) ?? 0) + times),
    read: () => counts,
  }
}
