import type { Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { dropForeignTeam } from './assign-team.ts'
import { standingAssignee } from './assign-ticket.ts'
import { writeAssignee } from './desk-rows.queries.ts'
import { leaveTwins } from './leave-twins.ts'
import { lockForChange } from './lock-ticket.ts'
import { insertLeavingHint, selectMailboxKinds, writeMailbox } from './move-ticket.queries.ts'
import { type TicketEvent, writeTicketEvents } from './ticket-events.ts'

/**
 * Moves a ticket to another mailbox, with its event `mailbox_changed` (`data`: from, to). Who may see it, the From and
 * the signature of its replies follow; an assignee who may not use that mailbox is taken off, and a team that does not
 * work there. Its messages keep the mailbox they came through, whose index still leads answers here: mail to the old
 * address joins the ticket where it is now. It leaves its twins. The caller has decided that the agent may use both.
 *
 * @returns whether it moved
 * @throws as lockForChange; AppError `unknown-mailbox`, `other-kind-of-mailbox` (practice mail goes with
 *   its mailbox)
 */
export async function moveTicket(
  tx: Tx,
  change: { ticketId: number; mailboxId: number; agentId: number },
): Promise<boolean> {
  const ticket = await lockForChange(tx, change.ticketId)
  const { mailboxId: from } = ticket
  if (from === change.mailboxId) return false
  const kinds = await selectMailboxKinds(tx, [from, change.mailboxId])
  if (!kinds.has(change.mailboxId)) {
    throw new AppError('unknown-mailbox', 'no such mailbox', { mailboxId: change.mailboxId })
  }
  if (kinds.get(from) !== kinds.get(change.mailboxId)) {
    throw new AppError('other-kind-of-mailbox', 'practice tickets stay in practice mailboxes')
  }
  await leaveTwins(tx, ticket.id)
  await writeMailbox(tx, ticket.id, change.mailboxId)
  const unassigned = await unassignStranger(tx, { ...ticket, ...change })
  const foreign = await dropForeignTeam(tx, change)
  const data = { from, to: change.mailboxId }
  await writeTicketEvents(tx, [
    { ticketId: ticket.id, kind: 'mailbox_changed', agentId: change.agentId, data },
    ...unassigned,
    ...foreign,
  ])
  await insertLeavingHint(tx, ticket.id, from)
  return true
}

async function unassignStranger(
  tx: Tx,
  ticket: { ticketId: number; assigneeId: number | null; mailboxId: number; agentId: number },
): Promise<TicketEvent[]> {
  const { ticketId, assigneeId, mailboxId, agentId } = ticket
  if (assigneeId === null) return []
  if ((await standingAssignee(tx, assigneeId, mailboxId)) !== null) return []
  await writeAssignee(tx, ticketId, null)
  return [{ ticketId, kind: 'assigned', agentId, data: { from: assigneeId, to: null } }]
}
