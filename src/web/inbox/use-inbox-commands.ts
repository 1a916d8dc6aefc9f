import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { TicketChange } from '../../shared/ticket-change.ts'
import type { Ticket, TicketRow } from '../../shared/tickets.ts'
import { useCommand, useHeldTyping } from '../keys/commands.tsx'
import { useMailboxes, useMe } from '../session.ts'
import { applied, putsAway, type Subject } from '../ticket/ticket-changes.ts'
import type { Wish } from '../ticket/ticket-place.ts'
import { useCopyLink } from '../ticket/use-copy-link.ts'
import { useChangeTicket } from '../ticket/use-ticket.ts'
import { useWishCommands } from '../ticket/use-wish-commands.ts'
import { fitsFilter } from '../views/fits-filter.ts'
import type { Place } from './place.ts'
import { standsIn } from './queue-rule.ts'
import { useOwedSteps } from './use-owed-steps.ts'
import type { Standing } from './use-standing.ts'

type Inbox = {
  rows: readonly TicketRow[]
  /** More rows follow than have come. */
  hasMore: boolean
  place: Place
  /** The open ticket, or the row the keys act on. */
  cursor: number | undefined
  standing: Standing | undefined
  setCursor: (number: number) => void
  openTicket: (number: number, wish?: Wish) => void
}

/** Changes a ticket, and opens the next one where that puts it out of the way. */
export type PutAway = (ticket: Subject, change: TicketChange) => void

/**
 * The keys of the inbox: moving in the list, going to queues, and acting on the open or marked ticket.
 *
 * @returns what closing does, for the buttons that do the same; a ticket that is closed already (by
 *   Send & close) only makes room for the next
 */
export function useInboxCommands(inbox: Inbox): PutAway {
  const change = useChangeTicket()
  const putAway: PutAway = (ticket, wish) => {
    // Of a twin it will be refused: another mailbox handles it.
    if (putsAway(wish) && !ticket.isTwin) leaveRow(inbox, ticket.number)
    if (wish.state === undefined || ticket.state !== wish.state) change(ticket, wish)
  }
  useGoCommands(inbox.place)
  useMoveCommands(inbox)
  useActCommands(inbox, putAway)
  // With the list alone, these keys open the marked ticket first; an open ticket has them itself.
  const marked = inbox.place.number === undefined ? inbox.cursor : undefined
  useWishCommands(marked === undefined ? undefined : wish => inbox.openTicket(marked, wish))
  useCopyLink(marked === undefined ? undefined : inbox.rows.find(row => row.number === marked))
  return putAway
}

function useGoCommands(place: Place): void {
  const held = useHeldTyping()
  const navigate = useNavigate()
  const mailboxes = useMailboxes().data ?? []
  useCommand('go-mailbox', keys => {
    const mailbox = mailboxes[Number(keys.at(-1)) - 1]?.id
    if (mailbox !== undefined)
      void navigate({ to: '/queue/$queue', params: { queue: place.queue }, search: { mailbox } })
  })
  useCommand('new-mail', () => {
    held.begin()
    place.beginTicket()
  })
  useCommand('go-mine', () => place.goTo('mine'))
  useCommand('go-unassigned', () => place.goTo('unassigned'))
  useCommand('go-all', () => place.goTo('all'))
  useCommand('go-mentions', () => place.goTo('mentions'))
  useCommand('go-drafts', () => place.goTo('drafts'))
  useCommand('go-snoozed', () => place.goTo('snoozed'))
  useCommand('go-sent', () => place.goTo('sent'))
  useCommand('go-trash', () => place.goTo('trash'))
  useCommand('go-closed', () => place.goTo('closed'))
  useCommand('go-spam', () => place.goTo('spam'))
}

function useMoveCommands(inbox: Inbox): void {
  const { rows, place, cursor, standing } = inbox
  const go = (row: TicketRow) => {
    if (place.number !== undefined) inbox.openTicket(row.number)
    else inbox.setCursor(row.number)
  }
  const owe = useOwedSteps({ ...inbox, go })
  const move = (step: 1 | -1) => {
    const beside = step === 1 ? standing?.next : standing?.previous
    const row = standing === undefined ? rows[0] : beside
    if (row !== undefined) go(row)
    else if (step === 1) owe()
  }
  useCommand('next', rows.length > 0 ? () => move(1) : undefined)
  useCommand('previous', rows.length > 0 ? () => move(-1) : undefined)
  const canOpen = place.number === undefined && cursor !== undefined
  useCommand('open', canOpen ? () => inbox.openTicket(cursor) : undefined)
  useCommand('back', place.number === undefined ? undefined : place.backToList)
}

function useActCommands(inbox: Inbox, putAway: PutAway): void {
  const me = useMe()
  const change = useChangeTicket()
  const queries = useQueryClient()
  const target = () => {
    const open = inbox.cursor
    if (open === undefined) return undefined
    return inbox.rows.find(row => row.number === open) ?? queries.getQueryData<Ticket>(['ticket', open])
  }
  const act = (work: (ticket: TicketRow) => void) => {
    if (inbox.cursor === undefined) return undefined
    return () => {
      const ticket = target()
      if (ticket !== undefined) work(ticket)
    }
  }
  useCommand(
    'close',
    act(ticket => ticket.state !== 'closed' && putAway(ticket, { state: 'closed' })),
  )
  useCommand('reopen', act(reopen))
  useCommand(
    'spam',
    act(ticket => putAway(ticket, { state: ticket.state === 'spam' ? 'open' : 'spam' })),
  )
  useCommand(
    'delete',
    act(ticket => putAway(ticket, { isDeleted: ticket.deletedAt === null })),
  )
  useCommand(
    'follow',
    act(ticket => change(ticket, { isFollowed: !ticket.isFollowed })),
  )
  useCommand(
    'mark-read',
    act(ticket => change(ticket, { isUnread: false })),
  )
  useCommand(
    'mark-unread',
    act(ticket => change(ticket, { isUnread: true })),
  )
  useCommand('assign-me', act(take))

  function reopen(ticket: TicketRow): void {
    if (ticket.deletedAt !== null) change(ticket, { isDeleted: false })
    else if (ticket.state !== 'open') change(ticket, { state: 'open' })
    else if (ticket.snooze !== null) change(ticket, { snooze: null })
  }

  function take(ticket: TicketRow): void {
    if (ticket.assigneeId === me.id) return
    const { queue, number, filter } = inbox.place
    const now = new Date()
    const taken = applied(ticket, { assigneeId: me.id }, now)
    const leaves = !(standsIn(queue, taken, me.id) && fitsFilter(filter, taken, me.id, now))
    if (number === undefined && leaves) leaveRow(inbox, ticket.number)
    change(ticket, { assigneeId: me.id })
  }
}

// After a ticket is put away the next one opens, else the one before it, else the list.
function leaveRow(inbox: Inbox, number: number): void {
  const standing = number === inbox.cursor ? inbox.standing : undefined
  const next = standing?.next ?? standing?.previous
  if (inbox.place.number === undefined) {
    if (next !== undefined) inbox.setCursor(next.number)
  } else if (next === undefined) inbox.place.backToList()
  else inbox.openTicket(next.number)
}
