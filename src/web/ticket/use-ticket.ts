import { useQuery } from '@tanstack/react-query'
import type { TicketChange } from '../../shared/ticket-change.ts'
import { useApi } from '../api.tsx'
import { useMe, useNameOf } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { useTimeStyle } from '../ui/use-now.ts'
import { doneWords, type Names, type Subject } from './ticket-changes.ts'
import { ticketQuery } from './ticket-queries.ts'
import { useActions } from './use-actions.ts'

/** A ticket with its messages, notes and history. */
export function useTicket(number: number) {
  const { call } = useApi()
  return useQuery(ticketQuery(call, number))
}

/** The changes an agent makes to a ticket: shown at once, rolled back on a refusal, undoable by `z`. */
export function useChangeTicket(): (ticket: Pick<Subject, 'number'>, change: TicketChange) => void {
  const { t } = useTranslation()
  const act = useActions()
  const names = useNames()
  return ({ number }, change) =>
    act({ numbers: [number], wish: { change }, words: doneWords(t, number, change, names) })
}

/** What changes are called by. */
export function useNames(): Names {
  const agentId = useMe().id
  const nameOf = useNameOf()
  return {
    agentId,
    agentName: id => nameOf('agents', id),
    teamName: id => nameOf('teams', id),
    mailboxName: id => nameOf('mailboxes', id),
    timeStyle: useTimeStyle(),
  }
}
