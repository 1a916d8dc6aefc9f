import type { Tx } from '../db/database.ts'
import { TransactionRestart } from '../db/faults.ts'
import { NotFound } from '../lib/app-error.ts'
import { type LockedTicket, selectForChange, selectFreeTwins, type TicketNames } from './twins.queries.ts'

/**
 * Locks tickets and all their twins until the transaction ends, in ascending id, as all locks of tickets, since
 * a state that changes on one changes on all. What a transaction must lock it locks by one call, before
 * any other write: a second call could wait for a ticket below one it holds.
 *
 * @returns tickets that do not exist are missing
 * @throws TransactionRestart where another transaction made or broke up twins just then
 */
export async function lockWithTwins(tx: Tx, names: TicketNames): Promise<LockedTicket[]> {
  if (names.ids.length + (names.twinKeys?.length ?? 0) === 0) return []
  const tickets = await selectForChange(tx, names)
  const locked = new Set(tickets.map(ticket => ticket.id))
  if (tickets.some(({ twinOfId }) => twinOfId !== null && !locked.has(twinOfId))) {
    throw new TransactionRestart('the twins of a ticket changed while its lock was awaited')
  }
  return tickets
}

/** Locks one ticket with its twins, as lockWithTwins. @throws NotFound */
export async function lockTicket(tx: Tx, ticketId: number): Promise<LockedTicket> {
  const ticket = (await lockWithTwins(tx, { ids: [ticketId] })).find(one => one.id === ticketId)
  if (ticket === undefined) throw new NotFound('ticket', { ticketId })
  return ticket
}

/** A ticket of a group that is about to change. `hasActed`: an agent did something to it. */
export type TwinInHand = LockedTicket & { hasActed: boolean }

/**
 * Takes the groups of some tickets in hand late in a transaction, waiting for nobody: what is not held
 * by this transaction must be free.
 *
 * @throws TransactionRestart where another transaction holds one of them
 */
export async function lockFreeTwins(tx: Tx, ticketIds: readonly number[]): Promise<TwinInHand[]> {
  const { total, rows } = await selectFreeTwins(tx, ticketIds)
  const locked = new Set(rows.map(row => row.id))
  if (rows.length < total || ticketIds.some(id => !locked.has(id))) {
    throw new TransactionRestart('another transaction holds a ticket that is to become a twin')
  }
  return rows
}
