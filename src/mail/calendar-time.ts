import { type CalendarComponent, type CalendarLine, lineOf } from './calendar-lines.ts'
import { cleanLine } from './clean-line.ts'

/** A moment of a calendar: `local` is `2026-05-01T10:00` or `2026-05-01`; `at` is null where no zone says when that is. */
export type CalendarTime = { local: string; at: string | null; timeZone: string | null }

const STAMP = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?$/
const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const MAX_ZONE_CHARS = 80
// Outlook's time zones begin in 1601. Whatever is added, a year keeps its four digits: with five, a date is
// written in another way, which no page can read.
const FIRST_YEAR = 1601
const LAST_YEAR = 9000

/** The numbers of a stamp; `wallMs` is its clock as if it stood in UTC. */
type Stamp = { wallMs: number; month: number; isDay: boolean; isUtc: boolean }

function parseStamp(value: string | undefined): Stamp | undefined {
  const match = STAMP.exec(value?.trim() ?? '')
  if (!match) return undefined
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = match
    .slice(1, 6)
    .map(part => Number(part ?? 0))
  const wallMs = Date.UTC(year, month - 1, day, hour, minute)
  if (year < FIRST_YEAR || year > LAST_YEAR || month > 12 || day > 31 || hour > 24) return undefined
  return { wallMs, month, isDay: match[4] === undefined, isUtc: match[7] === 'Z' }
}

/**
 * A DTSTART or DTEND (RFC 5545 §3.3.5). Its zone is one of the IANA list, else the VTIMEZONE of that name
 * in the same calendar, as Outlook writes it.
 */
export function calendarTime(
  line: CalendarLine | undefined,
  zones: readonly CalendarComponent[],
): CalendarTime | null {
  const stamp = parseStamp(line?.value)
  if (!line || !stamp) return null
  const iso = new Date(stamp.wallMs).toISOString()
  if (stamp.isDay) return { local: iso.slice(0, 10), at: null, timeZone: null }
  if (stamp.isUtc) return { local: iso.slice(0, 16), at: iso, timeZone: 'UTC' }
  const timeZone = cleanLine(line.params.get('TZID') ?? '', MAX_ZONE_CHARS) || null
  const offset = timeZone === null ? undefined : zoneOffset(timeZone, stamp.wallMs, zones)
  const at = offset === undefined ? null : new Date(stamp.wallMs - offset * MINUTE_MS).toISOString()
  return { local: iso.slice(0, 16), at, timeZone }
}

/** `local` and `at` later by a DURATION such as `PT1H30M` (RFC 5545 §3.3.6). */
export function later(time: CalendarTime, duration: string): CalendarTime | null {
  const match = /^\+?P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:\d{1,6}S)?)?$/.exec(
    duration.trim(),
  )
  if (!match) return null
  const [weeks, days, hours, minutes] = match.slice(1).map(part => Number(part ?? 0))
  const ms = ((((weeks ?? 0) * 7 + (days ?? 0)) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * MINUTE_MS
  const moved = (iso: string): string => new Date(Date.parse(iso) + ms).toISOString()
  const isDay = time.local.length === 10
  const local = moved(isDay ? time.local : `${time.local}Z`).slice(0, isDay ? 10 : 16)
  return { ...time, local, at: time.at === null ? null : moved(time.at) }
}

/** Minutes east of UTC at a wall-clock time, given as if it were UTC. */
function zoneOffset(name: string, wallMs: number, zones: readonly CalendarComponent[]): number | undefined {
  const known = ianaOffset(name, wallMs)
  if (known !== undefined) return ianaOffset(name, wallMs - known * MINUTE_MS)
  const zone = zones.find(one => lineOf(one, 'TZID')?.value.trim() === name)
  return zone && definedOffset(zone, wallMs)
}

function ianaOffset(name: string, ms: number): number | undefined {
  try {
    const timeZone = name.replace(/^\/.*?\/(?=[A-Z][a-z]+\/)/, '') // /freeassociation.sourceforge.net/Europe/Sofia
    const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(ms)
    const words = parts.find(part => part.type === 'timeZoneName')?.value ?? ''
    const match = /([+-])(\d{2}):(\d{2})/.exec(words)
    if (!match) return words === 'GMT' ? 0 : undefined
    return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
  } catch {
    return undefined // no name of the IANA list
  }
}

/** The offset of the rule that began last before that time. */
function definedOffset(zone: CalendarComponent, wallMs: number): number | undefined {
  let best: { onsetMs: number; offset: number } | undefined
  for (const rule of zone.inner.slice(0, 50)) {
    const offset = offsetMinutes(lineOf(rule, 'TZOFFSETTO')?.value ?? '')
    const onsetMs = lastOnset(rule, wallMs)
    if (offset === undefined || onsetMs === undefined) continue
    if (!best || onsetMs > best.onsetMs) best = { onsetMs, offset }
  }
  return best?.offset
}

function offsetMinutes(value: string): number | undefined {
  const match = /^([+-])(\d{2})(\d{2})/.exec(value.trim())
  if (!match) return undefined
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
}

/** When a rule of a zone began last before that time; undefined when it had not. */
function lastOnset(rule: CalendarComponent, wallMs: number): number | undefined {
  const first = parseStamp(lineOf(rule, 'DTSTART')?.value)
  if (!first) return undefined
  const thisYear = new Date(wallMs).getUTCFullYear()
  const onsets = [onsetIn(rule, first, thisYear), onsetIn(rule, first, thisYear - 1), first.wallMs]
  return onsets.find(onset => onset <= wallMs && onset >= first.wallMs)
}

function onsetIn(rule: CalendarComponent, first: Stamp, year: number): number {
  const recurrence = lineOf(rule, 'RRULE')?.value ?? ''
  const byDay = /BYDAY=(-?\d)(SU|MO|TU|WE|TH|FR|SA)/.exec(recurrence)
  if (!byDay) return first.wallMs
  const month = Number(/BYMONTH=(\d{1,2})/.exec(recurrence)?.[1] ?? first.month)
  const day = nthWeekday(year, month - 1, Number(byDay[1]), DAYS.indexOf(byDay[2] ?? 'SU'))
  return day + (((first.wallMs % DAY_MS) + DAY_MS) % DAY_MS)
}

/** The n-th such weekday of a month, from its end where `nth` is negative. */
function nthWeekday(year: number, month: number, nth: number, weekday: number): number {
  if (nth > 0) {
    const first = new Date(Date.UTC(year, month, 1)).getUTCDay()
    return Date.UTC(year, month, 1 + ((weekday - first + 7) % 7) + (nth - 1) * 7)
  }
  const last = new Date(Date.UTC(year, month + 1, 0))
  return Date.UTC(year, month, last.getUTCDate() - ((last.getUTCDay() - weekday + 7) % 7) + (nth + 1) * 7)
}
