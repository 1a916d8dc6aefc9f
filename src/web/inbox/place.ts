import { useNavigate, useParams, useRouterState, useSearch } from '@tanstack/react-router'
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
  /** A ticket is being begun, where the open one is else. */
  isNew: boolean
  /** It is one without mail. */
  isByPhone: boolean
  beginTicket: () => void
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
  const isNew = useRouterState({ select: state => state.location.pathname.endsWith('/new') })
  const beginTicket = () => void navigate({ to: '/queue/$queue/new', params: { queue }, search: kept })
  const sought = search.q
  const isByPhone = search.phone === true
  const here = { queue, mailboxId, number, sought, goTo, isNew, isByPhone, beginTicket }
  if (sought !== undefined) {
    const open = (wanted: number, replace: boolean) =>
      void navigate({ to: '/search/$number', params: { number: wanted }, search: { q: sought }, replace })
    return {
      ...here,
      openTicket: wanted => open(wanted, false),
      follow: wanted => open(wanted, true),
      backToList: () => void navigate({ to: '/search', search: { q: sought } }),
    }
  }
  return {
    ...here,
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
