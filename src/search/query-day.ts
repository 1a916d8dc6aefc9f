/** A calendar day (`YYYY-MM-DD`), or so many days or months before today. */
export type QueryDay = { day: string } | { daysAgo: number } | { monthsAgo: number }

const NAMED: Readonly<Record<string, number>> = { today: 0, yesterday: 1 }
const MAX_AGO = 36_500
const UNITS: Readonly<Record<string, (count: number) => QueryDay>> = {
  d: count => ({ daysAgo: count }),
  w: count => ({ daysAgo: 7 * count }),
  m: count => ({ monthsAgo: count }),
  y: count => ({ monthsAgo: 12 * count }),
}

/**
 * Reads a day as people write one: `2026-05-01`, `2026-05`, `2026`, `01.05.2026`, `today`, `yesterday`, and
 * `7d`, `2w`, `3m`, `1y` ago. A month or year is its first day.
 *
 * @returns undefined for what is no day, such as 31 February
 */
export function parseDay(text: string): QueryDay | undefined {
  const word = text.trim().toLowerCase()
  const named = NAMED[word]
  if (named !== undefined && Object.hasOwn(NAMED, word)) return { daysAgo: named }
  const ago = /^(\d{1,5})([dwmy])$/.exec(word)
  if (ago !== null) {
    const count = Number(ago[1])
    return count <= MAX_AGO / 365 || (count <= MAX_AGO && ago[2] === 'd')
      ? UNITS[ago[2] ?? '']?.(count)
      : undefined
  }
  const iso = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(word)
  if (iso !== null) return calendarDay(iso[1], iso[2], iso[3])
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(word)
  return dotted === null ? undefined : calendarDay(dotted[3], dotted[2], dotted[1])
}

function calendarDay(year = '', month = '01', day = '01'): QueryDay | undefined {
  const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const at = new Date(`${written}T00:00:00Z`)
  const isReal = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(written)
  return isReal && Number(year) >= 1900 ? { day: written } : undefined
}
