import { parseAddress } from './address.ts'
import { cleanLine } from './clean-line.ts'
import { firstValue, type HeaderField, readHeaderFields } from './header-fields.ts'
import type { DeliveryReport, ReportedRecipient } from './mail-types.ts'
import { canonicalMessageId } from './message-id.ts'
import { type MimePart, partBytes } from './mime-tree.ts'

const MAX_RECIPIENTS = 200
const MAX_GROUPS = 400
const ACTIONS = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const

/**
 * The delivery status notification in a mail, or null when it holds none.
 *
 * Reads `message/delivery-status` and its international form (RFC 3464 §2, RFC 6533) wherever it
 * stands, else Exim's X-Failed-Recipients field. Whether it speaks of a mail of ours is the
 * caller's question: anyone can write such a part.
 *
 * @param leaves all leaves of the mail, in order
 */
export function parseDeliveryReport(
  raw: Buffer,
  fields: HeaderField[],
  leaves: MimePart[],
): DeliveryReport | null {
  const status = leaves.find(part => /^message\/(global-)?delivery-status$/.test(part.contentType))
  const recipients = status ? readStatus(partBytes(raw, status)) : failedRecipients(fields)
  if (!status && recipients.length === 0) return null
  return { originalMessageId: originalMessageId(raw, leaves), recipients }
}

function readStatus(bytes: Buffer): ReportedRecipient[] {
  const recipients: ReportedRecipient[] = []
  let at = 0
  for (let group = 0; group < MAX_GROUPS && at < bytes.length; group++) {
    const block = readHeaderFields(bytes, at, bytes.length)
    at = block.bodyStart
    const recipient = readRecipient(block.fields)
    if (recipient) recipients.push(recipient)
    if (recipients.length >= MAX_RECIPIENTS) break
  }
  return recipients
}

/** One per-recipient group (RFC 3464 §2.3); undefined for the per-message group. */
function readRecipient(fields: HeaderField[]): ReportedRecipient | undefined {
  const given = firstValue(fields, 'original-recipient') ?? firstValue(fields, 'final-recipient')
  const final = firstValue(fields, 'final-recipient') ?? given
  const address = typedAddress(final ?? '') ?? typedAddress(given ?? '')
  if (address === undefined) return undefined
  const diagnostic = firstValue(fields, 'diagnostic-code') ?? ''
  const status = bestStatus(firstValue(fields, 'status') ?? '', diagnostic)
  const said = (firstValue(fields, 'action') ?? '').toLowerCase()
  const action = ACTIONS.find(word => said.startsWith(word)) ?? actionOf(status)
  return {
    address,
    action,
    status,
    diagnostic: cleanLine(diagnostic.replace(/^[\w-]{1,20} ?; ?/, ''), 1_000),
  }
}

/** A status that says nothing (`5.0.0`) gives way to the one in the server's words, of the same class. */
function bestStatus(status: string, diagnostic: string): string {
  const given = enhancedStatus(status)
  const said = enhancedStatus(diagnostic)
  const isVague = given === '' || given.endsWith('.0.0')
  return isVague && said !== '' && (given === '' || said[0] === given[0]) ? said : given
}

function enhancedStatus(text: string): string {
  return /(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(text.slice(0, 2_000))?.[1] ?? ''
}

/** The class of the status says it when the action does not (RFC 3463 §2). */
function actionOf(status: string): ReportedRecipient['action'] {
  if (status.startsWith('2')) return 'delivered'
  return status.startsWith('4') ? 'delayed' : 'failed'
}

/** `rfc822; <ann@example.org>` → the address. */
function typedAddress(value: string): string | undefined {
  const text = value.slice(value.indexOf(';') + 1).trim()
  return parseAddress(text.replace(/^<([^<>]*)>$/, '$1'))?.address
}

function failedRecipients(fields: HeaderField[]): ReportedRecipient[] {
  const list = firstValue(fields, 'x-failed-recipients') ?? ''
  return list
    .split(',', MAX_RECIPIENTS)
    .map(text => parseAddress(text)?.address)
    .filter(address => address !== undefined)
    .map(address => ({ address, action: 'failed', status: '', diagnostic: '' }) as const)
}

/** From the returned mail or its headers (RFC 6522 §3), in whatever part they stand. */
function originalMessageId(raw: Buffer, leaves: MimePart[]): string | null {
  const returned = leaves.find(part =>
    /^(message\/(rfc822|global)|text\/rfc822-headers|message\/rfc822-headers)/.test(part.contentType),
  )
  if (!returned) return null
  const bytes = partBytes(raw, returned)
  const id = firstValue(readHeaderFields(bytes, 0, bytes.length).fields, 'message-id')
  return id === undefined ? null : canonicalMessageId(id)
}
