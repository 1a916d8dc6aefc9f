import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { QueueName } from '../../shared/vocabulary.ts'

/** Where the agent is in the inbox, and the ways from here. The address of the page holds all of it. */
export type Place = {
  queue: QueueName
  /** What is searched for, '' before anything is; undefined in a queue. */
  sought: string | undefined
  mailboxId: number | undefined
  /** The open ticket, undefined when only the list is shown. */
  number: number | undefined
  openTicket: (number: number) => void
  /** Goes on at the number that took over from the open one; Back does not lead to the old one. */
  follow: (number: number) => void
  backToList: () => void
  goTo: (queue: QueueName) => void
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
  const goTo = (wanted: QueueName) =>
    void navigate({ to: '/queue/$queue', params: { queue: wanted }, search: kept })
  const sought = search.q
  if (sought !== undefined) {
    const open = (wanted: number, replace: boolean) =>
      void navigate({ to: '/search/$number', params: { number: wanted }, search: { q: sought }, replace })
    return {
      ...{ queue, mailboxId, number, sought, goTo },
      openTicket: wanted => open(wanted, false),
      follow: wanted => open(wanted, true),
      backToList: () => void navigate({ to: '/search', search: { q: sought } }),
    }
  }
  return {
    ...{ queue, mailboxId, number, sought, goTo },
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
  }
}
