import { instantAt, localTime } from './local-time.ts'
import { meaningOf, type TimeUnit, type TimeWord, timeWordsOf } from './time-words.ts'

const DAY_MS = 86_400_000
const UNIT_MS: Readonly<Record<TimeUnit, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 0, // counted by the calendar
}
// Longer is no time that somebody typed.
const LONGEST = 60
// A day without a time of day is its morning.
const MORNING = '09:00'

/** What the words say so far; a second word for the same thing makes it no time. */
type Said = {
  count?: number
  isRelative?: boolean
  isNext?: boolean
  isAt?: boolean
  unit?: TimeUnit
  /** Days from today, or a date. */
  days?: number
  weekday?: number
  date?: { day: number; month: number; year?: number }
  clock?: string
  addHours?: 0 | 12
}

/**
 * The instant a person means by `tomorrow 9`, `za 3 dni`, `утре в 10`, `в пятницу`, `fri 3pm`, `2.12. 14:30`: in
 * English, Bulgarian, Russian or Polish. A day without a time is its morning, a time without a day the next one.
 *
 * @returns null where a word is not understood or the time is past: nothing is guessed
 */
export function typedTime(typed: string, now: Date, timeZone: string): Date | null {
  if (typed.length > LONGEST) return null
  const said = listen(timeWordsOf(typed))
  const at = said === null ? null : instantOf(said, now, timeZone)
  return at !== null && at.getTime() > now.getTime() ? at : null
}

function listen(words: readonly string[]): Said | null {
  let said: Said | null = words.length === 0 ? null : {}
  for (const word of words) {
    if (said === null) return null
    const meaning = meaningOf(word)
    said = meaning === undefined ? takeFigures(said, word) : takeWord(said, meaning)
  }
  return said
}

function takeWord(said: Said, word: TimeWord): Said | null {
  switch (word.is) {
    case 'in':
      return { ...said, isRelative: true }
    case 'next':
      return { ...said, isNext: true }
    case 'at':
      return { ...said, isAt: true }
    case 'skip':
      return said
    case 'count':
      return once(said, 'count', word.count)
    case 'unit':
      return once(said, 'unit', word.unit)
    case 'part':
      return said.clock === undefined ? partOfDay(said, word.clock) : null
    case 'half-day':
      return once(said, 'addHours', word.addHours)
    default:
      return hasDay(said) ? null : takeDay(said, word)
  }
}

function once<Key extends keyof Said>(said: Said, key: Key, value: Said[Key]): Said | null {
  return said[key] === undefined ? { ...said, [key]: value } : null
}

function takeDay(said: Said, word: Extract<TimeWord, { is: 'day' | 'weekday' | 'month' }>): Said {
  if (word.is === 'weekday') return { ...said, weekday: word.weekday }
  if (word.is === 'month') return dated(said, word.month)
  return { ...said, days: word.days, ...(word.clock && { clock: word.clock }) }
}

// "7 in the evening" is an hour, "tomorrow evening" a time of its own.
function partOfDay(said: Said, clock: string): Said {
  if (said.count === undefined || said.unit !== undefined) return { ...said, clock }
  return { ...said, addHours: clock > '12:00' ? 12 : 0 }
}

// "2 dec" has its day already, "dec 2" gets it from the next figure.
function dated({ count, ...said }: Said, month: number): Said {
  return { ...said, date: { day: count ?? 0, month } }
}

function hasDay(said: Said): boolean {
  return said.days !== undefined || said.weekday !== undefined || said.date !== undefined
}

function takeFigures(said: Said, word: string): Said | null {
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(word)
  if (iso) return hasDay(said) ? null : { ...said, date: dateOf(iso[3], iso[2], iso[1]) }
  const clock = /^(\d{1,2})[:.](\d\d)$/.exec(word)
  const dotted = /^(\d{1,2})\.(\d{1,2})\.?(\d{4})?\.?$/.exec(word)
  if (dotted && !hasDay(said) && Number(dotted[2]) <= 12 && said.isAt !== true) {
    return { ...said, date: dateOf(dotted[1], dotted[2], dotted[3]) }
  }
  if (clock) return said.clock === undefined ? { ...said, clock: `${two(clock[1])}:${clock[2]}` } : null
  const figure = /^(\d{1,4})(?:st|nd|rd|th)?$/.exec(word)?.[1]
  return figure === undefined ? null : takeNumber(said, Number(figure))
}

function dateOf(day = '', month = '', year?: string) {
  return { day: Number(day), month: Number(month), ...(year === undefined ? {} : { year: Number(year) }) }
}

function takeNumber(said: Said, figure: number): Said | null {
  if (said.date?.day === 0) return { ...said, date: { ...said.date, day: figure } }
  if (said.date !== undefined && said.date.year === undefined && figure > 1000) {
    return { ...said, date: { ...said.date, year: figure } }
  }
  return said.count === undefined && figure < 1000 ? { ...said, count: figure } : null
}

function instantOf(said: Said, now: Date, timeZone: string): Date | null {
  const today = localTime(now, timeZone).slice(0, 10)
  if (isDistance(said)) return distant(said, now, today, timeZone)
  const clock = clockOf(said)
  if (clock === null) return null
  const day = dayOf(said, today)
  if (day === null) return null
  if (day !== undefined) return instantAt(`${day}T${clock ?? MORNING}`, timeZone)
  if (clock === undefined) return null
  const soon = instantAt(`${today}T${clock}`, timeZone)
  return soon.getTime() > now.getTime() ? soon : instantAt(`${plusDays(today, 1)}T${clock}`, timeZone)
}

/** "in 3 days", "next week", "2h": not "at 3 o'clock", where the hour is one of the day. */
function isDistance(said: Said): boolean {
  if (said.unit === undefined) return false
  return said.isRelative === true || said.isNext === true || (said.isAt !== true && !hasDay(said))
}

function distant(said: Said, now: Date, today: string, timeZone: string): Date | null {
  const count = said.count ?? 1
  const { unit = 'day' } = said
  if (hasDay(said) || count <= 0 || (said.isNext === true && said.count !== undefined)) return null
  if (unit === 'minute' || unit === 'hour') {
    return said.clock === undefined ? new Date(now.getTime() + count * UNIT_MS[unit]) : null
  }
  if (!Number.isInteger(count)) return null
  const day = unit === 'month' ? plusMonths(today, count) : plusDays(today, (count * UNIT_MS[unit]) / DAY_MS)
  return instantAt(`${said.isNext === true ? startOf(unit, day) : day}T${said.clock ?? MORNING}`, timeZone)
}

/** Next week begins on its Monday, next month on its first. */
function startOf(unit: TimeUnit, day: string): string {
  if (unit === 'month') return `${day.slice(0, 8)}01`
  return unit === 'week' ? plusDays(day, 1 - weekdayOf(day)) : day
}

/** @returns undefined where no time of day was said, null where what was said is none */
function clockOf({ clock, count, addHours }: Said): string | null | undefined {
  if (clock !== undefined && count !== undefined) return null
  const typed = clock ?? (count === undefined ? undefined : `${two(String(count))}:00`)
  if (typed === undefined) return addHours === undefined ? undefined : null
  const [hours = 0, minutes = 0] = typed.split(':').map(Number)
  return clockWords(addHours === undefined ? hours : halfDay(hours, addHours), minutes)
}

function halfDay(hours: number, addHours: number): number {
  return hours < 1 || hours > 12 ? Number.NaN : (hours % 12) + addHours
}

function clockWords(hours: number, minutes: number): string | null {
  return Number.isInteger(hours) && hours < 24 && minutes < 60
    ? `${two(String(hours))}:${two(String(minutes))}`
    : null
}

/** @returns undefined where no day was said, null where what was said is none */
function dayOf({ days, weekday, isNext, date }: Said, today: string): string | null | undefined {
  if (days !== undefined) return plusDays(today, days)
  if (weekday !== undefined) {
    const ahead = (weekday - weekdayOf(today) + 7) % 7 || 7
    // "Next Friday" on a Monday is the one of next week.
    return plusDays(today, isNext === true && weekday > weekdayOf(today) ? ahead + 7 : ahead)
  }
  return date === undefined ? undefined : calendarDay(date, today)
}

function calendarDay(date: NonNullable<Said['date']>, today: string): string | null {
  const thisYear = Number(today.slice(0, 4))
  const inYear = (year: number) => `${year}-${two(String(date.month))}-${two(String(date.day))}`
  const day = inYear(date.year ?? (inYear(thisYear) < today ? thisYear + 1 : thisYear))
  const at = Date.parse(day)
  // 31.2. would be a day of March.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? null : day
}

function weekdayOf(day: string): number {
  return new Date(day).getUTCDay() || 7
}

function plusDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)
}

/** That day of a later month, or that month's last. */
function plusMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0))
  const at = Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(date, last.getUTCDate()))
  return new Date(at).toISOString().slice(0, 10)
}

function two(figures = ''): string {
  return figures.padStart(2, '0')
}
