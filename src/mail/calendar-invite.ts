import { CALENDAR_METHODS, type CalendarAnswer, type CalendarMethod } from '../shared/vocabulary.ts'
import { parseAddress } from './address.ts'
import {
  type CalendarComponent,
  type CalendarLine,
  findComponent,
  lineOf,
  readCalendar,
  textValue,
} from './calendar-lines.ts'
import { calendarTime, later } from './calendar-time.ts'
import { cleanLine } from './clean-line.ts'
import type { CalendarInvite } from './mail-types.ts'

const ANSWERS: Readonly<Record<string, CalendarAnswer>> = {
  ACCEPTED: 'accepted',
  DECLINED: 'declined',
  TENTATIVE: 'tentative',
  DELEGATED: 'delegated',
}
const MAX_ATTENDEES = 100
const MAX_LINE_CHARS = 300

/**
 * What a calendar part says of its first event (RFC 5545, 5546); null when it has none. For showing only:
 * nobody here acts on it.
 *
 * @param method of the part's Content-Type, where the calendar names none
 */
export function parseCalendarInvite(text: string, method: string | null): CalendarInvite | null {
  const root = readCalendar(text)
  const event = findComponent(root, 'VEVENT')
  if (!event) return null
  const calendar = findComponent(root, 'VCALENDAR')
  const zones = (calendar ?? root).inner.filter(one => one.name === 'VTIMEZONE')
  const start = calendarTime(lineOf(event, 'DTSTART'), zones)
  const duration = lineOf(event, 'DURATION')?.value
  const end =
    calendarTime(lineOf(event, 'DTEND'), zones) ??
    (start && duration !== undefined ? later(start, duration) : null)
  const organizer = lineOf(event, 'ORGANIZER')
  return {
    method: methodOf(calendar, method),
    summary: oneLine(lineOf(event, 'SUMMARY')),
    location: oneLine(lineOf(event, 'LOCATION')) || null,
    start,
    end,
    isRepeated: lineOf(event, 'RRULE') !== undefined || lineOf(event, 'RDATE') !== undefined,
    isCancelled: lineOf(event, 'STATUS')?.value.trim().toUpperCase() === 'CANCELLED',
    organizer: organizer ? personOf(organizer) : null,
    attendees: event.lines
      .filter(line => line.name === 'ATTENDEE')
      .slice(0, MAX_ATTENDEES)
      .map(line => ({ ...personOf(line), answer: answerOf(line) })),
  }
}

function methodOf(calendar: CalendarComponent | undefined, given: string | null): CalendarMethod {
  const word = (lineOf(calendar ?? EMPTY, 'METHOD')?.value ?? given ?? '').trim().toLowerCase()
  return CALENDAR_METHODS.find(one => one === word) ?? 'publish'
}

const EMPTY: CalendarComponent = { name: '', lines: [], inner: [] }

function oneLine(line: CalendarLine | undefined): string {
  return cleanLine(textValue(line), MAX_LINE_CHARS)
}

function answerOf(line: CalendarLine): CalendarAnswer {
  return ANSWERS[line.params.get('PARTSTAT')?.toUpperCase() ?? ''] ?? 'none'
}

/** An address that is none is shown as the name. */
function personOf(line: CalendarLine): { name: string | null; address: string | null } {
  const given = line.value.trim().replace(/^mailto:/i, '')
  const address = parseAddress(given)?.address ?? null
  const name = cleanLine(line.params.get('CN') ?? '', MAX_LINE_CHARS)
  if (name !== '' && name !== address) return { name, address }
  return { name: address === null ? cleanLine(given, MAX_LINE_CHARS) || null : null, address }
}
