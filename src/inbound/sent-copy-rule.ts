import { htmlToPlainText } from '../mail/html-text.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import type { SentWords } from './filing.queries.ts'

/**
 * Whether a mail is a copy of what we sent, and nothing else. Everybody who received our mail can
 * repeat its X-Letterdesk-Ref and its Message-ID, so the proof alone must not make other words vanish:
 * text and HTML say what we sent, letter by letter, with as many files.
 *
 * Spaces, line ends and punctuation do not count, as relays wrap and encode anew. A copy to which a list
 * added its footer is no copy: it is filed and seen.
 */
export function isCopyOf(mail: Pick<ParsedMail, 'text' | 'html' | 'attachments'>, sent: SentWords): boolean {
  if (mail.attachments.length !== sent.attachments) return false
  const words = lettersOf(sent.text)
  if (lettersOf(mail.text) !== words) return false
  return mail.html === null || lettersOf(htmlToPlainText(mail.html)) === words
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, '')
}
