/**
 * Finds the known name a foreign one was probably meant to be, or undefined.
 *
 * Near means: at most 2 single-character edits (1 for names under 6 characters, so that `HOME`
 * is not read as `HOST`), or a known name followed by `_` and more.
 */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const extended = known.filter(name => given.startsWith(`${name}_`)).sort((a, b) => b.length - a.length)
  if (extended[0] !== undefined) return extended[0]
  const near = known
    .map(name => ({ name, edits: editDistance(given, name) }))
    .filter(({ name, edits }) => edits <= (name.length < 6 ? 1 : 2))
    .sort((a, b) => a.edits - b.edits)
  return near[0]?.name
}

/** Levenshtein distance, row by row. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}
