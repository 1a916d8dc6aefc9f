import { parseAddress } from './address.ts'
import { bounceReason } from './bounce-reason.ts'
import { firstValue, type HeaderField, readHeaderFields } from './header-fields.ts'
import type { ReportedRecipient } from './mail-types.ts'
import { bestStatus, findCodes, keptWords } from './status-codes.ts'

const MAX_RECIPIENTS = 200
const MAX_GROUPS = 400
const ACTIONS = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const

/** A recipient as a report states it; `address` is null where it could not be read. */
export type StatedRecipient = Omit<ReportedRecipient, 'address' | 'reason'> & {
  address: string | null
  /** False where the report names no action, so that its words may say which. */
  hasAction: boolean
}

/**
 * The recipients of a `message/delivery-status` part or its international form (RFC 3464 §2,
 * RFC 6533). Whether it speaks of a mail of ours is the caller's question: anyone can write such a part.
 */
export function readDeliveryStatus(bytes: Buffer): StatedRecipient[] {
  const recipients: StatedRecipient[] = []
  let at = 0
  for (let group = 0; group < MAX_GROUPS && at < bytes.length; group++) {
    const block = readHeaderFields(bytes, at, bytes.length)
    at = block.bodyStart
    for (const fields of splitRecipients(block.fields)) {
      const recipient = readRecipient(fields)
      if (recipient) recipients.push(recipient)
    }
    if (recipients.length >= MAX_RECIPIENTS) break
  }
  return recipients.slice(0, MAX_RECIPIENTS)
}

/** Recipients a server names in X-Failed-Recipients, as Exim and Gmail do beside their words. */
export function readFailedRecipients(fields: HeaderField[]): StatedRecipient[] {
  const list = firstValue(fields, 'x-failed-recipients') ?? ''
  return list
    .split(',', MAX_RECIPIENTS)
    .map(text => parseAddress(text)?.address)
    .filter(address => address !== undefined)
    .map(address => ({ ...NOTHING, address }))
}

/** A recipient with the reason its words and status give. */
export function withReason(one: Omit<ReportedRecipient, 'reason'>): ReportedRecipient {
  const { address, originalAddress, action, status, diagnostic } = one
  const reason = bounceReason(status, diagnostic)
  return { address, originalAddress, action, status, diagnostic, reason }
}

/**
 * The recipient in whose name a mail was refused after it had been taken in, from the part that says so: a receipt
 * whose mail was deleted by a program (RFC 5429 §2.2.1). Mail programs write the same of mail that was deleted
 * unread: that somebody refused it has to be said elsewhere in the mail.
 */
export function readRefusal(bytes: Buffer): StatedRecipient[] {
  const { fields } = readHeaderFields(bytes, 0, bytes.length)
  const recipient = readRecipient(fields)
  const isDeleted = /^automatic-action ?\/ ?mdn-sent-automatically ?; ?deleted/i.test(
    firstValue(fields, 'disposition') ?? '',
  )
  return isDeleted && recipient !== undefined ? [{ ...recipient, action: 'failed', hasAction: true }] : []
}

const NOTHING = {
  address: null,
  originalAddress: null,
  action: 'failed',
  status: '',
  diagnostic: '',
  hasAction: false,
} as const satisfies StatedRecipient

/** Some programs write no empty line between recipients (RFC 3464 §2.3): the second Final-Recipient begins another. */
function splitRecipients(fields: HeaderField[]): HeaderField[][] {
  const starts = fields.flatMap((field, index) => (field.name === 'final-recipient' ? [index] : []))
  if (starts.length < 2) return [fields]
  return starts.map((start, index) => fields.slice(index === 0 ? 0 : start, starts[index + 1]))
}

/** One per-recipient group (RFC 3464 §2.3); undefined for the per-message group. */
function readRecipient(fields: HeaderField[]): StatedRecipient | undefined {
  const original = firstValue(fields, 'original-recipient')
  const final = firstValue(fields, 'final-recipient') ?? original
  if (final === undefined) return undefined
  const diagnostic = withoutType(firstValue(fields, 'diagnostic-code') ?? '')
  const stated = findCodes(firstValue(fields, 'status') ?? '').status
  const status = bestStatus(stated, findCodes(diagnostic).status)
  const said = (firstValue(fields, 'action') ?? '').toLowerCase()
  const action = ACTIONS.find(word => said.startsWith(word))
  const originalAddress = original === undefined ? null : (typedAddress(original) ?? null)
  return {
    address: typedAddress(final) ?? originalAddress,
    originalAddress,
    action: action ?? actionOf(status),
    status,
    diagnostic: keptWords(diagnostic),
    hasAction: action !== undefined,
  }
}

/** The class of the status says it when the action does not (RFC 3463 §2). */
function actionOf(status: string): ReportedRecipient['action'] {
  if (status.startsWith('2')) return 'delivered'
  return status.startsWith('4') ? 'delayed' : 'failed'
}

/** `smtp; 550 …` → `550 …` */
function withoutType(diagnostic: string): string {
  return diagnostic.replace(/^[\w-]{1,20} ?; ?/, '')
}

/** `rfc822; <ann@example.org>` → the address; of a pipe or a route, the address in it. */
function typedAddress(value: string): string | undefined {
  const text = value
    .slice(0, 1_000)
    .slice(value.indexOf(';') + 1)
    .trim()
  const whole = parseAddress(text.replace(/^<([^<>]*)>$/, '$1'))
  if (whole) return whole.address
  const inside = /[^\s<>"';:,|/]{1,100}@[^\s<>"';:,|/]{1,200}/.exec(text)?.[0]
  return inside === undefined ? undefined : parseAddress(inside)?.address
}
