const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

// RFC 5322 §4.3: hours from UTC. Military letters are read as UTC, as §4.3 asks.
const ZONES: Readonly<Record<string, number>> = {
  edt: -4,
  est: -5,
  cdt: -5,
  cst: -6,
  mdt: -6,
  mst: -7,
  pdt: -7,
  pst: -8,
  bst: 1,
  cet: 1,
  met: 1,
  cest: 2,
  eet: 2,
  eest: 3,
  msk: 3,
  jst: 9,
}

const TIME = String.raw`(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2})(?:\.\d{1,9})?)?(?: ?([ap]m))?`
const USUAL = new RegExp(
  String.raw`^(?:[^\d\s,]{2,24},? ?)?(\d{1,2})[ -]([a-z]{3,9})\.?,?[ -](\d{2,4}),?(?: ${TIME})?(?: ?(.{1,12}))?$`,
)
// A script's own format.
const NUMERIC = new RegExp(String.raw`^(\d{1,2})\.(\d{1,2})\.(\d{4}),?(?: ${TIME})?(?: ([+-]\d{4}))?$`)
const ASCTIME = new RegExp(
  String.raw`^(?:[a-z]{3,10},? )?([a-z]{3,9}) (\d{1,2}),? ${TIME}(?: ([a-z]{2,5}|[+-]\d{4}))? (\d{4})(?: (.{1,12}))?$`,
)

type Parts = {
  year: number
  month: number
  day: number
  time: (string | undefined)[]
  zone: string | undefined
}

/**
 * The Date header as ISO 8601 in UTC, or null when it is none (RFC 5322 §3.3, with the obsolete
 * zones, two-digit years and comments of §4.3, C's asctime and ISO 8601). Without a zone: UTC.
 * Years outside 1900-9999 are refused, so that every store can hold the instant.
 */
export function parseMailDate(value: string): string | null {
  const text = value
    .slice(0, 200)
    .replace(/\([^()]*\)/g, ' ')
    .replace(/[\s\u00a0]+/g, ' ')
    .replace(/ ?: ?/g, ':')
    .trim()
    .toLowerCase()
  const parts = usualParts(text) ?? asctimeParts(text) ?? numericParts(text)
  return parts ? toIso(parts) : isoText(text)
}

function usualParts(text: string): Parts | undefined {
  const match = USUAL.exec(text)
  if (!match) return undefined
  const [, day, month = '', year = '', hour, minute, second, half, zone] = match
  return {
    year: fullYear(year),
    month: MONTHS.indexOf(month.slice(0, 3)),
    day: Number(day),
    time: [hour, minute, second, half],
    zone,
  }
}

function asctimeParts(text: string): Parts | undefined {
  const match = ASCTIME.exec(text)
  if (!match) return undefined
  const [, month = '', day, hour, minute, second, half, zoneBefore, year = '', zoneAfter] = match
  return {
    year: Number(year),
    month: MONTHS.indexOf(month.slice(0, 3)),
    day: Number(day),
    time: [hour, minute, second, half],
    zone: zoneBefore ?? zoneAfter,
  }
}

function numericParts(text: string): Parts | undefined {
  const match = NUMERIC.exec(text)
  if (!match) return undefined
  const [, day, month, year, hour, minute, second, half, zone] = match
  return {
    year: Number(year),
    month: Number(month) <= 12 ? Number(month) - 1 : -1,
    day: Number(day),
    time: [hour, minute, second, half],
    zone,
  }
}

/** Two digits below 50 are 20xx, others and three digits add 1900 (RFC 5322 §4.3). */
function fullYear(digits: string): number {
  const year = Number(digits)
  if (digits.length === 2) return year < 50 ? 2000 + year : 1900 + year
  return digits.length === 3 ? 1900 + year : year
}

function toIso(parts: Parts): string | null {
  const [hour, minute, second, half] = parts.time
  let hours = Number(hour ?? 0)
  if (half !== undefined) hours = (hours % 12) + (half === 'pm' ? 12 : 0)
  const seconds = Math.min(Number(second ?? 0), 59) // a leap second
  const isWrong = parts.month < 0 || parts.day < 1 || parts.day > 31 || hours > 24 || Number(minute ?? 0) > 59
  if (isWrong || parts.year < 1900 || parts.year > 9999) return null
  const localMs = Date.UTC(parts.year, parts.month, parts.day, hours, Number(minute ?? 0), seconds)
  return inRange(new Date(localMs - zoneMinutes(parts.zone ?? '') * 60_000))
}

function zoneMinutes(zone: string): number {
  const numeric = /([+-])(\d{2}):?(\d{2})\b/.exec(zone)
  if (!numeric) return (ZONES[/^[a-z]+/.exec(zone.trim())?.[0] ?? ''] ?? 0) * 60
  const minutes = Number(numeric[2]) * 60 + Number(numeric[3])
  return numeric[1] === '-' ? -minutes : minutes
}

function isoText(text: string): string | null {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)? ?(z|[+-]\d{2}:?\d{2})?)?$/.exec(text)
  if (!match) return null
  const [, year, month, day, time = '00:00', zone = 'z'] = match
  const offset = zone === 'z' ? 'Z' : zone.replace(/^(.\d{2}):?(\d{2})$/, '$1:$2')
  return inRange(new Date(`${year}-${month}-${day}T${time}${offset}`))
}

function inRange(date: Date): string | null {
  const year = date.getUTCFullYear()
  return year >= 1900 && year <= 9999 ? date.toISOString() : null
}
