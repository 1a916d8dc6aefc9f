import { readFileSync } from 'node:fs'

/** A raw mail from header lines and a body, with CRLF line ends as IMAP gives it. */
export function rawMail(headers: readonly string[], body = 'Hello'): Buffer {
  return Buffer.from(`${headers.join('\r\n')}\r\n\r\n${body.replace(/\r?\n/g, '\r\n')}`)
}

/** The bytes of one of our own nasty mails; test/fixtures/mail/README.md says why each is nasty. */
export function fixture(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/mail/${name}.eml`, import.meta.url))
}
