import { rawMail } from '../support/mails.ts'

/**
 * A mail of one part with the given body, as HTML or as plain text in UTF-8. Each subject has a sender of its
 * own: what one sends beyond twenty at once would be one ticket.
 */
export function htmlMail(mail: { subject: string; html: string; type?: 'text/html' | 'text/plain' }): Buffer {
  const head = rawMail({
    from: `${mail.subject.replace(/[^a-z0-9]+/gi, '-')}@customer.test`,
    subject: mail.subject,
    text: '',
    headers: ['Content-Transfer-Encoding: base64'],
  }).toString('latin1')
  const typed = head.replace('Content-Type: text/plain', `Content-Type: ${mail.type ?? 'text/html'}`)
  const body = Buffer.from(mail.html.toWellFormed()).toString('base64').replace(/.{76}/g, '$&\r\n')
  return Buffer.from(`${typed}${body}\r\n`, 'latin1')
}

/** A header text as one encoded word (RFC 2047). */
export function encodedWord(text: string): string {
  return `=?utf-8?b?${Buffer.from(text.toWellFormed()).toString('base64')}?=`
}
