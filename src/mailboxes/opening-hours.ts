import { AppError } from '../lib/app-error.ts'

/** One day's hours as wall clock, `from` before `to`; 24:00 is the end of a day. */
export type DayHours = { from: string; to: string }

/** When a mailbox is answered. `week` begins on Monday, null is a day off; `holidays` are days as `2026-12-24`. */
export type OpeningHours = {
  timeZone: string
  week: (DayHours | null)[]
  holidays: string[]
  /** Within how many open hours an answer is promised; null promises none. */
  answerWithinHours: number | null
}

const minuteMs = 60_000
const dayMs = 86_400_000
const maxDays = 400 // a year of holidays ends the search

/** Whether somebody is there at that moment. */
export function isOpenAt(hours: OpeningHours, at: Date): boolean {
  const span = spanOf(hours, dayOf(at, hours.timeZone))
  return span !== null && span.start <= at.getTime() && at.getTime() < span.end
}

/** When it opens next after a moment at which it is closed; null where it never does within a year. */
export function nextOpening(hours: OpeningHours, at: Date): Date | null {
  for (const span of spansFrom(hours, at)) if (span.start > at.getTime()) return new Date(span.start)
  return null
}

/** The moment after so much open time; null where there is not that much within a year. */
export function afterOpenTime(hours: OpeningHours, at: Date, openHours: number): Date | null {
  let leftMs = openHours * 60 * minuteMs
  for (const span of spansFrom(hours, at)) {
    const start = Math.max(span.start, at.getTime())
    if (start >= span.end) continue
    if (leftMs <= span.end - start) return new Date(start + leftMs)
    leftMs -= span.end - start
  }
  return null
}

/** Hours that can be kept. @throws AppError `bad-hours` for a day that ends before it begins, `bad-time-zone` */
export function checkedHours(hours: OpeningHours): OpeningHours {
  if (!isTimeZone(hours.timeZone)) throw new AppError('bad-time-zone', 'unknown time zone', {})
  if (hours.week.some(day => day !== null && day.from >= day.to)) {
    throw new AppError('bad-hours', 'a day ends before it begins')
  }
  return { ...hours, holidays: [...new Set(hours.holidays)].sort() }
}

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== undefined
  } catch {
    return false // no name of the IANA list
  }
}

type Span = { start: number; end: number }

function* spansFrom(hours: OpeningHours, at: Date): Generator<Span> {
  const first = Date.parse(`${dayOf(at, hours.timeZone)}T00:00Z`)
  for (let days = 0; days < maxDays; days++) {
    const span = spanOf(hours, new Date(first + days * dayMs).toISOString().slice(0, 10))
    if (span !== null) yield span
  }
}

/** The open hours of a day as instants; its clock may be put forward or back within them. */
function spanOf({ week, holidays, timeZone }: OpeningHours, day: string): Span | null {
  const weekday = (new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7
  const hours = week[weekday] ?? null
  if (hours === null || holidays.includes(day)) return null
  return { start: instantOf(day, hours.from, timeZone), end: instantOf(day, hours.to, timeZone) }
}

/** The day it is there, as `2026-12-24`. */
function dayOf(at: Date, timeZone: string): string {
  return new Date(at.getTime() + offsetMs(at.getTime(), timeZone)).toISOString().slice(0, 10)
}

/** A wall clock time that the clock skips is taken as the moment after it. */
function instantOf(day: string, time: string, timeZone: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const wall = Date.parse(`${day}T00:00Z`) + (hour * 60 + minute) * minuteMs
  const guess = wall - offsetMs(wall, timeZone)
  const instant = wall - offsetMs(guess, timeZone)
  const isShown = instant + offsetMs(instant, timeZone) === wall
  return isShown ? instant : Math.max(instant, guess)
}

// Making one takes longer than using it a hundred times. As many as the world has zones.
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  formats.set(timeZone, format)
  return format
}

function offsetMs(at: number, timeZone: string): number {
  const name =
    formatOf(timeZone)
      .formatToParts(at)
      .find(part => part.type === 'timeZoneName')?.value ?? ''
  const match = /([+-])(\d{2}):(\d{2})/.exec(name)
  if (match === null) return 0
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * minuteMs
}
