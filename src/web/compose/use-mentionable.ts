import { useMemo } from 'react'
import type { Ticket } from '../../shared/tickets.ts'
import { useAgents, useMe } from '../session.ts'
import type { Mentionable } from './mention-offers.tsx'

/** The colleagues whom a note on a ticket can mention: those who may see its mailbox. */
export function useMentionable({ mailboxId }: Pick<Ticket, 'mailboxId'>): readonly Mentionable[] {
  const me = useMe()
  const agents = useAgents().data
  return useMemo(
    () =>
      (agents ?? []).filter(
        ({ id, state, role, mailboxIds }) =>
          id !== me.id && state === 'active' && (role !== 'agent' || mailboxIds.includes(mailboxId)),
      ),
    [agents, me.id, mailboxId],
  )
}
