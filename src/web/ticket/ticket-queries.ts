import { queryOptions } from '@tanstack/react-query'
import { listTags } from '../../shared/tags.ts'
import { getMessageHtml, getTicket } from '../../shared/tickets.ts'
import { apiUrl, type Call, CallFailed } from '../call.ts'
import { asChanged } from './changes-under-way.ts'

/** A ticket with its messages. The live feed keeps it true while it is fresh. */
export function ticketQuery(call: Call, number: number) {
  return queryOptions({
    queryKey: ['ticket', number],
    queryFn: async () => asChanged(await call(getTicket, { params: { number } })).row,
    staleTime: 60_000,
  })
}

/** The tags on tickets this agent may see. */
export function tagsQuery(call: Call) {
  return queryOptions({
    queryKey: ['tags'],
    queryFn: async () => (await call(listTags)).data,
    staleTime: 60_000,
  })
}

/** The cleaned HTML of a message, which never changes. */
export function messageHtmlQuery(appBase: string, messageId: number) {
  return queryOptions({
    queryKey: ['message-html', messageId],
    queryFn: async () => {
      const url = apiUrl(appBase, getMessageHtml.path, { params: { id: messageId } })
      const answer = await fetch(url, { credentials: 'same-origin' })
      if (!answer.ok) throw new CallFailed('message-html', answer.status)
      return await answer.text()
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}
