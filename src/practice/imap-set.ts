/**
 * The numbers of a sequence or UID set (`1:3,7,9:*`) that are in `present`, ascending. `*` is the
 * highest present one, and a range holds it even when written the wrong way round (RFC 3501 §9).
 */
export function numbersOf(set: string, present: readonly number[]): number[] {
  const highest = present.at(-1) ?? 0
  const ranges = set.split(',').map(part => {
    const ends = part.split(':').map(end => (end === '*' ? highest : Number(end)))
    const first = ends[0] ?? 0
    const last = ends[1] ?? first
    return { from: Math.min(first, last), to: Math.max(first, last) }
  })
  return present.filter(number => ranges.some(range => number >= range.from && number <= range.to))
}
