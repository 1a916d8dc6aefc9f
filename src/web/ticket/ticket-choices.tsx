import { useQuery } from '@tanstack/react-query'
import { Hash, Plus } from 'lucide-react'
import { listTickets, type Ticket, type TicketRow } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import type { Choice } from '../ui/picker.tsx'

type Here = Pick<Ticket, 'number' | 'mailboxId' | 'customer'>

/** The choice that is no ticket yet. */
export const NEW_TICKET = 'new'

/**
 * Tickets to choose from: the newest hundred of the same mailbox, those of the same customer first. Any other
 * is named by its number (`madeOf`).
 */
export function useTicketChoices(here: Here, isWanted: boolean): Choice[] {
  const { call } = useApi()
  const { t } = useTranslation()
  const { mailboxId } = here
  const { data } = useQuery({
    queryKey: ['tickets-to-choose', mailboxId],
    queryFn: async () => (await call(listTickets, { query: { queue: 'all', mailboxId, limit: 100 } })).data,
    enabled: isWanted,
  })
  const isTheirs = (row: TicketRow) =>
    here.customer?.address != null && row.customer?.address === here.customer.address
  const rows = (data ?? []).filter(row => row.number !== here.number)
  const sorted = [...rows.filter(isTheirs), ...rows.filter(row => !isTheirs(row))]
  return sorted.map(row => ({
    id: String(row.number),
    words: [
      `#${row.number}`,
      row.subject === '' ? t('ticket.noSubject') : row.subject,
      row.customer?.name ?? row.customer?.address,
    ]
      .filter(part => part !== undefined)
      .join(' · '),
  }))
}

/** A typed number as a choice. */
export function madeOf(typed: string): Choice | undefined {
  const number = /^#?(\d{1,12})$/.exec(typed)?.[1]
  if (number === undefined || Number(number) === 0) return undefined
  return { id: number, words: `#${number}`, mark: <Hash size={14} aria-hidden /> }
}

/** Stands for a ticket that does not exist yet: choosing it splits. */
export function useNewTicketChoice(): Choice {
  const { t } = useTranslation()
  return { id: NEW_TICKET, words: t('move.new'), mark: <Plus size={14} aria-hidden /> }
}
