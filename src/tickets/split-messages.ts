import { findCustomer } from '../customers/find-customers.ts'
import type { Tx } from '../db/database.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { addressKey } from '../mail/address.ts'
import { standingTeam } from './assign-team.ts'
import { standingAssignee } from './assign-ticket.ts'
import { writeAssignee } from './desk-rows.queries.ts'
import { KIND_RULES } from './kind-rules.ts'
import { lockPlaceTickets, type PlaceTicket } from './merge-tickets.queries.ts'
import { getStanding } from './merge-tickets.ts'
import {
  countMessages,
  insertMove,
  type MovingMessage,
  selectMovingMessages,
  writePlaced,
} from './move-message.queries.ts'
import { openTickets } from './open-tickets.ts'
import { stopOvertaken } from './overtaken.ts'
import { selectLastMessageId, writeTicketOf } from './re-place.queries.ts'
import { refreshTickets } from './refresh-tickets.ts'
import { writeTeam } from './team-tickets.queries.ts'
import { type TicketEvent, writeTicketEvents } from './ticket-events.ts'

/** Where a message went, or the first of several. */
export type Moved = { moveId: number; fromNumber: number; number: number }

/**
 * Makes some messages of a ticket a ticket of their own, by the same rules as a split of one (move-message.ts): their
 * subject and customer are those of the oldest customer's mail among them, later mail that answers one of them follows it
 * there, and undoMove takes all of it back. Notes, drafts and what else was written stay with the old ticket.
 *
 * @throws NotFound for a message that is not in the ticket; AppError `ticket-merged`, `only-message` where none would
 *   be left in it
 */
export async function splitMessages(
  tx: Tx,
  wish: { ticketId: number; messageIds: readonly number[]; agentId: number },
): Promise<Moved> {
  const tickets = await lockPlaceTickets(tx, [wish.ticketId])
  const from = getStanding(tickets, wish.ticketId)
  const messages = await selectMovingMessages(tx, wish.messageIds)
  checkAllIn(messages, wish)
  return await splitOff(tx, { messages, from, agentId: wish.agentId })
}

/** Refuses messages that are not all in one ticket. @throws NotFound */
export function checkAllIn(
  messages: readonly MovingMessage[],
  { ticketId, messageIds }: { ticketId: number; messageIds: readonly number[] },
): void {
  const messageId = messageIds.find(id => !messages.some(one => one.id === id && one.ticketId === ticketId))
  if (messageId !== undefined) throw new NotFound('message', { messageId })
}

/** Splits messages off a ticket whose lock is held. @throws AppError `only-message` */
export async function splitOff(
  tx: Tx,
  { messages, from, agentId }: { messages: readonly MovingMessage[]; from: PlaceTicket; agentId: number },
): Promise<Moved> {
  if ((await countMessages(tx, from.id)) <= messages.length) throw onlyMessage(from.number)
  const first = speakerOf(messages)
  const to = await openFor(tx, first, from)
  const afterMessageId = await selectLastMessageId(tx, [from.id])
  const others = messages.filter(one => one !== first)
  const moveIds: number[] = []
  const placed = { placedBy: 'agent-split', placedByMessageId: null, placedByRef: null } as const
  for (const message of [first, ...others]) {
    await writePlaced(tx, message.id, { ...placed, isNewcomer: false })
    const ends = { messageId: message.id, fromTicketId: from.id, toTicketId: to.id, agentId }
    moveIds.push(
      await insertMove(tx, { ...message, ...ends, isSplit: true, stateBefore: null, afterMessageId }),
    )
  }
  await writeTicketOf(
    tx,
    messages.map(one => one.id),
    to.id,
  )
  await refreshTickets(tx, [from.id, to.id])
  const overtaken = await stopOvertaken(tx, [to.id], 'newer')
  const move = { moveId: moveIds[0] ?? 0, messageId: first.id, agentId }
  await writeTicketEvents(tx, [
    { ticketId: to.id, kind: 'ticket_opened', agentId, messageId: first.id },
    ...movedEvents({ ...move, splitCount: messages.length }, from, to),
    ...overtaken,
  ])
  return { moveId: move.moveId, fromNumber: from.number, number: to.number }
}

/**
 * The message that speaks for some that become a ticket: the oldest mail of a customer, else the oldest of all.
 *
 * @param messages at least one, oldest first
 */
export function speakerOf(messages: readonly MovingMessage[]): MovingMessage {
  const [oldest] = messages
  if (oldest === undefined) throw new RangeError('no message to split off')
  return messages.find(isCustomerMail) ?? oldest
}

/** Whether a message came in and asks for an answer. */
export function isCustomerMail(message: MovingMessage): boolean {
  return message.direction === 'inbound' && KIND_RULES[message.kind].asksForAnswer
}

/** The refusal to leave a ticket without a message. */
export function onlyMessage(number: number): AppError {
  return new AppError('only-message', 'the ticket holds no other message', { number })
}

/**
 * The history of a move, in both tickets.
 *
 * @param move `splitCount`: how many messages became a ticket; not said of a move into one that was there
 */
export function movedEvents(
  move: { moveId: number; messageId: number; agentId: number; splitCount?: number },
  from: PlaceTicket,
  to: PlaceTicket,
): TicketEvent[] {
  const { moveId, messageId, agentId, splitCount } = move
  const isSplit = splitCount !== undefined
  const data = (other: PlaceTicket) => ({
    number: other.number,
    moveId,
    isSplit,
    ...(isSplit && splitCount > 1 ? { count: splitCount } : {}),
  })
  return [
    { ticketId: to.id, kind: 'message_moved_in', agentId, messageId, data: data(from) },
    { ticketId: from.id, kind: 'message_moved_out', agentId, messageId, data: data(to) },
  ]
}

/** The new ticket is open and stays with who has the old one and works there, so that it leaves nobody's sight. */
async function openFor(tx: Tx, message: MovingMessage, from: PlaceTicket): Promise<PlaceTicket> {
  const customerId = (await customerOf(tx, message)) ?? from.customerId
  const [opened] = await openTickets(tx, [
    {
      mailboxId: from.mailboxId,
      customerId,
      subject: message.subject,
      state: 'open',
      lastMessageAt: message.receivedAt,
    },
  ])
  if (opened === undefined) throw new RangeError('no ticket was opened')
  const assigneeId = await standingAssignee(tx, from.assigneeId, from.mailboxId)
  const teamId = await standingTeam(tx, from.teamId, from.mailboxId)
  if (assigneeId !== null) await writeAssignee(tx, opened.id, assigneeId)
  if (teamId !== null) await writeTeam(tx, opened.id, teamId)
  const { id, number } = opened
  return { ...from, id, number, teamId, state: 'open', customerId }
}

/** Whose mail it is today: people may have been merged since it came. */
async function customerOf(tx: Tx, { customerId, fromAddress }: MovingMessage): Promise<number | null> {
  if (customerId === null || fromAddress === null) return customerId
  return (await findCustomer(tx, addressKey(fromAddress))) ?? customerId
}
