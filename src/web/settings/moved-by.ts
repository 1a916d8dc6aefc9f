/** A list with one of its items a place further up or down; at its end it stays. */
export function movedBy<Item>(list: readonly Item[], at: number, by: 1 | -1): Item[] {
  const item = list.slice(at, at + 1)
  return list.toSpliced(at, 1).toSpliced(Math.max(0, at + by), 0, ...item)
}
