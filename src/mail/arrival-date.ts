import { allValues, firstValue, type HeaderField } from './header-fields.ts'
import { parseMailDate } from './mail-date.ts'

/**
 * When a mail came in, as far as its header tells: the time in its topmost Received, which the server wrote that took it
 * in, else its Date; null where neither can be read.
 */
export function arrivalDate(fields: HeaderField[]): Date | null {
  const received = allValues(fields, 'received')[0]
  const stamp = received === undefined ? null : parseMailDate(received.slice(received.lastIndexOf(';') + 1))
  const iso = stamp ?? parseMailDate(firstValue(fields, 'date') ?? '')
  return iso === null ? null : new Date(iso)
}
