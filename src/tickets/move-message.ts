import type { Tx } from '../db/database.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { addressKey } from '../mail/address.ts'
import { lockPlaceTickets, type PlaceTicket } from './merge-tickets.queries.ts'
import { alreadyUndone, getStanding, mergeTickets, otherMailbox } from './merge-tickets.ts'
import {
  countMessages,
  insertMove,
  lockMoves,
  type MoveRow,
  type MovingMessage,
  selectBelonging,
  selectMovingMessages,
  writeMoveUndone,
  writePlaced,
} from './move-message.queries.ts'
import { stopOvertaken } from './overtaken.ts'
import {
  hasCustomerMail,
  hasCustomerMailSince,
  isPutAwaySince,
  selectFollowers,
  selectLastMessageId,
  selectStillIn,
  writeTicketOf,
} from './re-place.queries.ts'
import { refreshTickets } from './refresh-tickets.ts'
import { reopenTickets } from './reopen-tickets.ts'
import { isCustomerMail, type Moved, movedEvents, onlyMessage, splitOff } from './split-messages.ts'
import { type TicketEvent, writeTicketEvents } from './ticket-events.ts'
import { writeState } from './write-states.ts'
import { isWrittenToSince } from './written-since.ts'

/**
 * Moves a message into another ticket of the same mailbox, or into a new one (`toTicketId` null).
 *
 * A move decides for the whole chain of a message: later mail that answers it, or names it nearest, follows it, also
 * against the token of the old ticket (find-evidence.ts). Attachments, HTML and raw mail hang on the
 * message and go along. A customer's mail opens a closed or waiting target. Events `message_moved_out`
 * and `message_moved_in` (`data`: number of the other ticket, moveId, isSplit) link both ways.
 *
 * @throws NotFound; AppError `same-ticket`, `ticket-merged`, `other-mailbox`, `only-message` (a ticket is
 *   never left empty: merge it instead)
 */
export async function moveMessage(
  tx: Tx,
  wish: { messageId: number; toTicketId: number | null; agentId: number },
): Promise<Moved> {
  const { agentId } = wish
  const { message, from, tickets } = await lockFrom(tx, wish.messageId, wish.toTicketId)
  if (wish.toTicketId === null) return await splitOff(tx, { messages: [message], from, agentId })
  if ((await countMessages(tx, from.id)) < 2) throw onlyMessage(from.number)
  const to = getTarget(tickets, wish.toTicketId, from)
  const afterMessageId = await selectLastMessageId(tx, [from.id, to.id])
  await placeAnew(tx, message, to.id)
  const reopened = isCustomerMail(message) ? await reopenTickets(tx, [to.id]) : []
  await refreshTickets(tx, [from.id, to.id])
  const stateBefore = reopened.length > 0 ? to.state : null
  const overtaken = await stopOvertaken(tx, [to.id], 'newer')
  const ends = { messageId: message.id, fromTicketId: from.id, toTicketId: to.id, agentId }
  const moveId = await insertMove(tx, { ...message, ...ends, isSplit: false, stateBefore, afterMessageId })
  await writeTicketEvents(tx, [...movedEvents({ ...ends, moveId }, from, to), ...reopened, ...overtaken])
  return { moveId, fromNumber: from.number, number: to.number }
}

/**
 * Takes a move back, with the later mail that followed the message, which opens the ticket it came from. A split, of however many messages, is undone by merging
 * what it made back into the ticket it came from, so nothing that arrived there is lost. Event `move_undone`
 * (`data`: number of the other, moveId) in both.
 *
 * @returns the number of the ticket that has the message again
 * @throws NotFound; AppError `already-undone`, `moved-since`, `ticket-merged` and `other-mailbox` where one of
 *   the two no longer stands beside the other
 */
export async function undoMove(
  tx: Tx,
  wish: { moveId: number; agentId: number },
): Promise<{ number: number }> {
  const moves = await lockMoves(tx, wish.moveId)
  const [move] = moves
  if (move === undefined) throw new NotFound('move', { moveId: wish.moveId })
  if (move.isUndone) throw alreadyUndone()
  const { agentId } = wish
  const { from, to } = await lockBack(tx, move, moves)
  for (const one of moves) {
    await writePlaced(tx, one.messageId, one)
    await writeMoveUndone(tx, one.id)
  }
  const events = move.isSplit
    ? await joinAgain(tx, move, { from, to }, agentId)
    : await moveBack(tx, move, { from, to }, agentId)
  const data = (other: PlaceTicket) => ({ number: other.number, moveId: move.id })
  await writeTicketEvents(tx, [
    { ticketId: from.id, kind: 'move_undone', agentId, messageId: move.messageId, data: data(to) },
    { ticketId: to.id, kind: 'move_undone', agentId, messageId: move.messageId, data: data(from) },
    ...events,
  ])
  return { number: from.number }
}

type BothSides = { from: PlaceTicket; to: PlaceTicket }

/**
 * The state in which a split opened its ticket says nothing of the one it came from: only later mail does, and where that was
 * closed or put away since, nobody there has looked at what returns.
 */
async function joinAgain(
  tx: Tx,
  move: MoveRow,
  { from, to }: BothSides,
  agentId: number,
): Promise<TicketEvent[]> {
  const isNews =
    (await hasCustomerMailSince(tx, to.id, move.afterMessageId)) ||
    (await isPutAwaySince(tx, from.id, move.id))
  const keepsState = to.state === 'open' && !isNews
  await mergeTickets(tx, { survivorId: from.id, mergedId: to.id, agentId, keepsState })
  return [] // the merge wrote its own
}

async function moveBack(
  tx: Tx,
  move: MoveRow,
  { from, to }: BothSides,
  agentId: number,
): Promise<TicketEvent[]> {
  const by = { ticketId: to.id, messageIds: [move.messageId], afterMessageId: move.afterMessageId }
  const followers = await selectFollowers(tx, by)
  await writeTicketOf(tx, [move.messageId, ...followers], from.id)
  const closed = await closeAgain(tx, move, to, agentId)
  // What nobody has looked at there.
  const news = (await isPutAwaySince(tx, from.id, move.id)) ? [move.messageId, ...followers] : followers
  const opened = (await hasCustomerMail(tx, news)) ? await reopenTickets(tx, [from.id]) : []
  await refreshTickets(tx, [from.id, to.id])
  return [...closed, ...opened]
}

/** The target is what it was before the move opened it, unless an agent changed that since, a customer wrote to it or something else came in. */
async function closeAgain(tx: Tx, move: MoveRow, to: PlaceTicket, agentId: number): Promise<TicketEvent[]> {
  if (move.stateBefore === null || to.state !== 'open') return []
  if (await isWrittenToSince(tx, to.id, { moveId: move.id, afterMessageId: move.afterMessageId })) return []
  const twins = await writeState(tx, to.id, move.stateBefore)
  const data = { from: to.state, to: move.stateBefore }
  return [{ ticketId: to.id, kind: 'state_changed', agentId, data }, ...twins]
}

type Locked = { message: MovingMessage; from: PlaceTicket; tickets: Map<number, PlaceTicket> }

/** Locks both tickets, and again if the message was elsewhere once the lock was held. */
async function lockFrom(tx: Tx, messageId: number, toTicketId: number | null): Promise<Locked> {
  let [message] = await selectMovingMessages(tx, [messageId])
  while (message !== undefined) {
    const { ticketId } = message
    const tickets = await lockPlaceTickets(tx, [ticketId, ...(toTicketId === null ? [] : [toTicketId])])
    ;[message] = await selectMovingMessages(tx, [messageId])
    const from = tickets.get(ticketId)
    if (message !== undefined && message.ticketId === ticketId && from !== undefined) {
      return { message, from, tickets }
    }
  }
  throw new NotFound('message', { messageId })
}

function getTarget(tickets: ReadonlyMap<number, PlaceTicket>, toTicketId: number, from: PlaceTicket) {
  const to = getStanding(tickets, toTicketId)
  if (to.id === from.id) throw new AppError('same-ticket', 'the message is in this ticket already')
  if (to.mailboxId !== from.mailboxId) throw otherMailbox()
  return to
}

async function placeAnew(tx: Tx, message: MovingMessage, ticketId: number): Promise<void> {
  const isNewcomer = await isStranger(tx, message, ticketId)
  await writeTicketOf(tx, [message.id], ticketId)
  const placedBy = 'agent-move'
  await writePlaced(tx, message.id, { placedBy, placedByMessageId: null, placedByRef: null, isNewcomer })
}

/** Moving a mail does not make its sender one whom replies go to. */
async function isStranger(tx: Tx, message: MovingMessage, ticketId: number): Promise<boolean> {
  if (message.direction === 'outbound' || message.fromAddress === null) return false
  const isDoubtful = message.defects.includes('doubtful-sender') || message.defects.includes('several-from')
  return isDoubtful || !(await selectBelonging(tx, ticketId)).has(addressKey(message.fromAddress))
}

/** Locks both tickets of a move, if each still stands and holds what the move gave it. */
async function lockBack(
  tx: Tx,
  move: { fromTicketId: number; toTicketId: number },
  moves: readonly { messageId: number }[],
): Promise<BothSides> {
  const tickets = await lockPlaceTickets(tx, [move.fromTicketId, move.toTicketId])
  const to = getStanding(tickets, move.toTicketId)
  const from = getStanding(tickets, move.fromTicketId)
  const messageIds = moves.map(one => one.messageId)
  const still = await selectStillIn(tx, messageIds, to.id)
  const messageId = messageIds.find(id => !still.includes(id))
  if (messageId !== undefined) {
    throw new AppError('moved-since', 'the message was moved again since', { messageId })
  }
  if (from.mailboxId !== to.mailboxId) throw otherMailbox()
  return { from, to }
}
