import type { Caller } from '../agents/can.ts'
import { findOrAddCustomers } from '../customers/find-customers.ts'
import { inTransaction, type Tx } from '../db/database.ts'
import { addressKey } from '../mail/address.ts'
import { cleanLine } from '../mail/clean-line.ts'
import type { Address } from '../mail/mail-types.ts'
import { type AgentWords, getAgentWords } from '../tickets/agent-words.ts'
import { answerOnce, type NamedRequest, type RememberAnswer } from '../tickets/answer-once.ts'
import { beginTicket, drawKeys, type TicketKeys, writeBeginning } from '../tickets/begin-ticket.ts'
import { refuseOwnAddresses } from '../tickets/own-addresses.ts'
import { type SnoozeEnd, snoozeTicket } from '../tickets/snooze-ticket.ts'
import { findCustomersInSight } from '../tickets/suggest-customers.ts'
import { draftMail, queueMail, type SendContext, type StoredMail } from './draft-mail.ts'
import { type ChosenMailbox, getNewMailSender } from './new-mail-sender.ts'
import type { OutgoingTicket } from './outgoing.queries.ts'
import { refuseGaps } from './refuse-gaps.ts'
import { type ChosenRecipients, decideRecipients, envelopeOf, type Recipients } from './reply-recipients.ts'

/** A mail that begins a ticket, as it is asked for. */
export type NewMailOrder = ChosenMailbox &
  ChosenRecipients & {
    subject: string
    text?: string | undefined
    /** Counts before `text`, which is made of it. */
    html?: string | undefined
    uploadIds?: readonly string[] | undefined
    /** `waiting` unless said. */
    stateAfter?: 'open' | 'waiting' | 'closed' | undefined
    sendAt?: Date | undefined
    /** Puts the ticket away with it. */
    snooze?: SnoozeEnd | undefined
    /** Its name, where sending it again must not send twice. */
    named?: NamedRequest | null | undefined
  }

const MAX_SUBJECT_CHARS = 500

/**
 * Begins a ticket by a mail. It is made and held as a reply is; ticket, message, outbox row and events are one
 * transaction. Its customer is the first it goes to, its assignee who sends it.
 *
 * @returns the message's id, as of the commit; of a named order sent before, that of the first
 * @throws NotFound for a mailbox the caller may not use; AppError `unknown-sender`, `own-address`, and as sendReply
 */
export async function sendNewMail(
  context: SendContext,
  caller: Caller,
  order: NewMailOrder,
): Promise<number> {
  const words = getAgentWords(order)
  refuseGaps(words.text)
  const mailbox = await getNewMailSender(context.db, caller, order)
  return await answerOnce(context.db, order.named ?? null, remember =>
    queueNewMail(context, { caller, order, words, mailbox, remember }),
  )
}

type ToQueue = {
  caller: Caller
  order: NewMailOrder
  words: AgentWords
  mailbox: Awaited<ReturnType<typeof getNewMailSender>>
  remember: RememberAnswer
}

async function queueNewMail(context: SendContext, asked: ToQueue): Promise<number> {
  const { db, bells } = context
  const { caller, order, words } = asked
  const typed = decideRecipients(order, { to: [], cc: [], replyTo: [] })
  const known = await findCustomersInSight(db, caller, envelopeOf(typed))
  const recipients = nameRecipients(typed, known)
  await refuseOwnAddresses(db, [...recipients.to, ...recipients.cc, ...recipients.bcc])
  const keys = await drawKeys(db)
  const subject = cleanLine(order.subject, MAX_SUBJECT_CHARS)
  const customerLanguage = known.get(addressKey(firstOf(recipients).address))?.language ?? null
  const ticket: OutgoingTicket = { ...asked.mailbox, ...keys, subject, customerLanguage }
  const aim = { template: 'reply', answered: undefined, recipients, sideThread: null } as const
  const { uploadIds, sendAt } = order
  const stored = await draftMail(context, { caller, ticket, words, aim, uploadIds, sendAt })
  const messageId = await inTransaction(db, tx => writeNewMail(tx, asked, { ticket, keys, stored }))
  bells.ring('outbox')
  bells.ring('live')
  return messageId
}

/** As the agent typed them, under the names their desk knows them by. */
function nameRecipients({ to, cc, bcc }: Recipients, known: Known): Recipients {
  const named = ({ address }: Address) => ({ name: known.get(addressKey(address))?.name ?? null, address })
  return { to: to.map(named), cc: cc.map(named), bcc }
}

type Known = Awaited<ReturnType<typeof findCustomersInSight>>

async function writeNewMail(
  tx: Tx,
  { caller, order, words, remember }: ToQueue,
  { ticket, keys, stored }: { ticket: OutgoingTicket; keys: TicketKeys; stored: StoredMail },
): Promise<number> {
  const { draft } = stored
  const { agentId } = caller
  const first = firstOf(draft.recipients)
  const address = addressKey(first.address)
  const customers = await findOrAddCustomers(tx, [{ address, name: null }])
  const customerId = customers.get(address) ?? null
  const state = order.stateAfter ?? 'waiting'
  const begun = { keys, agentId, mailboxId: ticket.mailboxId, customerId, subject: ticket.subject, state }
  await beginTicket(tx, { ...begun, snippet: '', isAwaited: false })
  const messageId = await queueMail(tx, { caller, ticket, words }, stored, { placedBy: 'agent-opened' })
  const sendAt = draft.isScheduled ? { sendAt: draft.dueAt.toISOString() } : {}
  const data = { stateBefore: state, stateAfter: state, withHistory: false, ...sendAt }
  await writeBeginning(tx, begun, {
    by: 'mail',
    messageId,
    followedBy: [{ ticketId: keys.id, kind: 'reply_queued', agentId, messageId, data }],
  })
  if (order.snooze !== undefined) await snoozeTicket(tx, { ticketId: keys.id, until: order.snooze, agentId })
  await remember(tx, messageId)
  return messageId
}

function firstOf({ to }: Recipients): Address {
  const [first] = to
  if (first === undefined) throw new RangeError('a decided mail goes to somebody')
  return first
}
