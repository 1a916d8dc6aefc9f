import type { Db, Tx } from '../db/database.ts'
import type { TicketState } from '../shared/vocabulary.ts'
import { deleteTicket } from './delete-ticket.ts'
import { drawTicketKeys, insertBegunTicket, isAllOfItsTicket, type TicketKeys } from './new-ticket.queries.ts'
import { dropNewTicketDraft } from './new-ticket-draft.ts'
import { type TicketEvent, writeTicketEvents } from './ticket-events.ts'

export type { TicketKeys } from './new-ticket.queries.ts'

/** A ticket that an agent begins, before what it holds is written. */
export type TicketToBegin = {
  keys: TicketKeys
  agentId: number
  mailboxId: number
  customerId: number | null
  subject: string
  snippet: string
  state: TicketState
  isAwaited: boolean
}

/** Draws the keys of a ticket before it is there; those that are never used leave a gap. */
export async function drawKeys(db: Db): Promise<TicketKeys> {
  return await drawTicketKeys(db)
}

/**
 * Begins a ticket for an agent, who is its assignee: whoever began an exchange goes on with it unless they give it
 * away. Their draft of it is spent.
 */
export async function beginTicket(tx: Tx, begun: TicketToBegin): Promise<void> {
  const { keys, agentId, ...row } = begun
  await insertBegunTicket(tx, { ...row, ...keys, assigneeId: agentId })
  await dropNewTicketDraft(tx, agentId)
}

/** Writes how it came to be, and what followed: events `ticket_opened` (`data`: by) and `assigned` first. */
export async function writeBeginning(
  tx: Tx,
  { keys, agentId }: Pick<TicketToBegin, 'keys' | 'agentId'>,
  { by, messageId, followedBy }: { by: 'mail' | 'phone'; messageId?: number; followedBy: TicketEvent[] },
): Promise<void> {
  const ticketId = keys.id
  await writeTicketEvents(tx, [
    { ticketId, kind: 'ticket_opened', agentId, messageId: messageId ?? null, data: { by } },
    { ticketId, kind: 'assigned', agentId, data: { from: null, to: agentId } },
    ...followedBy,
  ])
}

/** Throws a ticket into the Trash whose beginning was taken back, where it holds nothing but that mail. */
export async function takeBackBeginning(
  tx: Tx,
  by: { ticketId: number; messageId: number; agentId: number },
): Promise<void> {
  if (await isAllOfItsTicket(tx, by.messageId)) await deleteTicket(tx, by)
}
