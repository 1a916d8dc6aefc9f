import type { CalendarTime } from '../../shared/tickets.ts'
import type { TimeStyle } from '../ui/format-time.ts'
import { dateFormat } from '../ui/kept-format.ts'

const DAY_MS = 86_400_000
const DAY_WORDS = { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' } as const
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const

/**
 * From when to when, in the agent's own zone; in the words of the mail where it does not say in which zone
 * it is. The end of whole days is the first day that is free again (RFC 5545 §3.6.1): the last one is shown.
 */
export function eventTime(start: CalendarTime, end: CalendarTime | null, style: TimeStyle): string {
  if (start.local.length === 10) {
    const first = Date.parse(start.local)
    const last = end === null ? first : Math.max(first, Date.parse(end.local) - DAY_MS)
    return range({ ...DAY_WORDS, timeZone: 'UTC' }, [first, last], style)
  }
  if (start.at !== null) {
    const times = [start.at, end?.at ?? start.at].map(Date.parse)
    return range({ ...DAY_WORDS, ...CLOCK, timeZone: style.timeZone, timeZoneName: 'short' }, times, style)
  }
  const times = [start, end ?? start].map(time => Date.parse(`${time.local}Z`))
  const words = range({ ...DAY_WORDS, ...CLOCK, timeZone: 'UTC' }, times, style)
  return start.timeZone === null ? words : `${words} (${start.timeZone})`
}

/** The clock in the zone of the appointment, where it shows another time than the agent's; else null. */
export function timeThere(start: CalendarTime, style: TimeStyle): { time: string; zone: string } | null {
  if (start.at === null || start.timeZone === null || start.timeZone === 'UTC') return null
  const time = start.local.slice(11, 16)
  const here = dateFormat('en', { ...CLOCK, timeZone: style.timeZone }).format(new Date(start.at))
  return here === time ? null : { time, zone: start.timeZone }
}

function range(options: Intl.DateTimeFormatOptions, times: readonly number[], style: TimeStyle): string {
  const [start = 0, end = start] = times
  return dateFormat(style.language, options).formatRange(start, Math.max(start, end))
}
