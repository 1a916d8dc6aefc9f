import { useNavigate, useParams, useRouterState, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { TicketFilter } from '../../shared/ticket-filter.ts'
import type { QueueName } from '../../shared/vocabulary.ts'
import { pickSearch, type QueueSearch, readFilter, writeFilter } from '../views/filter-search.ts'

/** Where the agent is in the inbox, and the ways from here. The address of the page holds all of it. */
export type Place = {
  queue: QueueName
  /** What is searched for, '' before anything is; undefined in a queue. */
  sought: string | undefined
  mailboxId: number | undefined
  /** What the queue is narrowed to; `{}` is nothing. */
  filter: TicketFilter
  /** The view the list was gone to by; its filter may have been changed since. */
  viewId: number | undefined
  /** What the address holds of the list besides its queue, for links within it. */
  search: QueueSearch
  /** Narrows the list to another filter, as a view where one is named; what is open stays. */
  narrow: (filter: TicketFilter, more: { viewId: number | undefined; mailboxId: number | undefined }) => void
  /** The open ticket, undefined when only the list is shown. */
  number: number | undefined
  openTicket: (number: number) => void
  /** Goes on at the number that took over from the open one; Back does not lead to the old one. */
  follow: (number: number) => void
  backToList: () => void
  goTo: (queue: QueueName) => void
  /** A ticket is being begun, where the open one is else. */
  isNew: boolean
  /** The ticket that is being begun is one without mail. */
  isByPhone: boolean
  beginTicket: () => void
}

/** The place as it is in the list and beside it, whatever ticket is open. */
export type ListPlace = Omit<Place, 'number' | 'openTicket' | 'follow' | 'backToList'>

/** Reads the place from the address; the same object until it changes. */
export function usePlace(): Place {
  const params = useParams({ strict: false })
  const address = useSearch({ strict: false })
  const navigate = useNavigate()
  const isNew = useRouterState({ select: state => state.location.pathname.endsWith('/new') })
  const queue = params.queue ?? 'all'
  const number = useOpenNumber()
  const search = useMemo(() => pickSearch(address), [address])
  const filter = useMemo(() => readFilter(address), [address])
  const { q: sought, phone } = address
  return useMemo(() => {
    const ways =
      sought === undefined ? waysOfQueue(navigate, { queue, search }) : waysOfSearch(navigate, sought)
    const { mailbox: mailboxId, view: viewId } = search
    const isByPhone = phone === true
    return {
      queue,
      sought,
      mailboxId,
      filter,
      viewId,
      search,
      number,
      isNew,
      isByPhone,
      ...waysFromList(navigate, { queue, search, number }),
      ...ways,
    }
  }, [navigate, queue, number, search, filter, sought, phone, isNew])
}

/** The ticket that the address names. */
export function useOpenNumber(): number | undefined {
  const { number } = useParams({ strict: false })
  return typeof number === 'number' ? number : undefined
}

type Navigate = ReturnType<typeof useNavigate>

function waysFromList(
  navigate: Navigate,
  { queue, search, number }: Pick<Place, 'queue' | 'search' | 'number'>,
): Pick<Place, 'narrow' | 'goTo' | 'beginTicket'> {
  return {
    narrow: (wanted, { viewId: view, mailboxId: scope }) => {
      const to = { ...scopeOf(scope), ...writeFilter(wanted), ...(view === undefined ? {} : { view }) }
      if (number === undefined) void navigate({ to: '/queue/$queue', params: { queue }, search: to })
      else void navigate({ to: '/queue/$queue/$number', params: { queue, number }, search: to })
    },
    goTo: wanted =>
      void navigate({ to: '/queue/$queue', params: { queue: wanted }, search: scopeOf(search.mailbox) }),
    beginTicket: () => void navigate({ to: '/queue/$queue/new', params: { queue }, search }),
  }
}

type TicketWays = Pick<Place, 'openTicket' | 'follow' | 'backToList'>

function waysOfQueue(navigate: Navigate, { queue, search }: Pick<Place, 'queue' | 'search'>): TicketWays {
  const open = (number: number, replace: boolean) =>
    void navigate({ to: '/queue/$queue/$number', params: { queue, number }, search, replace })
  return {
    openTicket: number => open(number, false),
    follow: number => open(number, true),
    backToList: () => void navigate({ to: '/queue/$queue', params: { queue }, search }),
  }
}

function waysOfSearch(navigate: Navigate, q: string): TicketWays {
  const open = (number: number, replace: boolean) =>
    void navigate({ to: '/search/$number', params: { number }, search: { q }, replace })
  return {
    openTicket: number => open(number, false),
    follow: number => open(number, true),
    backToList: () => void navigate({ to: '/search', search: { q } }),
  }
}

function scopeOf(mailboxId: number | undefined): QueueSearch {
  return mailboxId === undefined ? {} : { mailbox: mailboxId }
}
