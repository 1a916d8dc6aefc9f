import { AppError } from '../lib/app-error.ts'

/** Refuses a time zone this machine does not know. @throws AppError `bad-time-zone` */
export function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch (cause) {
    throw new AppError(
      'bad-time-zone',
      'unknown time zone, e.g. Europe/Sofia is one',
      { timeZone },
      { cause },
    )
  }
}
