import { cutText } from '../mail/clean-line.ts'
import type { Language } from '../shared/vocabulary.ts'

const maxQuotedChars = 100_000

/**
 * The mail that is answered, as plain quoted text: `> ` before each line, `>` before one that is quoted
 * already (RFC 3676 §4.5), at most 100,000 characters of it.
 */
export function quoteLines(text: string): string {
  return cut(text)
    .split('\n')
    .map(line => (line === '' || line.startsWith('>') ? `>${line}` : `> ${line}`))
    .join('\n')
}

/** The text that is quoted, cut alike, for a `<blockquote>`, which does the marking itself. */
export function cut(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').trimEnd()
  return lines.length <= maxQuotedChars ? lines : `${cutText(lines, maxQuotedChars)}\n[…]`
}

/** Day and time as the reader's language writes them, in the writer's time zone, which is named. */
export function formatSentOn(at: Date, language: Language, timeZone: string): string {
  const locale = language === 'en' ? 'en-GB' : language
  const format = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  })
  return format.format(at)
}
