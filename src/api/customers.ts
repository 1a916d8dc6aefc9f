import { type CustomerRow, changeCustomer } from '../customers/change-customer.ts'
import type { Db } from '../db/database.ts'
import { type Customer, getTicketCustomer, updateCustomer } from '../shared/customers.ts'
import { checkCustomerInSight, viewCustomer } from '../tickets/customer-view.ts'
import { getPresentPlace } from '../tickets/find-ticket.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers what a ticket shows of its customer, and what agents may change there. */
export function registerCustomers(server: ApiServer, { db }: { db: Db }): void {
  handle(server, getTicketCustomer, async ({ caller, params }) => {
    const { ticketId } = await getPresentPlace(db, caller, params.number)
    const { customer, tickets, ticketCount } = await viewCustomer(db, caller, ticketId)
    return {
      customer: customer && present(customer),
      tickets: tickets.map(one => ({ ...one, lastMessageAt: one.lastMessageAt.toISOString() })),
      ticketCount,
    }
  })
  handle(server, updateCustomer, async ({ caller, params, body }) => {
    await checkCustomerInSight(db, caller, params.id)
    return present(await changeCustomer(db, params.id, body))
  })
}

function present({ since, ...customer }: CustomerRow): Customer {
  return { ...customer, since: since.toISOString() }
}
