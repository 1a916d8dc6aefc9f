import { useMemo } from 'react'
import type { Ticket } from '../../shared/tickets.ts'
import { useAgents, useMe, useTeams } from '../session.ts'
import type { Mentionable } from './mention-offers.tsx'

/** Whom a note on a ticket can mention: the colleagues who may see its mailbox, and the teams that work there. */
export function useMentionable({ mailboxId }: Pick<Ticket, 'mailboxId'>): readonly Mentionable[] {
  const me = useMe()
  const agents = useAgents().data
  const teams = useTeams().data
  return useMemo(() => {
    const people = (agents ?? []).filter(
      ({ id, state, role, mailboxIds }) =>
        id !== me.id && state === 'active' && (role !== 'agent' || mailboxIds.includes(mailboxId)),
    )
    const atWork = (teams ?? []).filter(team => !team.isRemoved && team.mailboxIds.includes(mailboxId))
    return [
      ...people.map(({ id, name }): Mentionable => ({ id: String(id), name, of: 'agent' })),
      ...atWork.map(({ id, name }): Mentionable => ({ id: `team-${id}`, name, of: 'team' })),
    ]
  }, [agents, teams, me.id, mailboxId])
}
