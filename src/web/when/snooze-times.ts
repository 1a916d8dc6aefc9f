import { daysAhead, localTime } from './local-time.ts'

/** A time to put a ticket away until that is offered, by its words in the catalogues. */
export type SnoozeTime = { id: 'later' | 'evening' | 'tomorrow' | 'monday' | 'week'; at: Date }

const HOUR_MS = 3_600_000
// Whoever comes back later today is still at work then.
const LAST_HOUR = 21

/**
 * What is offered in the agent's zone: in three hours (as long as that is today, before nine in the evening), this
 * evening at 19:00, and at 9:00 tomorrow, on Monday and in a week; none twice.
 */
export function snoozeTimes(now: Date, timeZone: string): SnoozeTime[] {
  const { today, at, daysToMonday } = daysAhead(now, timeZone)
  // To the quarter of an hour: nobody waits for 14:37.
  const later = new Date(Math.ceil((now.getTime() + 3 * HOUR_MS) / (HOUR_MS / 4)) * (HOUR_MS / 4))
  const laterClock = localTime(later, timeZone)
  const evening = at(0, '19:00')
  const times: SnoozeTime[] = []
  if (laterClock.startsWith(today) && Number(laterClock.slice(11, 13)) < LAST_HOUR) {
    times.push({ id: 'later', at: later })
  }
  if (evening.getTime() - now.getTime() > HOUR_MS) times.push({ id: 'evening', at: evening })
  times.push({ id: 'tomorrow', at: at(1, '09:00') })
  if (daysToMonday > 1) times.push({ id: 'monday', at: at(daysToMonday, '09:00') })
  if (daysToMonday !== 7) times.push({ id: 'week', at: at(7, '09:00') })
  return times
}
