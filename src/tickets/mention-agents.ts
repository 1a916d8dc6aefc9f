import { can } from '../agents/can.ts'
import type { Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { type MentionedAgent, selectMentioned } from './mentions.queries.ts'

/**
 * The agents whom a note mentions, by the names they have. Each must be able to see the ticket: nobody is called
 * to a place where there is nothing for them, nor learns from it what a mailbox holds.
 *
 * @throws AppError `unknown-agent` (none, or not active) or `agent-cannot-use-mailbox`
 */
export async function getMentioned(
  tx: Tx,
  agentIds: readonly number[],
  mailboxId: number,
): Promise<ReadonlyMap<number, string>> {
  if (agentIds.length === 0) return new Map()
  const agents = new Map((await selectMentioned(tx, agentIds, mailboxId)).map(agent => [agent.id, agent]))
  return new Map(agentIds.map(agentId => [agentId, nameOf(agentId, agents.get(agentId), mailboxId)]))
}

function nameOf(agentId: number, agent: MentionedAgent | undefined, mailboxId: number): string {
  if (agent === undefined || agent.state !== 'active') {
    throw new AppError('unknown-agent', 'the note mentions no active agent', { agentId })
  }
  const mailboxIds = agent.hasMailbox ? [mailboxId] : []
  const caller = {
    agentId,
    role: agent.role,
    mailboxIds: agent.role === 'agent' ? mailboxIds : 'all',
  } as const
  if (!can(caller, { wish: 'use-mailbox', mailboxId })) {
    const details = { agentId, mailboxId }
    throw new AppError('agent-cannot-use-mailbox', 'the note mentions one who may not see it', details)
  }
  return agent.name
}
