import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { getTicket, type Ticket, type TicketRow, updateTicket } from '../../shared/tickets.ts'
import type { TicketState } from '../../shared/vocabulary.ts'
import { useApi } from '../api.tsx'
import { patchLists } from '../inbox/use-tickets.ts'
import { useAgents, useMailboxes, useMe } from '../session.ts'
import { useNotices } from '../ui/notices.tsx'

/** A ticket with its messages, notes and history. */
export function useTicket(number: number) {
  const { call } = useApi()
  return useQuery({
    queryKey: ['ticket', number],
    queryFn: () => call(getTicket, { params: { number } }),
    staleTime: 60_000,
  })
}

/** A change of state, assignee or tags, as the API takes it. */
export type TicketChange = {
  mailboxId?: number
  state?: TicketState
  assigneeId?: number | null
  addTags?: string[]
  removeTags?: string[]
}

type Subject = Pick<TicketRow, 'number' | 'mailboxId' | 'state' | 'assigneeId' | 'tags'>

/** The changes an agent makes to a ticket: shown at once, rolled back on a refusal, undoable by `z`. */
export function useChangeTicket() {
  const { call } = useApi()
  const { t } = useTranslation()
  const queries = useQueryClient()
  const agentId = useMe().id
  const agents = useAgents().data ?? []
  const notices = useNotices()
  const { mutateAsync } = useMutation({
    mutationFn: (input: { number: number; change: TicketChange }) =>
      call(updateTicket, { params: { number: input.number }, body: input.change }),
    onMutate: input => patchEverywhere(queries, input.number, agentId, row => applied(row, input.change)),
    onSuccess: row => patchEverywhere(queries, row.number, agentId, now => ({ ...now, ...row })),
    onSettled: async (_row, _error, input) => {
      await queries.invalidateQueries({ queryKey: ['ticket', input.number] })
      await queries.invalidateQueries({ queryKey: ['tickets'] })
      await queries.invalidateQueries({ queryKey: ['queues'] })
      if (input.change.addTags !== undefined) await queries.invalidateQueries({ queryKey: ['tags'] })
    },
  })
  const mailboxes = useMailboxes().data ?? []
  const mailboxName = (id: number) => mailboxes.find(mailbox => mailbox.id === id)?.name ?? ''
  const nameOf = (id: number | null) => agents.find(agent => agent.id === id)?.name ?? ''
  const words = (ticket: Subject, change: TicketChange): string => {
    const number = ticket.number
    if (change.mailboxId !== undefined)
      return t('done.mailbox', { number, name: mailboxName(change.mailboxId) })
    if (change.state !== undefined) return t(`done.state.${change.state}`, { number })
    if (change.assigneeId === null) return t('done.unassigned', { number })
    if (change.assigneeId === agentId) return t('done.taken', { number })
    return t('done.assigned', { number, name: nameOf(change.assigneeId ?? null) })
  }
  return (ticket: Subject, change: TicketChange): void => {
    const { number } = ticket
    const back = reverse(ticket, change)
    const undo = async () => {
      await mutateAsync({ number, change: back })
    }
    const isTold = [change.mailboxId, change.state, change.assigneeId].some(one => one !== undefined)
    const takeBack = isTold ? notices.done(words(ticket, change), { undo }) : undefined
    mutateAsync({ number, change }).catch((error: unknown) => {
      takeBack?.()
      notices.failed(error)
    })
  }
}

function applied<T extends Subject>(row: T, change: TicketChange): T {
  const kept = row.tags.filter(tag => !change.removeTags?.includes(tag))
  const added = (change.addTags ?? []).filter(tag => !kept.includes(tag))
  return {
    ...row,
    mailboxId: change.mailboxId ?? row.mailboxId,
    state: change.state ?? row.state,
    assigneeId: change.assigneeId === undefined ? row.assigneeId : change.assigneeId,
    tags: [...kept, ...added].sort((a, b) => a.localeCompare(b)),
  }
}

function reverse(ticket: Subject, change: TicketChange): TicketChange {
  return {
    // Whoever had the ticket gets it back with its mailbox, as the move may have taken it off them.
    ...(change.mailboxId === undefined ? {} : { mailboxId: ticket.mailboxId, assigneeId: ticket.assigneeId }),
    ...(change.state === undefined ? {} : { state: ticket.state }),
    ...(change.assigneeId === undefined ? {} : { assigneeId: ticket.assigneeId }),
    ...(change.addTags === undefined ? {} : { removeTags: change.addTags }),
    ...(change.removeTags === undefined ? {} : { addTags: change.removeTags }),
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
