import { dateFormat } from '../ui/kept-format.ts'

const DAY_MS = 86_400_000

/** The days from now on in a zone. */
export type DaysAhead = {
  /** Today there, as `2026-11-30`. */
  today: string
  /** How many days it is to the next Monday; on a Monday 7. */
  daysToMonday: number
  /** The instant at which clocks there show `clock` (`09:00`) so many days from today. */
  at: (days: number, clock: string) => Date
}

/** Reckons with the calendar of a zone. */
export function daysAhead(now: Date, timeZone: string): DaysAhead {
  const today = localTime(now, timeZone).slice(0, 10)
  const dayAfter = (days: number) => new Date(Date.parse(today) + days * DAY_MS)
  return {
    today,
    daysToMonday: (8 - dayAfter(0).getUTCDay()) % 7 || 7,
    at: (days, clock) => instantAt(`${dayAfter(days).toISOString().slice(0, 10)}T${clock}`, timeZone),
  }
}

/** The instant at which clocks of a zone show `local` (`2026-11-30T09:00`); in the hour that spring leaves out, after it. */
export function instantAt(local: string, timeZone: string): Date {
  const wallMs = Date.parse(`${local}Z`)
  const offsetAt = (ms: number) =>
    Date.parse(`${localTime(new Date(ms), timeZone)}Z`) - Math.floor(ms / 60_000) * 60_000
  const guessMs = wallMs - offsetAt(wallMs)
  const ms = wallMs - offsetAt(guessMs)
  const isShown = ms + offsetAt(ms) === wallMs
  return new Date(isShown ? ms : Math.max(ms, guessMs))
}

/** As instantAt, of what a field for date and time holds; null while that is no time, as when it is cleared. */
export function typedInstant(typed: string, timeZone: string): Date | null {
  // While a year is typed it is one of the first centuries.
  const isTime = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d/.test(typed) && !Number.isNaN(Date.parse(`${typed}Z`))
  return isTime ? instantAt(typed, timeZone) : null
}

/** What clocks of a zone show, to the minute, as a field for date and time holds it: `2026-11-30T09:00`. */
export function localTime(at: Date, timeZone: string): string {
  const minute = new Date(Math.floor(at.getTime() / 60_000) * 60_000)
  // Swedish writes dates as ISO 8601 does.
  const words = dateFormat('sv', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(minute)
  return words.replace(' ', 'T')
}
