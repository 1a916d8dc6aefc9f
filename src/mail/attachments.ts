import { type GuessBudget, newGuessBudget } from './charset.ts'
import { cleanFilename, cutText } from './clean-line.ts'
import { decodeHeaderText } from './encoded-words.ts'
import { endingOf } from './file-endings.ts'
import { firstValue, readHeaderFields } from './header-fields.ts'
import type { AttachmentInfo } from './mail-types.ts'
import { encodedBytes, type MimePart } from './mime-tree.ts'
import { decodedSizeBytes } from './transfer-encoding.ts'
import type { ListedPart } from './unpack-parts.ts'

const LOGO_BYTES = 20_000
const MAX_SUBJECT_BYTES = 1_000 // a name for a file keeps 150 characters of it
// What only programs read: signatures, the Macintosh's second half of a file, PGP's version part, other forms of the words.
const FOR_PROGRAMS =
  /^(?:application\/(?:pgp-signature|pgp-encrypted|(?:x-)?pkcs7-signature|applefile|x-apple-property-list)|text\/(?:x-amp-html|watch-html))$/

/**
 * What is known of one attached part. `sizeBytes` counts the decoded bytes.
 *
 * @param cited the Content-IDs that the mail's HTML shows (`citedContentIds`)
 * @param guesses for the charsets of all files of one mail
 */
export function describeAttachment(
  raw: Buffer,
  listed: ListedPart,
  cited: ReadonlySet<string>,
  guesses = newGuessBudget(),
): AttachmentInfo {
  const { part, index } = listed
  const isPicture = part.contentType.startsWith('image/')
  const sizeBytes = decodedSizeBytes(encodedBytes(raw, part), part.encoding)
  const isLogo =
    isPicture && sizeBytes < LOGO_BYTES && (part.disposition === 'inline' || part.contentId !== null)
  return {
    index,
    filename: nameOf(raw, listed, guesses),
    contentType: part.contentType,
    sizeBytes,
    contentId: part.contentId,
    isInline: isPicture && part.contentId !== null && cited.has(part.contentId),
    isMinor: isLogo || listed.isMinor || FOR_PROGRAMS.test(part.contentType),
  }
}

/** The Content-IDs that clean HTML shows pictures by, out of their URLs (RFC 2392 §2). */
export function citedContentIds(html: string): Set<string> {
  const ids = new Set<string>()
  for (const [, url = ''] of html.matchAll(/ src="cid:([^"]{1,1000})"/g)) ids.add(contentIdOf(url))
  return ids
}

/** From a `cid:` URL in an attribute, without its scheme, to a Content-ID. */
export function contentIdOf(attribute: string): string {
  const url = attribute
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
  try {
    return decodeURIComponent(url)
  } catch {
    return url // a lone % is no escape: the sender meant it as it stands
  }
}

function nameOf(raw: Buffer, { part, index }: ListedPart, guesses: GuessBudget): string {
  const given = cleanFilename(part.filename ?? '')
  if (given !== '') return given
  if (part.contentType === 'message/rfc822' || part.contentType === 'message/global') {
    const subject = cleanFilename(attachedSubject(raw, part, guesses).replace(/[/\\]/g, '_'))
    if (subject !== '') return `${cutText(subject, 150)}.eml`
  }
  return `part-${index + 1}.${endingOf(part.contentType)}`
}

function attachedSubject(raw: Buffer, part: MimePart, guesses: GuessBudget): string {
  const bytes = encodedBytes(raw, part)
  const block = readHeaderFields(bytes, 0, bytes.length)
  const subject = (firstValue(block.fields, 'subject') ?? '').slice(0, MAX_SUBJECT_BYTES)
  return decodeHeaderText(subject, null, guesses)
}
