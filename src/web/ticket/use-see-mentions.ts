import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { seeMentions } from '../../shared/mentions.ts'
import type { QueueCount, Ticket } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { patchLists } from '../inbox/use-tickets.ts'
import { useMe } from '../session.ts'
import { whenOnScreen } from '../ui/when-on-screen.ts'

/**
 * Takes what mentions this agent in a ticket as seen once the ticket is on their screen. The mark and the count go at once.
 */
export function useSeeMentions(ticket: Ticket): void {
  const { call } = useApi()
  const queries = useQueryClient()
  const me = useMe()
  const { number, hasUnseenMention } = ticket
  const upToNoteId = Math.max(0, ...ticket.notes.map(note => note.id))
  useEffect(() => {
    if (!hasUnseenMention || upToNoteId === 0) return
    const see = async () => {
      forgetMention(queries, number, me.id)
      try {
        await call(seeMentions, { params: { number }, body: { upToNoteId } })
      } catch (error) {
        // The mark is back with the next look at the list, and goes with the next look at the ticket.
        console.warn('a mention was not marked as seen', error)
      }
      void queries.invalidateQueries({ queryKey: ['queues'] })
    }
    return whenOnScreen(() => void see())
  }, [call, queries, number, me.id, hasUnseenMention, upToNoteId])
}

function forgetMention(queries: QueryClient, number: number, agentId: number): void {
  patchLists(queries, number, agentId, row => ({ ...row, hasUnseenMention: false }))
  queries.setQueryData<Ticket>(['ticket', number], known => known && { ...known, hasUnseenMention: false })
  queries.setQueriesData<QueueCount[]>({ queryKey: ['queues'] }, counts =>
    counts?.map(one =>
      one.queue === 'mentions' && one.count !== null ? { ...one, count: Math.max(0, one.count - 1) } : one,
    ),
  )
}
