import { dateFormat, numberFormat, relativeFormat } from './kept-format.ts'

/** How an agent reads dates: language and IANA time zone. */
export type TimeStyle = { language: string; timeZone: string }

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const SECOND_MS = 1_000
const UNITS = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
] as const

/**
 * The time in a list: `5 min` within the hour, `14:05` today, `Mon` within six days, `2 Nov` this year,
 * else the numeric date. A time in the future is shown as one minute.
 */
export function listTime(at: Date, now: Date, style: TimeStyle): string {
  const ageMs = now.getTime() - at.getTime()
  if (ageMs < HOUR_MS) return minutesWords(Math.max(1, Math.floor(ageMs / MINUTE_MS)), style.language)
  if (dayOf(at, style) === dayOf(now, style)) return clockTime(at, style)
  if (ageMs < 6 * DAY_MS) return words(at, style, { weekday: 'short' })
  if (yearOf(at, style) === yearOf(now, style)) return words(at, style, { day: 'numeric', month: 'short' })
  return words(at, style, { day: '2-digit', month: '2-digit', year: 'numeric' })
}

/** The time of a message: the clock today, else day and clock; the year only when it is another. */
export function messageTime(at: Date, now: Date, style: TimeStyle): string {
  if (dayOf(at, style) === dayOf(now, style)) return clockTime(at, style)
  const isThisYear = yearOf(at, style) === yearOf(now, style)
  return words(at, style, {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' as const }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
}

/** When something will be: `today, 14:05`, `tomorrow, 09:00`, else weekday, day and clock; the year only when it is another. */
export function whenWords(at: Date, now: Date, style: TimeStyle): string {
  const days = [0, 1].find(
    ahead => dayOf(at, style) === dayOf(new Date(now.getTime() + ahead * DAY_MS), style),
  )
  if (days !== undefined) {
    const day = relativeFormat(style.language, { numeric: 'auto' }).format(days, 'day')
    return `${day}, ${clockTime(at, style)}`
  }
  const isThisYear = yearOf(at, style) === yearOf(now, style)
  return words(at, style, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' as const }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
}

/** How far off something is, in the largest unit that fits: `12 seconds ago`, `in 3 days`. */
export function agoWords(at: Date, now: Date, language: string): string {
  const ms = at.getTime() - now.getTime()
  const [unit, unitMs] = UNITS.find(([, size]) => Math.abs(ms) >= size) ?? ['second', SECOND_MS]
  return relativeFormat(language, { numeric: 'always' }).format(Math.trunc(ms / unitMs), unit)
}

/** Day, clock and zone in full, for tooltips and details. */
export function fullTime(at: Date, style: TimeStyle): string {
  return words(at, style, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  })
}

/** A day of the calendar in full: `3 December 2026`. @param day YYYY-MM-DD */
export function dayInWords(day: string, language: string): string {
  return fullDay(new Date(`${day}T00:00:00Z`), { language, timeZone: 'UTC' })
}

/** A day of the calendar as it is typed: `03/12/2026`, `03.12.2026`. @param day YYYY-MM-DD */
export function dayInDigits(day: string, language: string): string {
  const options = { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC' } as const
  const parts = dateFormat(language === 'en' ? 'en-GB' : language, options).formatToParts(
    new Date(`${day}T00:00:00Z`),
  )
  // Bulgarian ends with " г.", which nobody types.
  return parts
    .map(({ type, value }, at) => (type === 'literal' && at === parts.length - 1 ? '' : value))
    .join('')
}

/** A day of the calendar with its weekday: `Mon 30 Nov 2026`. @param day YYYY-MM-DD */
export function weekdayInWords(day: string, language: string): string {
  const at = new Date(`${day}T00:00:00Z`)
  const style = { language, timeZone: 'UTC' }
  return words(at, style, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
}

/** A day in full: `26 November 2026`. */
export function fullDay(at: Date, style: TimeStyle): string {
  return words(at, style, { day: 'numeric', month: 'long', year: 'numeric' })
}

/** The clock somewhere else, with the day where it is another than the reader's. */
export function offsetTime(at: Date, utcOffsetMinutes: number, style: TimeStyle): string {
  const there = { language: style.language, timeZone: 'UTC' }
  const shifted = new Date(at.getTime() + utcOffsetMinutes * MINUTE_MS)
  const time = clockTime(shifted, there)
  if (dayOf(shifted, there) === dayOf(at, style)) return time
  return `${words(shifted, there, { weekday: 'short' })} ${time}`
}

const LARGEST_UNIT = { unit: 'gigabyte', bytes: 1_000_000_000 } as const
const SIZE_UNITS = [
  { unit: 'byte', bytes: 1 },
  { unit: 'kilobyte', bytes: 1000 },
  { unit: 'megabyte', bytes: 1_000_000 },
] as const

/** `84 KB`, `1.2 MB`, `15 GB`, in the words of the language. */
export function sizeWords(sizeBytes: number, language: string): string {
  const { unit, bytes } = SIZE_UNITS.find(one => sizeBytes < one.bytes * 1000) ?? LARGEST_UNIT
  const value = sizeBytes / bytes
  const digits = (unit === 'megabyte' || unit === 'gigabyte') && value < 10 ? 1 : 0
  return numberFormat(language, {
    style: 'unit',
    unit,
    // "19 byte" is what short gives in English.
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: digits,
  }).format(value)
}

function clockTime(at: Date, style: TimeStyle): string {
  return words(at, style, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
}

function minutesWords(minutes: number, language: string): string {
  return numberFormat(language, { style: 'unit', unit: 'minute', unitDisplay: 'short' }).format(minutes)
}

function words(at: Date, style: TimeStyle, options: Intl.DateTimeFormatOptions): string {
  // Plain English would put the month first, as only Americans do.
  const language = style.language === 'en' ? 'en-GB' : style.language
  const written = dateFormat(language, { ...options, timeZone: style.timeZone }).format(at)
  // The "г." of Bulgarian and Russian never begins a line, and the "ч. Гринуич+2" of Bulgarian is written by nobody.
  return written.replace(' г.', '\u00a0г.').replace(' ч. Гринуич', ' GMT')
}

// Swedish writes dates as YYYY-MM-DD, which compares.
function dayOf(at: Date, style: TimeStyle): string {
  return words(at, { ...style, language: 'sv' }, { year: 'numeric', month: '2-digit', day: '2-digit' })
}

function yearOf(at: Date, style: TimeStyle): string {
  return words(at, { ...style, language: 'sv' }, { year: 'numeric' })
}
