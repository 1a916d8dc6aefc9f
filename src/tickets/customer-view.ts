import type { Caller } from '../agents/can.ts'
import { type CustomerRow, getCustomer } from '../customers/change-customer.ts'
import { type FieldValue, listFieldValues } from '../customers/field-values.ts'
import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import {
  type CustomerTicketRow,
  countCustomerTickets,
  selectCustomerId,
  selectCustomerTickets,
} from './customer-view.queries.ts'
import { type MergedCustomerRow, selectMergedCustomers } from './merge-customers.queries.ts'
import { visibleMailboxIds } from './visible-mailboxes.ts'

/** The customer of a ticket with their other tickets in the caller's mailboxes. */
export type CustomerView = {
  customer: CustomerRow | null
  tickets: CustomerTicketRow[]
  ticketCount: number
  /** Who was merged into them. */
  merged: (MergedCustomerRow & { fieldValues: FieldValue[] })[]
}

const shownTickets = 10
const countedTickets = 1000

/** Whose ticket it is, and what else they wrote about: the ten newest tickets and how many there are. */
export async function viewCustomer(db: Db, caller: Caller, ticketId: number): Promise<CustomerView> {
  const customerId = await selectCustomerId(db, ticketId)
  if (customerId === null) return { customer: null, tickets: [], ticketCount: 0, merged: [] }
  const { mailboxIds } = await visibleMailboxIds(db, caller, undefined)
  const wish = { customerId, exceptId: ticketId, mailboxIds }
  return {
    customer: await getCustomer(db, customerId),
    tickets: await selectCustomerTickets(db, { ...wish, rowLimit: shownTickets }),
    ticketCount: await countCustomerTickets(db, { ...wish, rowLimit: countedTickets }),
    merged: await listMerged(db, customerId),
  }
}

async function listMerged(db: Db, customerId: number): Promise<CustomerView['merged']> {
  const merged = await selectMergedCustomers(db, customerId)
  const values = await listFieldValues(
    db,
    merged.map(one => one.customerId),
  )
  return merged.map(one => ({ ...one, fieldValues: values.get(one.customerId) ?? [] }))
}

/**
 * Checks that a customer has a ticket the caller may see: nobody changes people they do not work with.
 *
 * @throws NotFound
 */
export async function checkCustomerInSight(db: Db, caller: Caller, customerId: number): Promise<void> {
  if (!(await isCustomerInSight(db, caller, customerId))) throw new NotFound('customer')
}

/** Whether a customer has a ticket the caller may see. */
export async function isCustomerInSight(db: Db, caller: Caller, customerId: number): Promise<boolean> {
  return (await countUpTo(db, caller, customerId, 1)) > 0
}

/** How many tickets of a customer the caller may see, counted up to 1,000. */
export async function countTicketsOf(db: Db, caller: Caller, customerId: number): Promise<number> {
  return await countUpTo(db, caller, customerId, countedTickets)
}

async function countUpTo(db: Db, caller: Caller, customerId: number, rowLimit: number): Promise<number> {
  const { mailboxIds } = await visibleMailboxIds(db, caller, undefined)
  return await countCustomerTickets(db, { customerId, exceptId: 0, mailboxIds, rowLimit })
}
