import { createHash, type Hash } from 'node:crypto'
import type { HeaderField } from './header-fields.ts'

const KEY_VERSION = '1'

/**
 * What makes two instances of one mailbox the same message, as hex SHA-256. Each delivery adds its own Received, so equal
 * raw bytes are not what tells.
 *
 * With a Message-ID: over version, canonical id in lower case, the raw From, Date and Subject fields and the
 * bytes after the first empty line, all line ends as CRLF; trace and transport fields do not count.
 * Without one: over all raw bytes. This never changes, or known mail would come twice.
 *
 * @param mail.bodyStart where the bytes after the first empty line begin
 */
export function mailKey(mail: {
  raw: Buffer
  fields: HeaderField[]
  bodyStart: number
  internetMessageId: string | null
}): string {
  const hash = createHash('sha256').update(`letterdesk mail key ${KEY_VERSION}\0`)
  if (mail.internetMessageId === null) return hash.update('raw\0').update(mail.raw).digest('hex')
  hash.update(`id\0${mail.internetMessageId.toLowerCase()}\0`)
  hashFields(hash, mail.fields, ['from', 'date', 'subject'])
  hashWithCrlf(hash, mail.raw.subarray(mail.bodyStart))
  return hash.digest('hex')
}

/**
 * What makes mails of two mailboxes copies of one, as hex SHA-256. With a Message-ID it is the mail key.
 * Without one the mail key holds what each server wrote on the way; so it is over From, Date, Subject,
 * To, Cc and the body, if the mail is dated at all: undated ones that read the same may well be two.
 *
 * @param mail as of mailKey, whose result `key` is
 */
export function copyKey(mail: {
  raw: Buffer
  fields: HeaderField[]
  bodyStart: number
  internetMessageId: string | null
  key: string
}): string {
  const isDated = mail.fields.some(field => field.name === 'date')
  if (mail.internetMessageId !== null || !isDated) return mail.key
  const hash = createHash('sha256').update(`letterdesk copy key ${KEY_VERSION}\0`)
  hashFields(hash, mail.fields, ['from', 'date', 'subject', 'to', 'cc'])
  hashWithCrlf(hash, mail.raw.subarray(mail.bodyStart))
  return hash.digest('hex')
}

function hashFields(hash: Hash, fields: readonly HeaderField[], names: readonly string[]): void {
  for (const name of names) {
    for (const field of fields) {
      if (field.name === name) hash.update(Buffer.from(`${field.raw}\0`, 'latin1'))
    }
    hash.update('\0')
  }
}

function hashWithCrlf(hash: Hash, body: Buffer): void {
  let from = 0
  let at = body.indexOf(0x0a)
  while (at >= 0) {
    if (at === 0 || body[at - 1] !== 0x0d) {
      hash.update(body.subarray(from, at)).update('\r\n')
      from = at + 1
    }
    at = body.indexOf(0x0a, at + 1)
  }
  hash.update(body.subarray(from))
}
