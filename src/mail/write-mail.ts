import MailComposer from 'nodemailer/lib/mail-composer'
import { makeAddress } from './address.ts'
import { cleanFilename, cleanLine } from './clean-line.ts'
import type { Address, OutgoingAttachment, OutgoingMail } from './mail-types.ts'

const MAX_RECIPIENTS = 100 // Gmail's and most servers' limit for one message
const MAX_LINE_OCTETS = 998 // RFC 5322 §2.1.1
const MAX_REFERENCES = 20

/** Why a mail cannot be written; `code` is stable. */
export class UnwritableMail extends Error {
  readonly code: 'bad-address' | 'bad-message-id' | 'no-recipients' | 'too-many-recipients' | 'bad-bytes'

  constructor(code: UnwritableMail['code'], message: string) {
    super(message)
    this.name = 'UnwritableMail'
    this.code = code
  }
}

/**
 * The bytes of a mail as they go over the wire: written once, sent on each try.
 *
 * Every address is validated again, every text field loses controls, nothing is read from files or
 * URLs, no Bcc exists. The result has CRLF line ends only, no line over 998 octets and each header
 * field once; anything else rejects with `UnwritableMail` and is never sent. Of
 * References the first ten and the last ten stay: the field must not grow with the thread.
 */
export async function writeMail(mail: OutgoingMail): Promise<Buffer> {
  const to = mail.to.map(validated)
  const cc = mail.cc.map(validated)
  if (to.length + cc.length === 0) throw new UnwritableMail('no-recipients', 'a mail needs a recipient')
  if (to.length + cc.length > MAX_RECIPIENTS) {
    throw new UnwritableMail('too-many-recipients', `a mail may have ${MAX_RECIPIENTS} recipients`)
  }
  const composer = new MailComposer({
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'windows',
    from: validated(mail.from),
    to,
    ...(cc.length > 0 && { cc }),
    ...(mail.replyTo && { replyTo: validated(mail.replyTo) }),
    subject: cleanLine(mail.subject, MAX_LINE_OCTETS),
    text: cleanText(mail.text),
    textEncoding: 'quoted-printable',
    ...(mail.html !== null && { html: cleanText(mail.html) }),
    messageId: bracketed(mail.internetMessageId),
    ...threadFields(mail),
    date: mail.date,
    headers: controlHeaders(mail),
    attachments: mail.attachments.map(composerAttachment),
  })
  const bytes = await composer.compile().build()
  refuseBadBytes(bytes)
  return bytes
}

function validated(address: Address): { name: string; address: string } {
  const valid = makeAddress(address.name, address.address)
  // A quoted local part can hide a second address from a careless relay: refused on the way out.
  if (valid?.address !== address.address || valid.address.startsWith('"')) {
    throw new UnwritableMail('bad-address', 'an address of the mail is not valid')
  }
  return { name: valid.name ?? '', address: valid.address }
}

const WRITABLE_ID = /^[!-;=?-~]{1,900}$/

function bracketed(id: string): string {
  if (!WRITABLE_ID.test(id))
    throw new UnwritableMail('bad-message-id', 'a Message-ID holds forbidden characters')
  return `<${id}>`
}

/** Ids of others that no field may carry, as they are too long or not ASCII, are left out: a mail with one can be answered. */
function threadFields({ inReplyTo, references }: OutgoingMail): { inReplyTo?: string; references?: string } {
  const kept = trimmedReferences(references)
  return {
    ...(inReplyTo !== null && WRITABLE_ID.test(inReplyTo) && { inReplyTo: bracketed(inReplyTo) }),
    ...(kept.length > 0 && { references: kept.map(bracketed).join(' ') }),
  }
}

function trimmedReferences(references: string[]): string[] {
  const usable = references.filter(id => WRITABLE_ID.test(id))
  if (usable.length <= MAX_REFERENCES) return usable
  return [...usable.slice(0, MAX_REFERENCES / 2), ...usable.slice(-MAX_REFERENCES / 2)]
}

function controlHeaders(mail: OutgoingMail): Record<string, string> {
  const { autoSubmitted: auto, language } = mail.headers ?? {}
  const { threadIndex, threadTopic } = mail
  const ref: Record<string, string> = {
    ...(threadIndex && { 'Thread-Index': cleanLine(threadIndex, 800) }),
    ...(threadTopic && { 'Thread-Topic': cleanLine(threadTopic, 255) }),
    ...(mail.letterdeskRef !== null && { 'X-Letterdesk-Ref': cleanLine(mail.letterdeskRef, 200) }),
    ...(language !== undefined && { 'Content-Language': cleanLine(language, 40) }),
  }
  if (auto === undefined) return ref
  // RFC 3834 §5; the others speak to responders that do not know it (MS-OXCMAIL, sendmail's vacation).
  return { ...ref, 'Auto-Submitted': auto, 'X-Auto-Response-Suppress': 'All', Precedence: 'auto_reply' }
}

function composerAttachment(file: OutgoingAttachment): {
  filename: string
  contentType: string
  content: Buffer
  contentTransferEncoding: 'base64'
  contentDisposition: 'attachment' | 'inline'
  cid?: string
} {
  const type = file.contentType.toLowerCase()
  // RFC 2046 §5 forbids base64 for multipart and message: such files travel as plain bytes.
  const isPlain = /^(application|audio|font|image|model|text|video)\/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}$/.test(
    type,
  )
  return {
    filename: cleanFilename(file.filename) || 'attachment',
    contentType: isPlain ? type : 'application/octet-stream',
    content: file.bytes,
    contentTransferEncoding: 'base64',
    ...placeOf(file),
  }
}

function placeOf({ contentId }: OutgoingAttachment) {
  if (typeof contentId !== 'string') return { contentDisposition: 'attachment' } as const
  if (!WRITABLE_ID.test(contentId)) {
    throw new UnwritableMail('bad-message-id', 'a Content-ID holds forbidden characters')
  }
  return { contentDisposition: 'inline', cid: contentId } as const
}

function cleanText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replaceAll('\u0000', '\ufffd').toWellFormed()
}

function refuseBadBytes(bytes: Buffer): void {
  let lineStart = 0
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at - 1] !== 0x0d) throw new UnwritableMail('bad-bytes', 'a line ends in LF alone')
    if (at - 1 - lineStart > MAX_LINE_OCTETS) throw new UnwritableMail('bad-bytes', 'a line is too long')
    const carriageReturn = bytes.indexOf(0x0d, lineStart)
    if (carriageReturn !== at - 1) throw new UnwritableMail('bad-bytes', 'a line holds a bare CR')
    lineStart = at + 1
  }
  if (bytes.indexOf(0x0d, lineStart) >= 0) throw new UnwritableMail('bad-bytes', 'the last line holds a CR')
}
