import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type JudgedRecipients, judgeRecipients } from '../../shared/recipients.ts'
import type { Ticket } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import type { Draft } from './draft-store.ts'

/** Whom the draft would go to, by the server's rules; undefined until it answers, and while an address is not right. */
export function useJudged(ticket: Ticket, draft: Draft): JudgedRecipients | undefined {
  const { call } = useApi()
  const body = recipientsOf(draft)
  const judged = useQuery({
    queryKey: ['recipients', ticket.number, ticket.version, body],
    queryFn: () => call(judgeRecipients, { params: { number: ticket.number }, body }),
    enabled: draft.mode === 'reply',
    placeholderData: keepPreviousData,
    retry: false,
  })
  return judged.data
}

/** What a draft says of its recipients; what it leaves out is the server's to decide. */
export function recipientsOf(draft: Draft) {
  return {
    ...(draft.answeredMessageId == null ? {} : { answeredMessageId: draft.answeredMessageId }),
    ...(draft.to === null ? {} : { to: draft.to }),
    ...(draft.cc === null ? {} : { cc: draft.cc }),
    ...(draft.bcc.length === 0 ? {} : { bcc: draft.bcc }),
  }
}

/** The addresses a composer shows: chosen ones, else those the server or the ticket gives by default. */
export function shownRecipients(ticket: Ticket, draft: Draft, judged: JudgedRecipients | undefined) {
  // Until the server answers, the ticket's defaults hold only where no other message was chosen.
  const defaults = judged ?? (draft.answeredMessageId == null ? ticket.replyDefaults : { to: [], cc: [] })
  const to = draft.to ?? defaults.to.map(one => one.address)
  const cc = draft.cc ?? defaults.cc.map(one => one.address)
  return { to, cc, bcc: draft.bcc, count: to.length + cc.length + draft.bcc.length }
}
