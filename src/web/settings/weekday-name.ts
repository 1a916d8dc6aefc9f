import { dateFormat } from '../ui/kept-format.ts'

const MONDAY_MS = Date.UTC(2026, 0, 5)
const DAY_MS = 86_400_000

/** A day of the week in words, 0 is Monday. */
export function weekdayName(place: number, language: string): string {
  return dateFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(MONDAY_MS + place * DAY_MS)
}
