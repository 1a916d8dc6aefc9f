import { can } from '../agents/can.ts'
import type { Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import type { NameOf } from '../mail/rich-words.ts'
import { getTeams } from './assign-team.ts'
import { type MentionedAgent, selectMentioned } from './mentions.queries.ts'
import { selectMembersOf } from './team-tickets.queries.ts'

/** Whom a note calls: agents by name, and with them those of the teams it names. */
export type Called = { agentIds: number[]; teamIds: number[]; nameOf: NameOf }

/**
 * The agents and teams whom a note mentions, by the names they have. Each agent must be able to see the ticket: nobody is
 * called to a place where there is nothing for them, nor learns from it what a mailbox holds. Of a team those are called
 * who can.
 *
 * @throws AppError `unknown-agent` (none, or not active) or `agent-cannot-use-mailbox`; as getTeams
 */
export async function getCalled(
  tx: Tx,
  mentions: { agentIds: readonly number[]; teamIds: readonly number[] },
  mailboxId: number,
): Promise<Called> {
  const { agentIds, teamIds } = mentions
  const agents = agentIds.length === 0 ? [] : await selectMentioned(tx, agentIds, mailboxId)
  for (const agentId of agentIds) {
    checkMentioned(
      agentId,
      agents.find(agent => agent.id === agentId),
      mailboxId,
    )
  }
  const teams = await getTeams(tx, teamIds, mailboxId)
  const members = teamIds.length === 0 ? [] : await selectMembersOf(tx, teamIds, mailboxId)
  return {
    agentIds: [...new Set([...agentIds, ...members])],
    teamIds: [...teamIds],
    nameOf: ({ of, id }) => (of === 'agent' ? agents : teams).find(one => one.id === id)?.name,
  }
}

function checkMentioned(agentId: number, agent: MentionedAgent | undefined, mailboxId: number): void {
  if (agent === undefined || agent.state !== 'active') {
    throw new AppError('unknown-agent', 'the note mentions no active agent', { agentId })
  }
  const mailboxIds = agent.hasMailbox ? [mailboxId] : []
  const caller = {
    agentId,
    role: agent.role,
    mailboxIds: agent.role === 'agent' ? mailboxIds : 'all',
  } as const
  if (can(caller, { wish: 'use-mailbox', mailboxId })) return
  const details = { agentId, mailboxId }
  throw new AppError('agent-cannot-use-mailbox', 'the note mentions one who may not see it', details)
}
