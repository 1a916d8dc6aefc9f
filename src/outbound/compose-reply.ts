import { AppError } from '../lib/app-error.ts'
import type { Templates } from '../lib/templates.ts'
import type { Address } from '../mail/mail-types.ts'
import { UnwritableMail, writeMail } from '../mail/write-mail.ts'
import { answeredWords } from './answered-words.ts'
import { customerLanguage } from './customer-language.ts'
import type { AnsweredMail, OutgoingTicket, UploadRow } from './outgoing.queries.ts'
import { cut, formatSentOn, quoteLines } from './quote-history.ts'
import type { Recipients } from './reply-recipients.ts'
import { replySubject } from './reply-subject.ts'
import type { ThreadLinks } from './thread-headers.ts'

/** Everything a reply is made of, decided and read. */
export type ReplyDraft = {
  ticket: OutgoingTicket
  text: string
  recipients: Recipients
  answered: AnsweredMail | undefined
  withHistory: boolean
  links: ThreadLinks
  timeZone: string
  attachments: (UploadRow & { bytes: Buffer })[]
  uuid: string
  internetMessageId: string
  letterdeskRef: string
  queuedAt: Date
  dueAt: Date
  isScheduled: boolean
}

/** A reply in its final form. `text` is the whole text part with signature and history. */
export type ComposedReply = { from: Address; subject: string; text: string; bytes: Buffer }

/**
 * Renders `templates/reply` as text and HTML and writes the wire bytes. History is the answered mail
 * alone, quoted; no note can be in it, since only mail is ever looked at.
 *
 * @throws AppError `attachment-too-large` when the bytes are over the limit; `bad-address`
 */
export async function composeReply(
  templates: Templates,
  draft: ReplyDraft,
  limitBytes: number,
): Promise<ComposedReply> {
  const { ticket } = draft
  const from = { name: ticket.mailboxName, address: ticket.mailboxAddress }
  const parts = renderReply(templates, draft)
  const mail = {
    ...draft.links,
    from,
    to: draft.recipients.to,
    cc: draft.recipients.cc,
    replyTo: null,
    subject: parts.subject,
    text: parts.text,
    html: parts.html,
    internetMessageId: draft.internetMessageId,
    letterdeskRef: draft.letterdeskRef,
    date: draft.dueAt,
    attachments: draft.attachments,
  }
  const bytes = await writeBytes(mail)
  if (bytes.length > limitBytes) throw tooLarge(bytes.length, limitBytes)
  return { from, subject: parts.subject, text: parts.text, bytes }
}

/** The refusal of a mail that is larger, encoded, than MAX_ATTACHMENT_MB. */
export function tooLarge(sizeBytes: number, limitBytes: number): AppError {
  return new AppError('attachment-too-large', 'the mail would be larger than this instance sends', {
    sizeBytes,
    limitBytes,
  })
}

function renderReply(templates: Templates, draft: ReplyDraft) {
  const { ticket } = draft
  const answered = answeredWords(draft.answered, ticket)
  const language = customerLanguage(ticket.customerLanguage)
  const history = draft.withHistory && answered?.text !== '' ? answered : undefined
  const text = draft.text.replace(/\r\n?/g, '\n').trimEnd()
  const signature = ticket.signature.replace(/\r\n?/g, '\n').trim()
  const quoted = history ? cut(history.text) : ''
  const values = {
    subject: replySubject(answered?.subject ?? ticket.subject),
    text,
    signature,
    history: history ? quoteLines(history.text) : '',
    sentOn: history ? formatSentOn(history.receivedAt, language, draft.timeZone) : '',
    author: history?.author?.name ?? history?.author?.address ?? '',
    // Line by line, as Outlook does not keep the line ends of `pre-wrap`.
    textLines: text.split('\n'),
    signatureLines: signature.split('\n'),
    historyLines: quoted.split('\n'),
  }
  const render = (part: 'subject' | 'text' | 'html') => templates.render('reply', part, language, values)
  return { subject: render('subject'), text: render('text'), html: render('html') }
}

/** Our own words for what the writer of bytes refuses. */
async function writeBytes(mail: Parameters<typeof writeMail>[0]): Promise<Buffer> {
  try {
    return await writeMail(mail)
  } catch (cause) {
    if (!(cause instanceof UnwritableMail)) throw cause
    const code = cause.code === 'no-recipients' ? 'no-recipient' : cause.code
    throw new AppError(code, cause.message, {}, { cause })
  }
}
