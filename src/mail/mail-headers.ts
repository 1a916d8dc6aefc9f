import { parseAddressList } from './address-list.ts'
import { newGuessBudget } from './charset.ts'
import { cleanLine } from './clean-line.ts'
import { clockOffset } from './clock-offset.ts'
import { decodeHeaderText } from './encoded-words.ts'
import { allValues, firstValue, type HeaderField } from './header-fields.ts'
import { parseMailDate } from './mail-date.ts'
import type { Address, MailDefect, ParsedMail } from './mail-types.ts'
import { canonicalMessageId, listMessageIds } from './message-id.ts'
import { readSenderTrace } from './sender-trace.ts'

/** The part of a mail that its top header fields give. */
export type MailHeaders = Pick<
  ParsedMail,
  | 'subject'
  | 'from'
  | 'sender'
  | 'replyTo'
  | 'to'
  | 'cc'
  | 'sentAt'
  | 'utcOffsetMinutes'
  | 'internetMessageId'
  | 'inReplyTo'
  | 'references'
  | 'recipientAddresses'
  | 'letterdeskRef'
  | 'trace'
>

const MAX_SUBJECT_CHARS = 998 // RFC 5322 §2.1.1
const MAX_RECIPIENT_ADDRESSES = 200

/**
 * Reads the fields of RFC 5322 §3.6 and the trace fields that name recipients. Of repeated fields
 * the first wins and a defect says so (RFC 7103 §7.1); To and Cc are read together.
 *
 * @param charset of the mail's text, for raw 8-bit headers; null when unknown
 */
export function readMailHeaders(
  fields: HeaderField[],
  charset: string | null,
  defects: Set<MailDefect>,
): MailHeaders {
  const budget = newGuessBudget()
  const decode = (latin1: string): string => decodeHeaderText(latin1, charset, budget)
  const lists = (name: string): Address[] => readAddresses(allValues(fields, name), decode, defects)
  const to = lists('to')
  const cc = lists('cc')
  noteRepeats(fields, defects)
  return {
    subject: cleanLine(decode(firstValue(fields, 'subject') ?? ''), MAX_SUBJECT_CHARS),
    from: readFrom(allValues(fields, 'from'), decode, defects),
    sender: readAddresses(allValues(fields, 'sender').slice(0, 1), decode, defects)[0] ?? null,
    replyTo: readAddresses(allValues(fields, 'reply-to').slice(0, 1), decode, defects),
    to,
    cc,
    sentAt: readDate(fields, defects),
    utcOffsetMinutes: clockOffset(firstValue(fields, 'date') ?? ''),
    ...readIds(fields, decode, defects),
    recipientAddresses: recipientAddresses([...to, ...cc], fields, decode),
    letterdeskRef: cleanLine(firstValue(fields, 'x-letterdesk-ref') ?? '', 200) || null,
    trace: readSenderTrace(fields),
  }
}

function readAddresses(
  values: string[],
  decode: (latin1: string) => string,
  defects: Set<MailDefect>,
): Address[] {
  const list = parseAddressList(values.join(', '), decode)
  if (list.isCut) defects.add('too-many-recipients')
  return list.addresses
}

function readFrom(
  values: string[],
  decode: (latin1: string) => string,
  defects: Set<MailDefect>,
): Address | null {
  const first = values[0]
  if (first === undefined) {
    defects.add('no-from')
    return null
  }
  const list = parseAddressList(first, decode)
  const addresses = list.addresses.length > 0 ? list.addresses : encodedWhole(first, decode)
  if (values.length > 1 || addresses.length > 1) defects.add('several-from')
  if (addresses.length === 0 || list.isBad) defects.add('bad-from')
  return addresses[0] ?? null
}

/** Some programs encode `Name <address>` as a whole (forbidden by RFC 2047 §5): read it, marked as bad. */
function encodedWhole(value: string, decode: (latin1: string) => string): Address[] {
  const decoded = cleanLine(decode(value), 1_000)
  if (!value.includes('=?') || value.includes('@') || !decoded.endsWith('>')) return []
  const utf8 = Buffer.from(decoded).toString('latin1')
  return parseAddressList(utf8, latin1 => Buffer.from(latin1, 'latin1').toString()).addresses
}

function readDate(fields: HeaderField[], defects: Set<MailDefect>): string | null {
  const values = allValues(fields, 'date')
  const sentAt = parseMailDate(values[0] ?? '')
  if (sentAt === null) defects.add(values.length === 0 ? 'no-date' : 'bad-date')
  return sentAt ?? firstReadable(values.slice(1, 10))
}

function firstReadable(dates: string[]): string | null {
  for (const value of dates) {
    const date = parseMailDate(value)
    if (date !== null) return date
  }
  return null
}

type Ids = Pick<MailHeaders, 'internetMessageId' | 'inReplyTo' | 'references'>

function readIds(fields: HeaderField[], decode: (latin1: string) => string, defects: Set<MailDefect>): Ids {
  const own = firstValue(fields, 'message-id')
  const internetMessageId = own === undefined ? null : canonicalMessageId(decode(own))
  if (internetMessageId === null) defects.add(own === undefined ? 'no-message-id' : 'bad-message-id')
  const parents = listMessageIds(decode(allValues(fields, 'in-reply-to').join(' ')))
  const ancestors = listMessageIds(decode(allValues(fields, 'references').join(' ')))
  if (parents.isCut || ancestors.isCut) defects.add('too-many-references')
  return { internetMessageId, inReplyTo: parents.ids, references: ancestors.ids }
}

function noteRepeats(fields: HeaderField[], defects: Set<MailDefect>): void {
  if (allValues(fields, 'subject').length > 1) defects.add('several-subject')
  if (allValues(fields, 'message-id').length > 1) defects.add('several-message-id')
}

function recipientAddresses(
  shown: Address[],
  fields: HeaderField[],
  decode: (latin1: string) => string,
): string[] {
  const traces = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to'].flatMap(name =>
    allValues(fields, name),
  )
  const traced = parseAddressList(traces.slice(0, 50).join(', '), decode).addresses
  const addresses = [...traced, ...shown].map(one => one.address)
  return [...new Set(addresses)].slice(0, MAX_RECIPIENT_ADDRESSES)
}
