import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { TicketChange } from '../../shared/ticket-change.ts'
import { getTicket, type Ticket, type TicketRow, updateTicket } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { patchLists } from '../inbox/use-tickets.ts'
import { useAgents, useMailboxes, useMe } from '../session.ts'
import { useNotices } from '../ui/notices.tsx'
import { useTimeStyle } from '../ui/use-now.ts'
import { applied, doneWords, reversed, type Subject } from './ticket-changes.ts'

/** A ticket with its messages, notes and history. */
export function useTicket(number: number) {
  const { call } = useApi()
  return useQuery({
    queryKey: ['ticket', number],
    queryFn: () => call(getTicket, { params: { number } }),
    staleTime: 60_000,
  })
}

/** The changes an agent makes to a ticket: shown at once, rolled back on a refusal, undoable by `z`. */
export function useChangeTicket() {
  const { call } = useApi()
  const { t } = useTranslation()
  const queries = useQueryClient()
  const agentId = useMe().id
  const agents = useAgents().data ?? []
  const mailboxes = useMailboxes().data ?? []
  const notices = useNotices()
  const timeStyle = useTimeStyle()
  const { mutateAsync } = useMutation({
    mutationFn: (input: { number: number; change: TicketChange }) =>
      call(updateTicket, { params: { number: input.number }, body: input.change }),
    onMutate: ({ number, change }) =>
      patchEverywhere(queries, number, agentId, row => applied(row, change, new Date())),
    onSuccess: row => patchEverywhere(queries, row.number, agentId, now => ({ ...now, ...row })),
    onSettled: async (_row, _error, input) => {
      await queries.invalidateQueries({ queryKey: ['ticket', input.number] })
      await queries.invalidateQueries({ queryKey: ['tickets'] })
      await queries.invalidateQueries({ queryKey: ['queues'] })
      if (input.change.addTags !== undefined) await queries.invalidateQueries({ queryKey: ['tags'] })
    },
  })
  const names = {
    agentId,
    agentName: (id: number) => agents.find(agent => agent.id === id)?.name ?? '',
    mailboxName: (id: number) => mailboxes.find(mailbox => mailbox.id === id)?.name ?? '',
    timeStyle,
  }
  return (ticket: Subject, change: TicketChange): void => {
    const { number } = ticket
    const back = reversed(ticket, change)
    const undo = async () => {
      await mutateAsync({ number, change: back })
    }
    const words = doneWords(t, number, change, names)
    const takeBack = words === undefined ? undefined : notices.done(words, { undo })
    mutateAsync({ number, change }).catch((error: unknown) => {
      takeBack?.()
      notices.failed(error)
    })
  }
}

function patchEverywhere(
  queries: QueryClient,
  number: number,
  agentId: number,
  change: <T extends TicketRow>(row: T) => T,
): void {
  patchLists(queries, number, agentId, change)
  queries.setQueryData<Ticket>(['ticket', number], ticket => ticket && change(ticket))
}
