const maxOffsetMinutes = 14 * 60 // Kiritimati; nobody lives further east, nor west of -12
const NUMERIC =
  /^\s*(?:[a-z]{2,10}\.?,?\s{0,3})?\d{1,2}[ -][a-z]{3,9}[ -]\d{2,4} {1,3}\d{1,2}:\d{2}(?::\d{2})? {1,3}([+-])(\d{2})(\d{2})(?:\s*\([^()]{0,40}\))?\s*$/i

/**
 * How far the clock of who wrote a mail is from UTC, in minutes to the east, as the Date header says; null where that
 * says nothing of them. `-0000` says so itself (RFC 5322 §3.3); `+0000` is what servers write for everybody; what
 * no clock on Earth has is made up.
 */
export function clockOffset(date: string): number | null {
  const [, sign, hours, minutes] = NUMERIC.exec(date.slice(0, 120)) ?? []
  if (sign === undefined || Number(minutes) > 59) return null
  const offset = Number(hours) * 60 + Number(minutes)
  const isReal = offset > 0 && offset <= (sign === '-' ? 12 * 60 : maxOffsetMinutes) && offset % 15 === 0
  if (!isReal) return null
  return sign === '-' ? -offset : offset
}
