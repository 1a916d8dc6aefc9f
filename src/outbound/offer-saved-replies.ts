import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { findGaps, type SavedReplyScope } from '../shared/template-variables.ts'
import { LANGUAGES, type Language } from '../shared/vocabulary.ts'
import { fillSavedReply, type SavedReplyValues } from './fill-saved-reply.ts'
import { firstName } from './first-name.ts'
import { findOutgoingTicket, getSender } from './outgoing.queries.ts'
import { getReplySender } from './reply-sender.ts'
import { findCustomerName, listSavedReplyRows, type SavedReplyText } from './saved-replies.queries.ts'

/** A saved reply as it would stand in the composer of a ticket. */
export type OfferedReply = {
  id: number
  name: string
  folder: string
  scope: SavedReplyScope
  language: Language
  text: string
  gaps: string[]
}

/**
 * The saved replies for a ticket: the caller's own, those of the ticket's mailbox, and everybody's; each in the
 * customer's language, else English, else the first it has. The caller has decided that the agent may see the ticket.
 *
 * @param answeredMessageId the mail the agent chose to answer: the address it was written to is the mailbox's in the texts
 * @throws NotFound
 */
export async function offerSavedReplies(
  db: Db,
  caller: Caller,
  { ticketId, answeredMessageId }: { ticketId: number; answeredMessageId: number | null },
): Promise<OfferedReply[]> {
  const ticket = await findOutgoingTicket(db, ticketId)
  if (ticket === undefined) throw new NotFound('ticket', { ticketId })
  const { from } = await getReplySender(db, ticket.id, caller.agentId, answeredMessageId)
  const customerName = await findCustomerName(db, ticket.id)
  const number = String(ticket.number)
  return await offerReplies(db, caller, { ...ticket, number, mailboxAddress: from.address, customerName })
}

/** What the texts are written with; '' and null where nothing is known. */
export type OfferBasis = {
  mailboxId: number
  mailboxName: string
  mailboxAddress: string
  customerName: string | null
  customerLanguage: string | null
  number: string
  subject: string
}

/** The saved replies that are offered for what need not be a ticket yet. */
export async function offerReplies(db: Db, caller: Caller, basis: OfferBasis): Promise<OfferedReply[]> {
  const { agentId } = caller
  const [rows, agent] = await Promise.all([
    listSavedReplyRows(db, { agentId, mailboxIds: [basis.mailboxId] }),
    getSender(db, agentId),
  ])
  const values = valuesOf(basis, agent.name)
  return rows
    .filter(row => row.archivedAt === null && row.texts.length > 0)
    .map(({ id, name, folder, scope, texts }) => {
      const { language, body } = chooseText(texts, basis.customerLanguage)
      const text = fillSavedReply(body, values)
      return { id, name, folder, scope, language, text, gaps: findGaps(text) }
    })
}

function chooseText(texts: readonly SavedReplyText[], customerLanguage: string | null): SavedReplyText {
  const wanted = [customerLanguage, ...LANGUAGES]
  const found = wanted.map(language => texts.find(text => text.language === language)).find(Boolean)
  return found ?? { language: 'en', body: '' }
}

function valuesOf(basis: OfferBasis, agentName: string): SavedReplyValues {
  const { customerName, number, subject, mailboxName, mailboxAddress } = basis
  return {
    customerFirstName: firstName(customerName),
    customerName: customerName ?? '',
    agentName,
    agentFirstName: firstName(agentName),
    number,
    subject,
    mailboxName,
    mailboxAddress,
  }
}
