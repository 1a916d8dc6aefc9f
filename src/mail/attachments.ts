import { cleanFilename, cleanLine } from './clean-line.ts'
import { decodeHeaderText } from './encoded-words.ts'
import { firstValue, readHeaderFields } from './header-fields.ts'
import type { AttachmentInfo } from './mail-types.ts'
import type { MimePart } from './mime-tree.ts'
import { decodedSizeBytes } from './transfer-encoding.ts'

// Endings for parts that came without a name; others become `.bin`.
const ENDINGS: Readonly<Record<string, string>> = {
  'text/plain': 'txt',
  'text/html': 'html',
  'text/calendar': 'ics',
  'text/csv': 'csv',
  'text/vcard': 'vcf',
  'text/x-vcard': 'vcf',
  'text/rfc822-headers': 'txt',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'application/pgp-signature': 'asc',
  'application/pkcs7-signature': 'p7s',
  'application/x-pkcs7-signature': 'p7s',
  'application/ms-tnef': 'dat',
  'message/rfc822': 'eml',
  'message/delivery-status': 'txt',
  'message/disposition-notification': 'txt',
}

/**
 * What is known of one attached part. `sizeBytes` counts the decoded bytes.
 *
 * @param html the mail's HTML: a part whose Content-ID stands in it as `cid:` is inline (RFC 2392)
 */
export function describeAttachment(raw: Buffer, part: MimePart, index: number, html: string): AttachmentInfo {
  const contentId = contentIdOf(part)
  return {
    index,
    filename: nameOf(raw, part, index),
    contentType: part.contentType,
    sizeBytes: decodedSizeBytes(raw.subarray(part.bodyStart, part.bodyEnd), part.encoding),
    contentId,
    isInline:
      contentId !== null && part.contentType.startsWith('image/') && html.includes(`cid:${contentId}`),
  }
}

function contentIdOf(part: MimePart): string | null {
  const value = cleanLine(firstValue(part.fields, 'content-id') ?? '', 1_000)
  const id = value.replace(/^<|>$/g, '').trim()
  return id === '' ? null : id
}

function nameOf(raw: Buffer, part: MimePart, index: number): string {
  const given = cleanFilename(part.filename ?? '')
  if (given !== '') return given
  if (part.contentType === 'message/rfc822') {
    const subject = cleanFilename(attachedSubject(raw, part).replace(/[/\\]/g, '_'))
    if (subject !== '') return `${subject.slice(0, 150).toWellFormed()}.eml`
  }
  return `part-${index + 1}.${ENDINGS[part.contentType] ?? 'bin'}`
}

function attachedSubject(raw: Buffer, part: MimePart): string {
  const block = readHeaderFields(raw, part.bodyStart, part.bodyEnd)
  return decodeHeaderText(firstValue(block.fields, 'subject') ?? '', null)
}
