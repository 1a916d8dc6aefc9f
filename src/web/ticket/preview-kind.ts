import type { AttachmentInfo } from '../../shared/tickets.ts'

/** How a file can be looked at without leaving the ticket. */
export type PreviewKind = 'picture' | 'text' | 'pdf'

// The server shows what has these bytes, whatever its name; a wrong claim ends as "cannot be shown".
const PICTURES = /^image\/(?:png|jpe?g|gif|webp)$/i
const PICTURE_NAMES = /\.(?:png|jpe?g|gif|webp)$/i
const TEXT_NAMES = /\.(?:txt|log|csv|tsv|md|json|xml|ya?ml|ini|conf|ics|vcf|eml)$/i
const MAX_TEXT_BYTES = 1_000_000

/** How a file can be looked at; null where it is only a download. Claims of the sender only offer, they show nothing. */
export function previewKindOf(
  file: Pick<AttachmentInfo, 'filename' | 'contentType' | 'sizeBytes'>,
): PreviewKind | null {
  if (PICTURES.test(file.contentType) || PICTURE_NAMES.test(file.filename)) return 'picture'
  if (/^application\/(?:x-)?pdf$/i.test(file.contentType) || /\.pdf$/i.test(file.filename)) return 'pdf'
  if (file.sizeBytes > MAX_TEXT_BYTES) return null
  const isPlain = /^text\/(?!html|rtf)/i.test(file.contentType) || TEXT_NAMES.test(file.filename)
  return isPlain ? 'text' : null
}

/**
 * The words of a text file: by its byte order mark, as UTF-8 where it is that, else in the Windows code page
 * of the language the page speaks.
 */
export function decodeText(bytes: Uint8Array, language: string): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder(CODE_PAGES[language] ?? 'windows-1252').decode(bytes)
  }
}

const CODE_PAGES: Readonly<Record<string, string>> = {
  bg: 'windows-1251',
  ru: 'windows-1251',
  pl: 'windows-1250',
}
