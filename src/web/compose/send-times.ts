/** A time to send at that is offered, by its words in the catalogues. */
export type SendTime = { id: 'hour' | 'afternoon' | 'tomorrow' | 'monday'; at: Date }

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * What is offered for sending later, in the agent's zone: in an hour, this afternoon (15:00, until 14:00), and at
 * 9:00 tomorrow and next Monday; Monday once.
 */
export function sendTimes(now: Date, timeZone: string): SendTime[] {
  const today = localTime(now, timeZone).slice(0, 10)
  const dayAfter = (days: number) => new Date(Date.parse(today) + days * DAY_MS)
  const at = (days: number, clock: string) =>
    instantAt(`${dayAfter(days).toISOString().slice(0, 10)}T${clock}`, timeZone)
  const afternoon = at(0, '15:00')
  const daysToMonday = (8 - dayAfter(0).getUTCDay()) % 7 || 7
  const times: SendTime[] = [{ id: 'hour', at: new Date(now.getTime() + HOUR_MS) }]
  if (afternoon.getTime() - now.getTime() > HOUR_MS) times.push({ id: 'afternoon', at: afternoon })
  if (daysToMonday > 1) times.push({ id: 'tomorrow', at: at(1, '09:00') })
  return [...times, { id: 'monday', at: at(daysToMonday, '09:00') }]
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
  const words = new Intl.DateTimeFormat('sv', {
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
