import { type Caller, can } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { ticketMerged } from './lock-ticket.ts'
import { selectMessagePlace, selectTicketPlace, type TicketPlace } from './ticket-places.queries.ts'

/**
 * Finds a ticket by the number people see, for somebody who may use its mailbox and wants to change it.
 *
 * @throws NotFound when there is none or it is not theirs: the two are not told apart; AppError
 *   `ticket-merged`: what was meant for it may not fit the ticket it went into
 */
export async function getTicketPlace(db: Db, caller: Caller, number: number): Promise<TicketPlace> {
  const place = await getPresentPlace(db, caller, number)
  if (place.number !== number) throw ticketMerged(place.number)
  return place
}

/**
 * Finds the ticket that a number leads to today: of a merged one, the ticket it went into.
 *
 * @throws NotFound
 */
export async function getPresentPlace(db: Db, caller: Caller, number: number): Promise<TicketPlace> {
  return allowed(caller, await selectTicketPlace(db, number), 'ticket')
}

/**
 * Finds the ticket of a message by the message's id, for somebody who may use the mailbox the ticket
 * is in now (a ticket's mailbox is the only key permissions look at).
 *
 * @throws NotFound when there is none or it is not theirs
 */
export async function getMessagePlace(
  db: Db,
  caller: Caller,
  messageId: number,
): Promise<TicketPlace & { messageId: number }> {
  const place = await selectMessagePlace(db, messageId)
  return { ...allowed(caller, place, 'message'), messageId }
}

function allowed(caller: Caller, place: TicketPlace | undefined, what: string): TicketPlace {
  if (place === undefined || !can(caller, { wish: 'use-mailbox', mailboxId: place.mailboxId })) {
    throw new NotFound(what)
  }
  return place
}
