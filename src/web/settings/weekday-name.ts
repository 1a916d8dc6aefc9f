const MONDAY_MS = Date.UTC(2026, 0, 5)
const DAY_MS = 86_400_000

/** A day of the week in words, 0 is Monday. */
export function weekdayName(place: number, language: string): string {
  const format = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' })
  return format.format(MONDAY_MS + place * DAY_MS)
}
