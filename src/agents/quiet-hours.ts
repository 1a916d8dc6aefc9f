/** Quiet from one wall clock time to another (over midnight where that is earlier), and on whole days, 0 is Monday. */
export type QuietHours = { from: string; to: string; days: number[] }

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/**
 * Whether an agent wants no sound and no word of the browser at that moment.
 *
 * The clock on the wall decides, so that an hour that a change of the clock repeats or skips is what it says. From and to
 * at the same time is no time at all.
 */
export function isQuietAt(hours: QuietHours | null, timeZone: string, at: Date): boolean {
  if (hours === null) return false
  const { day, time } = wallClock(at, timeZone)
  if (hours.days.includes(day)) return true
  const { from, to } = hours
  return from <= to ? from <= time && time < to : from <= time || time < to
}

function wallClock(at: Date, timeZone: string): { day: number; time: string } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const part = (type: string) => parts.find(one => one.type === type)?.value ?? ''
  return { day: weekdays.indexOf(part('weekday')), time: `${part('hour')}:${part('minute')}` }
}
