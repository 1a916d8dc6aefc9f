import { can } from '../agents/can.ts'
import type { Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import type { Role } from '../shared/vocabulary.ts'
import { lockAssignee, writeAssignee } from './desk-rows.queries.ts'
import { lockForChange } from './lock-ticket.ts'
import { writeTicketEvents } from './ticket-events.ts'

/**
 * Gives a ticket to an agent, or to nobody (null), with its event `assigned` (`data`: from, to).
 * Where it has that assignee already, nothing is written.
 *
 * @param change `agentId` is who does it; null when no person caused it
 * @returns whether the assignee changed
 * @throws as lockForChange; AppError `unknown-agent` (none, or not active) or `agent-cannot-use-mailbox`
 */
export async function assignTicket(
  tx: Tx,
  change: { ticketId: number; assigneeId: number | null; agentId: number | null },
): Promise<boolean> {
  const ticket = await lockForChange(tx, change.ticketId)
  if (ticket.assigneeId === change.assigneeId) return false
  if (change.assigneeId !== null) await checkAssignee(tx, change.assigneeId, ticket.mailboxId)
  await writeAssignee(tx, ticket.id, change.assigneeId)
  await writeTicketEvents(tx, [
    {
      ticketId: ticket.id,
      kind: 'assigned',
      agentId: change.agentId,
      data: { from: ticket.assigneeId, to: change.assigneeId },
    },
  ])
  return true
}

async function checkAssignee(tx: Tx, assigneeId: number, mailboxId: number): Promise<void> {
  const agent = await lockAssignee(tx, assigneeId, mailboxId)
  if (agent === undefined || agent.state !== 'active') {
    throw new AppError('unknown-agent', 'the assignee is no active agent', { agentId: assigneeId })
  }
  const role = agent.role as Role // the column's check constraint
  const mailboxIds = role !== 'agent' ? 'all' : agent.mailboxId === null ? [] : [agent.mailboxId]
  if (!can({ agentId: assigneeId, role, mailboxIds }, { wish: 'use-mailbox', mailboxId })) {
    throw new AppError('agent-cannot-use-mailbox', 'the assignee may not use this mailbox', {
      agentId: assigneeId,
      mailboxId,
    })
  }
}
