import { type Db, inTransaction, type Tx } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import type { TicketPriority, TicketState } from '../shared/vocabulary.ts'
import { assignTeam } from './assign-team.ts'
import { assignTicket } from './assign-ticket.ts'
import { changeState } from './change-state.ts'
import { deleteTicket, restoreTicket } from './delete-ticket.ts'
import { followTicket } from './follow-ticket.ts'
import { moveTicket } from './move-ticket.ts'
import type { SnoozeEnd } from './put-away.queries.ts'
import { rankTicket } from './rank-ticket.ts'
import { snoozeTicket } from './snooze-ticket.ts'
import { tagTicket } from './tag-ticket.ts'
import { writeUnread } from './unread.queries.ts'

/** What an agent changes at once; what is left out stays. */
export type TicketChange = {
  /** Before the rest: who may have the ticket depends on it. */
  mailboxId?: number | undefined
  state?: TicketState | undefined
  assigneeId?: number | null | undefined
  teamId?: number | null | undefined
  addTags?: readonly string[] | undefined
  removeTags?: readonly string[] | undefined
  priority?: TicketPriority | undefined
  /** After the state, which may end it; null wakes. */
  snoozedUntil?: SnoozeEnd | null | undefined
  isDeleted?: boolean | undefined
  /** By the agent who changes it. */
  isFollowed?: boolean | undefined
  /** By the agent who changes it. */
  isUnread?: boolean | undefined
}

/**
 * Changes a ticket in one transaction, all or nothing, and rings for the screens that show it. The
 * caller of this has decided that the agent may.
 *
 * @throws as changeTicket
 */
export async function updateTicket(
  from: { db: Db; bells: Pick<Bells, 'ring'> },
  ticket: { ticketId: number; agentId: number },
  change: TicketChange,
): Promise<void> {
  await inTransaction(from.db, tx => changeTicket(tx, ticket, change))
  from.bells.ring('live')
}

/**
 * Makes the changes, each with its event.
 *
 * @throws as moveTicket, assignTicket, assignTeam, changeState, snoozeTicket, deleteTicket and tagTicket
 */
export async function changeTicket(
  tx: Tx,
  ticket: { ticketId: number; agentId: number },
  change: TicketChange,
): Promise<void> {
  const { mailboxId, assigneeId, teamId, addTags = [], removeTags = [], priority } = change
  if (mailboxId !== undefined) await moveTicket(tx, { ...ticket, mailboxId })
  if (assigneeId !== undefined) await assignTicket(tx, { ...ticket, assigneeId })
  if (teamId !== undefined) await assignTeam(tx, { ...ticket, teamId })
  await changePlace(tx, ticket, change)
  if (priority !== undefined) await rankTicket(tx, { ...ticket, priority })
  if (addTags.length + removeTags.length > 0)
    await tagTicket(tx, { ...ticket, add: addTags, remove: removeTags })
  await changeOwn(tx, ticket, change)
}

/** What is between the agent and the ticket: nobody else sees it, and it is no history. */
async function changeOwn(
  tx: Tx,
  ticket: { ticketId: number; agentId: number },
  { isFollowed, isUnread }: TicketChange,
): Promise<void> {
  if (isFollowed !== undefined) await followTicket(tx, { ...ticket, isFollowed })
  if (isUnread !== undefined) await writeUnread(tx, { ...ticket, isUnread })
}

/** Where it stands from now on: out of the Trash before anything that is refused there, into it last. */
async function changePlace(
  tx: Tx,
  ticket: { ticketId: number; agentId: number },
  { state, snoozedUntil, isDeleted }: TicketChange,
): Promise<void> {
  if (isDeleted === false) await restoreTicket(tx, ticket)
  if (state !== undefined) await changeState(tx, { ...ticket, to: state })
  if (snoozedUntil !== undefined) await snoozeTicket(tx, { ...ticket, until: snoozedUntil })
  if (isDeleted === true) await deleteTicket(tx, ticket)
}
