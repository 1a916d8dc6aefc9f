import { type Caller, can } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { selectMessagePlace, selectTicketPlace, type TicketPlace } from './ticket-places.queries.ts'

/**
 * Finds a ticket by the number people see, for somebody who may use its mailbox.
 *
 * @throws NotFound when there is none or it is not theirs: the two are not told apart
 */
export async function getTicketPlace(db: Db, caller: Caller, number: number): Promise<TicketPlace> {
  const place = await selectTicketPlace(db, number)
  return allowed(caller, place, 'ticket')
}

/**
 * Finds the ticket of a message by the message's id, for somebody who may use the mailbox the ticket
 * is in now (a ticket's mailbox is the only key permissions look at, mail-core.md 3).
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
