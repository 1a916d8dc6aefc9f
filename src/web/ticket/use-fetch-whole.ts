import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { Message } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { messageHtmlQuery, ticketQuery } from './ticket-queries.ts'

const MOST_HTML = 3

/**
 * Fetches all that a ticket shows when it is opened, unless it is known; goes on as long as `isStill` says so. Rejects
 * with what failed.
 */
export function useFetchWhole(): (number: number, isStill: () => boolean) => Promise<void> {
  const { call, appBase } = useApi()
  const queries = useQueryClient()
  return useCallback(
    async (number, isStill) => {
      const ticket = await queries.fetchQuery(ticketQuery(call, number))
      for (const { id } of htmlAtOnce(ticket.messages)) {
        if (isStill()) await queries.fetchQuery(messageHtmlQuery(appBase, id))
      }
    },
    [call, appBase, queries],
  )
}

/** The HTML that an opened ticket shows first: of the last message of its customer, and what came after. */
function htmlAtOnce(messages: readonly Message[]): readonly Message[] {
  const from = messages.findLastIndex(message => message.direction === 'inbound')
  return messages.slice(Math.max(0, from), Math.max(0, from) + MOST_HTML).filter(message => message.hasHtml)
}
