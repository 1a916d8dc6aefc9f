import type { Db } from '../db/database.ts'
import { inTransaction } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import type { TicketState } from '../shared/vocabulary.ts'
import { assignTicket } from './assign-ticket.ts'
import { changeState } from './change-state.ts'
import { moveTicket } from './move-ticket.ts'
import { tagTicket } from './tag-ticket.ts'

/** What an agent changes at once; what is left out stays. */
export type TicketChange = {
  /** Before the rest: who may have the ticket depends on it. */
  mailboxId?: number | undefined
  state?: TicketState | undefined
  assigneeId?: number | null | undefined
  addTags?: readonly string[] | undefined
  removeTags?: readonly string[] | undefined
}

/**
 * Changes a ticket in one transaction, all or nothing, and rings for the screens that show it. The
 * caller of this has decided that the agent may.
 *
 * @throws as moveTicket, assignTicket, changeState and tagTicket
 */
export async function updateTicket(
  from: { db: Db; bells: Pick<Bells, 'ring'> },
  ticket: { ticketId: number; agentId: number },
  change: TicketChange,
): Promise<void> {
  const { ticketId, agentId } = ticket
  const { mailboxId, state, assigneeId, addTags = [], removeTags = [] } = change
  await inTransaction(from.db, async tx => {
    if (mailboxId !== undefined) await moveTicket(tx, { ticketId, mailboxId, agentId })
    if (assigneeId !== undefined) await assignTicket(tx, { ticketId, assigneeId, agentId })
    if (state !== undefined) {
      await changeState(tx, { ticketId, happening: { by: 'agent', to: state }, agentId })
    }
    await tagTicket(tx, { ticketId, add: addTags, remove: removeTags, agentId })
  })
  from.bells.ring('live')
}
