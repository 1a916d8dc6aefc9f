import { citedContentIds, describeAttachment } from './attachments.ts'
import { parseCalendarInvite } from './calendar-invite.ts'
import { charsetOfText, decodeText, newGuessBudget } from './charset.ts'
import { classifyMail } from './classify-mail.ts'
import { cleanLine } from './clean-line.ts'
import { detectLanguage } from './detect-language.ts'
import { readForwarded } from './forwarded-mail.ts'
import { firstValue, type HeaderField, readHeaderFields } from './header-fields.ts'
import { leavesOf } from './leaves-of.ts'
import { readMailBody } from './mail-body.ts'
import { type MailHeaders, readMailHeaders } from './mail-headers.ts'
import { copyKey, mailKey } from './mail-key.ts'
import { readMailReport, readRefusalPart, readStatusPart } from './mail-report.ts'
import {
  type AttachmentInfo,
  type CalendarInvite,
  type MailDefect,
  type ParsedMail,
  READER_VERSION,
} from './mail-types.ts'
import { type MimePart, partBytes, readMimeTree } from './mime-tree.ts'
import { listProtections } from './protections.ts'
import { readReturnedMail } from './returned-mail.ts'
import { readSenderAgain } from './second-opinion.ts'
import { isSoundSender } from './sound-sender.ts'
import { splitMail } from './split-mail.ts'
import { type ListedPart, type UnpackedMail, unpackParts } from './unpack-parts.ts'

const SNIPPET_CHARS = 200
const MAX_CALENDARS = 3
const FALLBACK_BYTES = 100_000
const HEADER_SAMPLE_BYTES = 20_000

/**
 * Reads a mail (RFC 5322, MIME). Bad mail is no error: what can be read is returned, with
 * `defects`; over the limits of depth, parts and size the rest stays in the raw bytes.
 *
 * Pure and linear, but as slow as its input is big: strangers' mail goes through the reader
 * process (inbound/mail-reader.ts).
 */
export async function parseMail(raw: Buffer): Promise<ParsedMail> {
  const { mail, header } = readTolerantly(raw)
  return await doubtSender(mail, header)
}

/** A mail read by our own reader, with the bytes of its header. */
type Reading = { mail: ParsedMail; header: Buffer }

function readTolerantly(raw: Buffer): Reading {
  try {
    return readMail(raw)
  } catch {
    return readHeadersOnly(raw) // a fault of ours, met on one mail: its headers still file it
  }
}

/** Marks a sender whom a second reader reads otherwise: nobody may be taken for that person then. */
async function doubtSender(mail: ParsedMail, header: Buffer): Promise<ParsedMail> {
  const second = await readSenderAgain(header)
  const isSame =
    mail.from === null ||
    (isSoundSender(header) && (second === null || second === mail.from.address.toLowerCase()))
  return isSame ? mail : { ...mail, defects: [...mail.defects, 'doubtful-sender' as const].sort() }
}

/**
 * One attached part with its decoded bytes, by the numbers `parseMail` gave; undefined when the
 * mail has no such part.
 */
export function readAttachment(
  raw: Buffer,
  index: number,
): Promise<{ info: AttachmentInfo; bytes: Buffer } | undefined> {
  const mail = withLineFeeds(raw)
  const { attachments } = unpackParts(mail, readMimeTree(mail).root)
  const listed = attachments.find(one => one.index === index)
  if (!listed) return Promise.resolve(undefined)
  const info = describeAttachment(mail, listed, new Set())
  return Promise.resolve({ info, bytes: partBytes(mail, listed.part) })
}

function readMail(given: Buffer): Reading {
  const raw = withLineFeeds(given)
  const defects = new Set<MailDefect>()
  const { root, blankLineEnd, isCut } = readMimeTree(raw)
  if (isCut) defects.add('could-not-be-fully-parsed')
  const parts = unpackParts(raw, root)
  const leaves = leavesOf(root)
  const headers = readMailHeaders(root.fields, charsetOf(raw, leaves), defects)
  const body = readMailBody(raw, parts, defects)
  const judged = judge(raw, root, leaves, headers, body.text)
  const { folds, visibleText, snippet, ownText } = splitMail({ ...headers, ...body })
  const mail = {
    readerVersion: READER_VERSION,
    ...headers,
    ...body,
    folds,
    visibleText,
    snippet,
    language: detectLanguage(ownText, languageHint(root.fields)),
    attachments: describeAttachments(raw, parts, body.html, defects),
    calendar: readCalendarPart(raw, parts),
    protections: listProtections(raw, root, body.text),
    ...judged,
    ...keysOf(given, { ...root, bodyStart: blankLineEnd, raw, ...headers }),
    defects: [...defects].sort(),
  }
  return { mail, header: raw.subarray(0, root.bodyStart) }
}

/** The primary tag of Content-Language (RFC 3282 §2, RFC 5646 §2.1). */
function languageHint(fields: HeaderField[]): string | null {
  const tag = /^[a-z]{2,3}\b/i.exec(firstValue(fields, 'content-language') ?? '')?.[0]
  return tag?.toLowerCase() ?? null
}

type Judged = Pick<ParsedMail, 'kind' | 'kindReason' | 'deliveryReport' | 'returnedMail' | 'forwarded'>

/** The kind of a mail, and what a report in it says of which mail. */
function judge(raw: Buffer, root: MimePart, leaves: MimePart[], headers: MailHeaders, text: string): Judged {
  const { from, subject } = headers
  const { fields } = root
  const status = readStatusPart(raw, leaves) ?? readRefusalPart(raw, { fields, leaves, text })
  const verdict = classifyMail({ fields, root, leaves, from, subject, text, status })
  const isReport = verdict.kind === 'bounce' || verdict.kindReason === 'delivery-status'
  const isAboutMail = isReport || verdict.kind === 'complaint' || verdict.kind === 'receipt'
  return {
    ...verdict,
    deliveryReport: isReport
      ? readMailReport({
          raw,
          fields,
          leaves,
          subject,
          text,
          status,
          own: headers.to.map(one => one.address),
        })
      : null,
    returnedMail: isAboutMail ? readReturnedMail(raw, leaves, text) : null,
    forwarded: verdict.kind === 'person' ? readForwarded({ raw, leaves, subject, text }) : null,
  }
}

function readHeadersOnly(raw: Buffer): Reading {
  const defects = new Set<MailDefect>(['could-not-be-fully-parsed'])
  const block = readHeaderFields(raw, 0, raw.length)
  const headers = readMailHeaders(block.fields, null, defects)
  const text = decodeText(raw.subarray(block.bodyStart, block.bodyStart + FALLBACK_BYTES), null)
  const shown = text.replace(/\r\n?/g, '\n').replaceAll('\u0000', '\ufffd').toWellFormed()
  const { internetMessageId } = headers
  const mail = {
    readerVersion: READER_VERSION,
    ...headers,
    text: shown,
    html: null,
    quoteMarks: [],
    folds: [],
    visibleText: shown,
    snippet: cleanLine(shown, SNIPPET_CHARS),
    language: detectLanguage(shown),
    attachments: [],
    calendar: null,
    protections: [],
    kind: 'person' as const,
    kindReason: null,
    deliveryReport: null,
    returnedMail: null,
    forwarded: null,
    ...keysOf(raw, { ...block, raw, internetMessageId }),
    defects: [...defects].sort(),
  }
  return { mail, header: raw.subarray(0, block.bodyStart) }
}

/** @param given the bytes as they came: of a mail without Message-ID they are what it is */
function keysOf(
  given: Buffer,
  mail: { raw: Buffer; fields: HeaderField[]; bodyStart: number; internetMessageId: string | null },
): Pick<ParsedMail, 'mailKey' | 'copyKey'> {
  const key = mailKey(mail.internetMessageId === null ? { ...mail, raw: given } : mail)
  return { mailKey: key, copyKey: copyKey({ ...mail, key }) }
}

function describeAttachments(
  raw: Buffer,
  parts: UnpackedMail,
  html: string | null,
  defects: Set<MailDefect>,
): AttachmentInfo[] {
  if (parts.isCut) defects.add('attachment-limit')
  const cited = citedContentIds(html ?? '')
  const guesses = newGuessBudget()
  return parts.attachments.map(listed => describeAttachment(raw, listed, cited, guesses))
}

/** The first calendar of the mail, whether it stands beside the text or is a file. */
function readCalendarPart(raw: Buffer, parts: UnpackedMail): CalendarInvite | null {
  const isCalendar = ({ part }: ListedPart): boolean =>
    part.contentType === 'text/calendar' ||
    part.contentType === 'application/ics' ||
    /\.ics$/i.test(part.filename ?? '')
  for (const { part } of parts.attachments.filter(isCalendar).slice(0, MAX_CALENDARS)) {
    const text = decodeText(partBytes(raw, part), part.params.get('charset') ?? 'utf-8')
    const invite = parseCalendarInvite(text, part.params.get('method') ?? null)
    if (invite) return invite
  }
  return null
}

/** What raw headers are read as: the charset of the mail's text, as it says or as its beginning reads. */
function charsetOf(raw: Buffer, leaves: MimePart[]): string | null {
  const text = leaves.find(part => part.contentType.startsWith('text/'))
  if (!text) return null
  const label = text.params.get('charset') ?? null
  const isPlain = text.encoding !== 'base64' && text.encoding !== 'quoted-printable'
  const end = Math.min(text.bodyEnd, text.bodyStart + HEADER_SAMPLE_BYTES)
  return isPlain ? charsetOfText(raw.subarray(text.bodyStart, end), label) : label
}

/** Mail of old Macs ends its lines with CR alone; everything after this reads LF and CRLF. */
function withLineFeeds(raw: Buffer): Buffer {
  if (raw.includes(0x0a) || !raw.includes(0x0d)) return raw
  return Buffer.from(raw).map(byte => (byte === 0x0d ? 0x0a : byte)) as Buffer
}
