import { makeAddress } from './address.ts'
import type { StatedRecipient } from './delivery-report.ts'
import { findCodes, keptWords } from './status-codes.ts'

const MAX_CHARS = 200_000
const MAX_RECIPIENTS = 50
const TYPES = {
  bounce: 'failed',
  complaint: 'failed',
  delivery: 'delivered',
  deliverydelay: 'delayed',
} as const

/** What Amazon SES tells by SNS mail; `recipients` is empty for a complaint. */
export type SesNotification = { type: keyof typeof TYPES; recipients: StatedRecipient[] }

/**
 * The notification in a mail of Amazon SNS, or undefined: JSON in the text (SES developer guide,
 * "Amazon SNS notification contents"), perhaps broken by a relay that folds long lines with `!` and LF.
 */
export function readSesNotification(text: string): SesNotification | undefined {
  const start = text.indexOf('{"notificationType"')
  if (start < 0) return undefined
  const end = text.lastIndexOf('}', start + MAX_CHARS)
  const given = parseJson(text.slice(start, end + 1).replace(/!\n ?|\n/g, ''))
  const name = textOf(given.notificationType).toLowerCase()
  const type = (Object.keys(TYPES) as (keyof typeof TYPES)[]).find(one => one === name)
  if (type === undefined) return undefined
  const part = objectOf(given[type === 'deliverydelay' ? 'deliveryDelay' : type])
  return { type, recipients: type === 'complaint' ? [] : readRecipients(type, part) }
}

function readRecipients(type: keyof typeof TYPES, part: Record<string, unknown>): StatedRecipient[] {
  const list = [part.bouncedRecipients, part.delayedRecipients, part.recipients].find(Array.isArray)
  return (list ?? []).slice(0, MAX_RECIPIENTS).flatMap(one => {
    const given = typeof one === 'string' ? { emailAddress: one } : objectOf(one)
    const address = makeAddress(null, textOf(given.emailAddress))?.address
    if (address === undefined) return []
    const words = textOf(given.diagnosticCode) || textOf(part.smtpResponse)
    const diagnostic = keptWords(words.replace(/^smtp; ?/i, ''))
    const stated = findCodes(textOf(given.status)).status
    const status = stated || findCodes(diagnostic).status
    return [{ address, originalAddress: null, action: TYPES[type], status, diagnostic, hasAction: true }]
  })
}

function parseJson(text: string): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return {} // cut or broken on its way: nothing is known then
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 2_000) : ''
}
