import type { Db } from '../db/database.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import type { TemplateValues } from '../lib/render-template.ts'
import type { Templates } from '../lib/templates.ts'
import { cleanHtml } from '../mail/clean-html.ts'
import { getMailboxView } from '../mailboxes/mailbox-view.ts'
import { isOpenAt, type OpeningHours } from '../mailboxes/opening-hours.ts'
import { inertDocument } from '../tickets/message-html.ts'
import { acknowledgementTimes } from './acknowledgement-words.ts'
import { answeredWords } from './answered-words.ts'
import { findPreviewTicket, type WhichTemplate } from './mail-templates.queries.ts'
import { findAnsweredMail, findOutgoingTicket, getSender, type OutgoingTicket } from './outgoing.queries.ts'
import {
  checkTemplate,
  type PartProblem,
  type TemplateContent,
  type WrittenMail,
  writeOwnMail,
} from './own-template.ts'
import { replySubject } from './reply-subject.ts'
import { mailboxValues, replyValues } from './reply-values.ts'
import { chooseSender, type SenderBasis, signatureOf } from './sender-of.ts'

type Context = { db: Db; templates: Templates }

/** What is looked at: words that are not saved yet, for a ticket of the mailbox or its newest one. */
export type PreviewWish = WhichTemplate & {
  content: TemplateContent
  ticketNumber?: number | undefined
  agentId: number
  now: Date
}

/** What a preview shows: the mail with its HTML cleaned, as a document for a frame, or the problems. */
export type TemplatePreview = {
  problems: PartProblem[]
  subject: string
  text: string
  html: string
  ticketNumber: number | null
}

/** A mail as it would go out. */
export type PreviewedMail = { mail: WrittenMail & { subject: string }; ticketNumber: number | null }

/**
 * Writes a mail in words that are not saved, with the values of a real ticket: the agent's own name, the
 * customer's last mail as history. What is wrong with the words comes in place of the mail.
 *
 * @throws NotFound for a ticket that is not in the mailbox
 */
export async function previewTemplate(context: Context, wish: PreviewWish): Promise<TemplatePreview> {
  const problems = checkTemplate(wish.name, wish.content)
  if (problems.length > 0) return { problems, subject: '', text: '', html: '', ticketNumber: null }
  const { mail, ticketNumber } = await writePreview(context, wish)
  const html = inertDocument(cleanHtml(mail.html) ?? '', wish.language)
  return { problems, subject: mail.subject, text: mail.text, html, ticketNumber }
}

/** The mail itself, for words that hold. @throws NotFound; AppError `bad-template` */
export async function writePreview(context: Context, wish: PreviewWish): Promise<PreviewedMail> {
  const ticket = await findTicket(context, wish)
  const { values, subject } = await previewValues(context, wish, ticket)
  const mail = writeOwnMail(wish.name, wish.content, { ...values, language: wish.language })
  if ('fault' in mail) throw tooLong(mail.fault)
  return {
    mail: { ...mail, subject: mail.subject ?? subject },
    ticketNumber: ticket.id === 0 ? null : ticket.number,
  }
}

/** Words that were checked fail only where one mail is longer than any they were checked with. */
function tooLong(fault: string): AppError {
  const problems = [{ part: 'text', code: 'too-large', line: 0, column: 0, name: '' }]
  return new AppError('bad-template', `the mail cannot be written: ${fault}`, { problems, known: [] })
}

type PreviewTicket = SenderBasis &
  Pick<OutgoingTicket, 'id' | 'number' | 'subject' | 'lastFrom' | 'openingHours'>

/** Without a ticket in the mailbox an example stands in; its id is 0. */
async function findTicket({ db }: Context, wish: PreviewWish): Promise<PreviewTicket> {
  const mailbox = await getMailboxView(db, wish.mailboxId)
  const ticketId = await findPreviewTicket(db, wish.mailboxId, wish.ticketNumber)
  const ticket = ticketId === undefined ? undefined : await findOutgoingTicket(db, ticketId)
  if (ticket !== undefined) return ticket
  if (wish.ticketNumber !== undefined) throw new NotFound('ticket', { number: wish.ticketNumber })
  const { name: mailboxName, address: mailboxAddress, signature, openingHours } = mailbox
  const basis = { mailboxName, mailboxAddress, signature, aliases: [], lastFrom: null, openingHours }
  return { ...basis, id: 0, number: 1, subject: mailboxName }
}

async function previewValues(
  { db, templates }: Context,
  wish: PreviewWish,
  ticket: PreviewTicket,
): Promise<{ values: TemplateValues; subject: string }> {
  const { name, language } = wish
  const mail = await findAnsweredMail(db, ticket.id)
  const sender = chooseSender(ticket, mail?.writtenTo ?? [], ticket.lastFrom)
  if (name !== 'reply') return { values: exampleTimes(ticket, sender.from, wish), subject: '' }
  const agent = await getSender(db, wish.agentId)
  const answered = answeredWords(mail, ticket)
  const values = replyValues({
    ticket,
    text: templates.render('preview', 'text', language, { number: String(ticket.number) }),
    from: sender.from,
    signature: signatureOf(sender, agent, ticket.mailboxName),
    history: answered?.text === '' ? undefined : answered,
    agentName: agent.name,
    language,
    timeZone: agent.timeZone,
  })
  return { values, subject: replySubject(answered?.subject ?? ticket.subject) }
}

/** As at a moment that calls for these words: of the ones for closed hours, one at which the mailbox is closed. */
function exampleTimes(ticket: PreviewTicket, from: { address: string }, wish: PreviewWish): TemplateValues {
  const { values } = acknowledgementTimes(
    ticket.openingHours,
    exampleMoment(ticket.openingHours, wish),
    wish.language,
  )
  return { ...mailboxValues(ticket, from), ...values }
}

const hourMs = 3_600_000

function exampleMoment(hours: OpeningHours | null, { name, now }: PreviewWish): Date {
  if (hours === null) return now
  const hoursAhead = Array.from({ length: 24 * 7 }, (_, hour) => new Date(now.getTime() + hour * hourMs))
  return hoursAhead.find(at => isOpenAt(hours, at) === (name === 'acknowledgement')) ?? now
}
