import { inTransaction, type Tx } from '../db/database.ts'
import type { Log } from '../lib/log.ts'
import { addressKey, makeAddress } from '../mail/address.ts'
import { readHeaderFields } from '../mail/header-fields.ts'
import type { Address } from '../mail/mail-types.ts'
import { writeMail } from '../mail/write-mail.ts'
import { listOwnAddresses } from '../tickets/participants.ts'
import { writeTicketEvents } from '../tickets/ticket-events.ts'
import { acknowledgementTimes } from './acknowledgement-words.ts'
import {
  type FirstMessage,
  findFirstMessage,
  isAcknowledged,
  lockUnacknowledged,
} from './acknowledgements.queries.ts'
import { refuseAutoReply } from './auto-reply-rule.ts'
import { decideAutomaticMail } from './automatic-mail.ts'
import { customerLanguage } from './customer-language.ts'
import { makeIds, type SendContext } from './draft-mail.ts'
import { findOutgoingTicket, type OutgoingTicket, readDueTime } from './outgoing.queries.ts'
import { queueMessage } from './queue-message.ts'
import { mailboxValues } from './reply-values.ts'
import { chooseSender } from './sender-of.ts'
import { threadLinks } from './thread-headers.ts'
import { writeWords } from './write-words.ts'

type Context = Omit<SendContext, 'settings'> & { log: Log }
type Job = { ticketId: number; messageId: number }

/**
 * Acknowledges a new ticket by the rules of RFC 3834: to people only, within the budgets of
 * automatic-mail.ts, from the null sender, marked auto-replied. It holds nothing the customer wrote, so that it
 * is of no use to spread words. Running it again for the same ticket does nothing.
 */
export async function acknowledgeTicket(context: Context, job: Job): Promise<void> {
  const { db, blobs, log, bells } = context
  const ticket = await findOutgoingTicket(db, job.ticketId)
  const message = ticket ? await findFirstMessage(db, job) : undefined
  if (!ticket || !message) return
  const raw = message.rawBlobId === null ? Buffer.alloc(0) : await blobs.read(message.rawBlobId)
  const reason = await refuse(context, ticket, message, raw)
  if (reason !== null) return log.debug({ ...job, reason }, 'ticket not acknowledged')
  const heldBy = await decide(context, ticket, message)
  if (heldBy !== null) return log.info({ ...job, heldBy }, 'acknowledgement held back')
  const isQueued = await queueAcknowledgement(context, { job, ticket, message, raw })
  if (!isQueued) return log.debug({ ...job, reason: 'had-one' }, 'ticket not acknowledged')
  log.info(job, 'ticket acknowledged')
  bells.ring('outbox')
  bells.ring('live')
}

async function refuse(
  { db }: Context,
  ticket: OutgoingTicket,
  message: FirstMessage,
  raw: Buffer,
): Promise<string | null> {
  if (!ticket.acknowledges) return 'switched-off'
  if (ticket.isTwin) return 'twin'
  if (ticket.state === 'spam') return 'spam'
  const from = message.fromAddress === null ? null : addressKey(message.fromAddress)
  const ownAddresses = await inTransaction(db, listOwnAddresses)
  const { fields } = readHeaderFields(raw, 0, raw.length)
  const refused = refuseAutoReply({ kind: message.kind, from, fields, ownAddresses })
  return refused ?? ((await answersOurs(db, message.subject)) ? 'answers-ours' : null)
}

/**
 * A machine that answers from ever new addresses and names no mail still repeats the subject of our
 * acknowledgement. The number proves nothing, but silence needs no proof.
 */
async function answersOurs(db: Context['db'], subject: string): Promise<boolean> {
  const number = /\[#(\d{1,15})\]/.exec(subject)?.[1]
  return number !== undefined && (await isAcknowledged(db, Number(number)))
}

async function decide({ db }: Context, ticket: OutgoingTicket, message: FirstMessage) {
  const wish = {
    ticketId: ticket.id,
    mailboxId: ticket.mailboxId,
    address: addressKey(message.fromAddress ?? ''),
  }
  return await inTransaction(db, tx => decideAutomaticMail(tx, wish))
}

type Material = { job: Job; ticket: OutgoingTicket; message: FirstMessage; raw: Buffer }

async function queueAcknowledgement(context: Context, material: Material): Promise<boolean> {
  const { ticket, message, raw, job } = material
  // Without the name: it is the customer's text.
  const to = makeAddress(null, message.fromAddress ?? '')
  if (to === undefined) return false
  // Nor the topic, which Outlook shows as the name of the whole.
  const links = { ...threadLinks({ raw, internetMessageId: message.internetMessageId }), threadTopic: null }
  const { from } = chooseSender(ticket, message.writtenTo, null)
  const written = await write(context, ticket, { from, to, links })
  const [stored] = await context.blobs.put([written.bytes])
  const queue = async (tx: Tx) => {
    if (!(await lockUnacknowledged(tx, ticket.id)))
      throw new AlreadyDone('this ticket had its acknowledgement')
    const messageId = await queueMessage(tx, {
      ...written,
      ticketId: ticket.id,
      mailboxId: ticket.mailboxId,
      bytesBlobId: stored?.id ?? 0,
      recipients: { to: [to], cc: [], bcc: [] },
      links,
      visibleText: written.text,
      attachments: [],
      authorId: null,
      kind: 'auto-reply',
      placedBy: 'acknowledgement',
      placedByMessageId: job.messageId,
      lane: 'automatic',
      sentCopy: 'none',
    })
    await writeTicketEvents(tx, [{ ticketId: ticket.id, kind: 'acknowledged', messageId }])
  }
  try {
    await inTransaction(context.db, queue)
    return true
  } catch (error) {
    // Rolled back: the same job ran twice at once.
    if (error instanceof AlreadyDone) return false
    throw error
  }
}

async function write(
  { db, keys, templates }: Context,
  ticket: OutgoingTicket,
  mail: { from: Address; to: Address; links: { inReplyTo: string | null; references: string[] } },
) {
  const language = customerLanguage(ticket.customerLanguage)
  const { queuedAt, dueAt } = await readDueTime(db, { undoMs: 0, sendAt: null })
  const times = acknowledgementTimes(ticket.openingHours, queuedAt, language)
  const which = { mailboxId: ticket.mailboxId, name: times.name, language }
  const values = { ...mailboxValues(ticket, mail.from), ...times.values }
  const words = await writeWords({ db, templates }, which, values)
  const { text, html } = words
  const subject = words.subject ?? ''
  const ids = makeIds(keys, ticket)
  const bytes = await writeMail({
    ...mail.links,
    ...ids,
    from: mail.from,
    to: [mail.to],
    cc: [],
    replyTo: null,
    subject,
    text,
    html,
    date: dueAt,
    headers: { autoSubmitted: 'auto-replied', language },
    attachments: [],
  })
  return { ...ids, from: mail.from, subject, text, language, bytes, queuedAt, dueAt }
}

/** Rolls the second of two equal jobs back. */
class AlreadyDone extends Error {}
