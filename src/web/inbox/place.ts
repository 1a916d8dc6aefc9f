import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { Queue } from '../../shared/vocabulary.ts'

/** Where the agent is in the inbox, and the ways from here. The address of the page holds all of it. */
export type Place = {
  queue: Queue
  mailboxId: number | undefined
  /** The open ticket, undefined when only the list is shown. */
  number: number | undefined
  openTicket: (number: number) => void
  /** Goes on at the number that took over from the open one; Back does not lead to the old one. */
  follow: (number: number) => void
  backToList: () => void
  goTo: (queue: Queue) => void
}

/** Reads the place from the address. */
export function usePlace(): Place {
  const params = useParams({ strict: false })
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const queue = params.queue ?? 'all'
  const mailboxId = search.mailbox
  const kept = mailboxId === undefined ? {} : { mailbox: mailboxId }
  const number = typeof params.number === 'number' ? params.number : undefined
  return {
    queue,
    mailboxId,
    number,
    openTicket: wanted =>
      void navigate({ to: '/queue/$queue/$number', params: { queue, number: wanted }, search: kept }),
    follow: wanted =>
      void navigate({
        to: '/queue/$queue/$number',
        params: { queue, number: wanted },
        search: kept,
        replace: true,
      }),
    backToList: () => void navigate({ to: '/queue/$queue', params: { queue }, search: kept }),
    goTo: wanted => void navigate({ to: '/queue/$queue', params: { queue: wanted }, search: kept }),
  }
}
