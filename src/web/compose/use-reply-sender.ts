import { useQuery } from '@tanstack/react-query'
import { getReplySender } from '../../shared/reply-sender.ts'
import type { Ticket } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import type { Draft } from './draft-store.ts'

/** As whom a reply goes out and what stands below it; undefined until it is known. */
export function useReplySender(ticket: Ticket, draft: Draft) {
  const { call } = useApi()
  const { number, mailboxId, version } = ticket
  const { answeredMessageId } = draft
  const query = answeredMessageId == null ? {} : { answeredMessageId }
  return useQuery({
    queryKey: ['reply-sender', number, answeredMessageId, mailboxId, version],
    queryFn: () => call(getReplySender, { params: { number }, query }),
    placeholderData: (previous, asked) => (asked?.queryKey[2] === answeredMessageId ? previous : undefined),
  }).data
}
