import { useQuery } from '@tanstack/react-query'
import { type JudgedRecipients, judgeRecipients } from '../../shared/recipients.ts'
import type { Ticket } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import type { Draft } from './draft-store.ts'
import { isSameAim, recipientsOf } from './shown-recipients.ts'

/** Whom the draft would go to, by the server's rules; undefined until it answers, and while an address is not right. */
export function useJudged(ticket: Ticket, draft: Draft): JudgedRecipients | undefined {
  const { call } = useApi()
  const body = recipientsOf(draft)
  const judged = useQuery({
    queryKey: ['recipients', ticket.number, ticket.version, body],
    // Who gets an answer to one message is nobody to be shown, or sent to, for another.
    placeholderData: (previous, query) =>
      isSameAim(query?.queryKey[3] as typeof body | undefined, body) ? previous : undefined,
    queryFn: () => call(judgeRecipients, { params: { number: ticket.number }, body }),
    enabled: draft.mode === 'reply',
    retry: false,
  })
  return judged.data
}
