import { useQueryClient } from '@tanstack/react-query'
import type { Ticket, TicketRow } from '../../shared/tickets.ts'
import type { TicketState } from '../../shared/vocabulary.ts'
import { useCommand } from '../keys/commands.tsx'
import { useMe } from '../session.ts'
import type { Wish } from '../ticket/ticket-page.tsx'
import { useChangeTicket } from '../ticket/use-ticket.ts'
import type { Place } from './place.ts'
import { standsIn } from './queue-rule.ts'

type Inbox = {
  rows: readonly TicketRow[]
  place: Place
  /** The open ticket, or the row the keys act on. */
  cursor: number | undefined
  setCursor: (number: number) => void
  openTicket: (number: number, wish?: Wish) => void
}

/** Closes a ticket or marks it as spam, and opens the next one. */
export type PutAway = (ticket: Target, state: TicketState) => void

type Target = Pick<TicketRow, 'number' | 'mailboxId' | 'state' | 'assigneeId' | 'tags' | 'isTwin'>

/**
 * The keys of the inbox: moving in the list, going to queues, and acting on the open or marked ticket.
 *
 * @returns what closing does, for the buttons that do the same; a ticket that is closed already (by
 *   Send & close) only makes room for the next
 */
export function useInboxCommands(inbox: Inbox): PutAway {
  const change = useChangeTicket()
  const putAway: PutAway = (ticket, state) => {
    if (!ticket.isTwin) leaveRow(inbox, ticket.number) // it will be refused: another mailbox handles it
    if (ticket.state !== state) change(ticket, { state })
  }
  useGoCommands(inbox.place)
  useMoveCommands(inbox)
  useActCommands(inbox, putAway)
  useWishCommands(inbox)
  return putAway
}

function useGoCommands(place: Place): void {
  useCommand('go-mine', () => place.goTo('mine'))
  useCommand('go-unassigned', () => place.goTo('unassigned'))
  useCommand('go-all', () => place.goTo('all'))
  useCommand('go-closed', () => place.goTo('closed'))
  useCommand('go-spam', () => place.goTo('spam'))
}

function useMoveCommands(inbox: Inbox): void {
  const { rows, place, cursor } = inbox
  const at = rows.findIndex(row => row.number === cursor)
  const move = (step: number) => {
    const wanted = at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))
    const row = rows[wanted]
    if (row === undefined) return
    if (place.number !== undefined) inbox.openTicket(row.number)
    else inbox.setCursor(row.number)
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
  const setState = (state: TicketState) => {
    const ticket = target()
    if (ticket !== undefined && ticket.state !== state) putAway(ticket, state)
  }
  const isOn = inbox.cursor !== undefined
  useCommand('close', isOn ? () => setState('closed') : undefined)
  useCommand('reopen', isOn ? () => reopen() : undefined)
  useCommand('spam', isOn ? () => setState('spam') : undefined)
  useCommand('assign-me', isOn ? () => take() : undefined)

  function reopen(): void {
    const ticket = target()
    if (ticket !== undefined && ticket.state !== 'open') change(ticket, { state: 'open' })
  }

  function take(): void {
    const ticket = target()
    if (ticket === undefined || ticket.assigneeId === me.id) return
    const { queue, number } = inbox.place
    const leaves = !standsIn(queue, { ...ticket, assigneeId: me.id }, me.id)
    if (number === undefined && leaves) leaveRow(inbox, ticket.number)
    change(ticket, { assigneeId: me.id })
  }
}

// After a ticket is put away the next one opens, else the one before it, else the list.
function leaveRow(inbox: Inbox, number: number): void {
  const at = inbox.rows.findIndex(row => row.number === number)
  const next = at < 0 ? undefined : (inbox.rows[at + 1] ?? inbox.rows[at - 1])
  if (inbox.place.number === undefined) {
    if (next !== undefined) inbox.setCursor(next.number)
  } else if (next === undefined) inbox.place.backToList()
  else inbox.openTicket(next.number)
}

// With the list alone, these keys open the marked ticket first; an open ticket has them itself.
function useWishCommands(inbox: Inbox): void {
  const number = inbox.place.number === undefined ? inbox.cursor : undefined
  const wish = (wanted: Wish) => (number === undefined ? undefined : () => inbox.openTicket(number, wanted))
  useCommand('reply', wish('reply'))
  useCommand('note', wish('note'))
  useCommand('assign', wish('assign'))
  useCommand('state', wish('state'))
  useCommand('tags', wish('tags'))
  useCommand('mailbox', wish('mailbox'))
  useCommand('merge', wish('merge'))
}
