import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { markRead } from '../../shared/mark-read.ts'
import type { Ticket } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { patchLists } from '../inbox/use-tickets.ts'
import { beginReading, noteReading } from '../offline/readings.ts'
import { useMe } from '../session.ts'
import { whenOnScreen } from '../ui/when-on-screen.ts'

// Keys that run through the tickets read none of them.
const READ_AFTER_MS = 500

/**
 * Takes a ticket as read once it has been on the agent's screen for a moment, and again when something comes while it is.
 * Left unread by its key it stays so.
 */
export function useMarkRead(ticket: Ticket): void {
  const { call } = useApi()
  const queries = useQueryClient()
  const me = useMe()
  const { number } = ticket
  const upToMessageId = Math.max(0, ...ticket.messages.map(message => message.id))
  // Looked up when it is time, and no reason to look again: the key has made it so.
  const isUnread = useRef(ticket.isUnread)
  isUnread.current = ticket.isUnread
  useEffect(() => {
    if (upToMessageId === 0) return
    const isLeftUnread = beginReading(number)
    return whenOnScreen(() => {
      if (!isUnread.current || isLeftUnread()) return
      patchLists(queries, number, me.id, row => ({ ...row, isUnread: false }))
      queries.setQueryData<Ticket>(['ticket', number], known => known && { ...known, isUnread: false })
      const told = call(markRead, { params: { number }, body: { upToMessageId } })
      noteReading(told)
      told.catch(error => {
        // The ticket is unread with the next look at the list, and read with the next look at the ticket.
        console.warn('a ticket was not marked as read', error)
      })
    }, READ_AFTER_MS)
  }, [call, queries, number, me.id, upToMessageId])
}
