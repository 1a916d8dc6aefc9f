import { can } from '../agents/can.ts'
import type { Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import type { Role } from '../shared/vocabulary.ts'
import {
  type Assignee,
  lockAssignee,
  lockAssignees,
  writeAssignee,
  writeAssignees,
} from './desk-rows.queries.ts'
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

/** Who may have another ticket of a mailbox too: null where they are not active, or may not use it any more. */
export async function standingAssignee(
  tx: Tx,
  agentId: number | null,
  mailboxId: number,
): Promise<number | null> {
  if (agentId === null) return null
  const agent = await lockAssignee(tx, agentId, mailboxId)
  return agent?.state === 'active' && mayUse(agent, mailboxId) ? agentId : null
}

/** An agent a ticket may go to. */
export type AssigneeWish = { ticketId: number; mailboxId: number; agentId: number }

/**
 * Gives tickets, nobody's and locked by now, each to the first of the agents named for it who is active and may use its
 * mailbox, with its event `assigned`, which names nobody who did it. Where there is none, nothing is written.
 */
export async function assignToThoseWhoMay(tx: Tx, wishes: readonly AssigneeWish[]): Promise<void> {
  if (wishes.length === 0) return
  const agents = await lockAssignees(tx, wishes)
  const given = new Map<number, number>()
  for (const { ticketId, mailboxId, agentId } of wishes) {
    const agent = agents.find(one => one.id === agentId && one.wishedMailboxId === mailboxId)
    if (agent?.state === 'active' && mayUse(agent, mailboxId) && !given.has(ticketId))
      given.set(ticketId, agentId)
  }
  const rows = [...given].map(([ticketId, assigneeId]) => ({ ticketId, assigneeId }))
  if (rows.length === 0) return
  await writeAssignees(tx, rows)
  await writeTicketEvents(
    tx,
    rows.map(({ ticketId, assigneeId }) => ({
      ticketId,
      kind: 'assigned' as const,
      data: { from: null, to: assigneeId },
    })),
  )
}

async function checkAssignee(tx: Tx, agentId: number, mailboxId: number): Promise<void> {
  const agent = await lockAssignee(tx, agentId, mailboxId)
  if (agent?.state !== 'active') {
    throw new AppError('unknown-agent', 'the assignee is no active agent', { agentId })
  }
  if (!mayUse(agent, mailboxId)) {
    throw new AppError('agent-cannot-use-mailbox', 'the assignee may not use this mailbox', {
      agentId,
      mailboxId,
    })
  }
}

function mayUse(agent: Assignee, mailboxId: number): boolean {
  const role = agent.role as Role // the column's check constraint
  const own = agent.mailboxId === null ? [] : [agent.mailboxId]
  const mailboxIds = role === 'agent' ? own : 'all'
  return can({ agentId: agent.id, role, mailboxIds }, { wish: 'use-mailbox', mailboxId })
}
