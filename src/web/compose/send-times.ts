import { daysAhead } from '../when/local-time.ts'

/** A time to send at that is offered, by its words in the catalogues. */
export type SendTime = { id: 'hour' | 'afternoon' | 'tomorrow' | 'monday'; at: Date }

const HOUR_MS = 3_600_000

/**
 * What is offered for sending later, in the agent's zone: in an hour, this afternoon (15:00, until 14:00), and at
 * 9:00 tomorrow and next Monday; Monday once.
 */
export function sendTimes(now: Date, timeZone: string): SendTime[] {
  const { at, daysToMonday } = daysAhead(now, timeZone)
  const afternoon = at(0, '15:00')
  const times: SendTime[] = [{ id: 'hour', at: new Date(now.getTime() + HOUR_MS) }]
  if (afternoon.getTime() - now.getTime() > HOUR_MS) times.push({ id: 'afternoon', at: afternoon })
  if (daysToMonday > 1) times.push({ id: 'tomorrow', at: at(1, '09:00') })
  return [...times, { id: 'monday', at: at(daysToMonday, '09:00') }]
}
