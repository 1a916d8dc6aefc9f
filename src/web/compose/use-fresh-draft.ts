import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Ticket } from '../../shared/tickets.ts'
import { useMe } from '../session.ts'

/** Reads the agent's draft anew where the server made one of a reply that a customer overtook. */
export function useFreshDraft(ticket: Ticket): void {
  const queries = useQueryClient()
  const me = useMe()
  const made = ticket.events.filter(
    event => event.kind === 'reply_overtaken' && event.data.draftOf === me.id,
  ).length
  useEffect(() => {
    if (made > 0) void queries.invalidateQueries({ queryKey: ['draft', ticket.number] })
  }, [made, queries, ticket.number])
}
