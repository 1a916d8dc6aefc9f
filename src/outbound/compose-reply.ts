import type { Db } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import type { Templates } from '../lib/templates.ts'
import type { Address } from '../mail/mail-types.ts'
import { UnwritableMail, writeMail } from '../mail/write-mail.ts'
import { answeredWords } from './answered-words.ts'
import { customerLanguage } from './customer-language.ts'
import type { AnsweredMail, OutgoingTicket, UploadRow } from './outgoing.queries.ts'
import { renderForward } from './render-forward.ts'
import type { Recipients } from './reply-recipients.ts'
import { replySubject } from './reply-subject.ts'
import { replyValues } from './reply-values.ts'
import { type ChosenSender, chooseSender, signatureOf } from './sender-of.ts'
import type { SideThread } from './side-threads.queries.ts'
import type { ThreadLinks } from './thread-headers.ts'
import { writeWords } from './write-words.ts'

/** Everything a reply is made of, decided and read. */
export type ReplyDraft = {
  ticket: OutgoingTicket
  text: string
  /** The words as HTML for the mail, its pictures by the Content-IDs of `attachments`; null for plain ones. */
  mailHtml: string | null
  recipients: Recipients
  /** `new`: it begins one; null: it is for the customer. */
  sideThread: SideThread | 'new' | null
  template: 'reply' | 'forward'
  answered: AnsweredMail | undefined
  withHistory: boolean
  links: ThreadLinks
  timeZone: string
  agent: { name: string; signature: string }
  attachments: (UploadRow & { bytes: Buffer; contentId: string | null })[]
  uuid: string
  internetMessageId: string
  letterdeskRef: string
  queuedAt: Date
  dueAt: Date
  isScheduled: boolean
}

/** A reply in its final form. `text` and `html` are the whole parts with signature and history. */
export type ComposedReply = { from: Address; subject: string; text: string; html: string; bytes: Buffer }

/**
 * Writes a reply in its mailbox's words, or a forward, as text and HTML, and the wire bytes. History is the answered mail
 * alone, quoted; no note can be in it, since only mail is ever looked at.
 *
 * @throws AppError `attachment-too-large` when the bytes are over the limit; `bad-address`
 */
export async function composeReply(
  context: { db: Db; templates: Templates },
  draft: ReplyDraft,
  limitBytes: number,
): Promise<ComposedReply> {
  const { ticket } = draft
  const sender = chooseSender(ticket, draft.answered?.writtenTo ?? [], ticket.lastFrom)
  const { from } = sender
  const parts = await renderParts(context, draft, sender)
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
  return { from, subject: parts.subject, text: parts.text, html: parts.html, bytes }
}

/** The refusal of a mail that is larger, encoded, than MAX_ATTACHMENT_MB. */
export function tooLarge(sizeBytes: number, limitBytes: number): AppError {
  return new AppError('attachment-too-large', 'the mail would be larger than this instance sends', {
    sizeBytes,
    limitBytes,
  })
}

async function renderParts(
  context: { db: Db; templates: Templates },
  draft: ReplyDraft,
  sender: ChosenSender,
) {
  const { template, answered, ticket } = draft
  if (template !== 'forward' || !answered) return await renderReply(context, draft, sender)
  const signature = signatureOf(sender, draft.agent, ticket.mailboxName)
  return renderForward(context.templates, { ...draft, signature, forwarded: answered })
}

async function renderReply(
  context: { db: Db; templates: Templates },
  draft: ReplyDraft,
  sender: ChosenSender,
) {
  const { ticket } = draft
  const answered = answeredWords(draft.answered, ticket)
  const language = customerLanguage(ticket.customerLanguage)
  const history = draft.withHistory && answered?.text !== '' ? answered : undefined
  const signature = signatureOf(sender, draft.agent, ticket.mailboxName)
  const { from } = sender
  const values = replyValues({ ...draft, from, signature, history, language, agentName: draft.agent.name })
  const which = { mailboxId: ticket.mailboxId, name: 'reply', language } as const
  const { text, html } = await writeWords(context, which, values)
  // What answers no mail begins the exchange.
  return { subject: answered === undefined ? ticket.subject : replySubject(answered.subject), text, html }
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
