import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import type { Address } from '../mail/mail-types.ts'
import { findAnsweredMail, findOutgoingTicket, getSender } from './outgoing.queries.ts'
import { chooseSender, signatureOf } from './sender-of.ts'

/**
 * As whom an agent's next reply on a ticket would go out, and the signature below it. The caller has decided
 * that the agent may see the ticket.
 *
 * @param answeredMessageId the mail the agent chose to answer; without it the one a reply answers by itself
 * @throws NotFound
 */
export async function getReplySender(
  db: Db,
  ticketId: number,
  agentId: number,
  answeredMessageId: number | null = null,
): Promise<{ from: Address; signature: string }> {
  const ticket = await findOutgoingTicket(db, ticketId)
  if (ticket === undefined) throw new NotFound('ticket', { ticketId })
  const answered = await findAnsweredMail(db, ticketId, answeredMessageId)
  const chosen = chooseSender(ticket, answered?.writtenTo ?? [], ticket.lastFrom)
  const agent = await getSender(db, agentId)
  return { from: chosen.from, signature: signatureOf(chosen, agent, ticket.mailboxName) }
}
