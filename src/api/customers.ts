import { type CustomerRow, changeCustomer, getCustomer, holdCustomer } from '../customers/change-customer.ts'
import { type Db, inTransaction } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import {
  type Customer,
  getTicketCustomer,
  mergeCustomer,
  previewCustomerMerge as previewCustomerMergeRoute,
  undoCustomerMerge as undoCustomerMergeRoute,
  updateCustomer,
} from '../shared/customers.ts'
import { checkCustomerInSight, countTicketsOf, viewCustomer } from '../tickets/customer-view.ts'
import { getPresentPlace } from '../tickets/get-ticket-place.ts'
import { mergeCustomers, previewCustomerMerge } from '../tickets/merge-customers.ts'
import { tellOfCustomers } from '../tickets/tell-customers.ts'
import { undoCustomerMerge } from '../tickets/undo-customer-merge.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers what a ticket shows of its customer, what agents may change there, and the merging of people. */
export function registerCustomers(
  server: ApiServer,
  { db, bells }: { db: Db; bells: Pick<Bells, 'ring'> },
): void {
  handle(server, getTicketCustomer, async ({ caller, params }) => {
    const { ticketId } = await getPresentPlace(db, caller, params.number)
    const { customer, tickets, ticketCount, merged } = await viewCustomer(db, caller, ticketId)
    return {
      customer: customer && present(customer),
      tickets: tickets.map(one => ({ ...one, lastMessageAt: one.lastMessageAt.toISOString() })),
      ticketCount,
      merged: merged.map(({ customerId: _, ...one }) => ({ ...one, at: one.at.toISOString() })),
    }
  })
  handle(server, updateCustomer, async ({ caller, params, body }) => {
    const customer = await inTransaction(db, async tx => {
      // Held first: who is being merged away is no longer in sight then.
      await holdCustomer(tx, params.id)
      await checkCustomerInSight(tx, caller, params.id)
      const changed = await changeCustomer(tx, { id: params.id, agentId: caller.agentId }, body)
      await tellOfCustomers(tx, [params.id])
      return changed
    })
    bells.ring('live')
    return present(customer)
  })
  handle(server, previewCustomerMergeRoute, async ({ caller, params, query }) => {
    const wish = { survivorId: params.id, mergedId: query.otherId }
    const { utcOffsetMinutes, ...after } = await previewCustomerMerge(db, caller, wish)
    return {
      after,
      survivor: present(await getCustomer(db, wish.survivorId)),
      merged: present(await getCustomer(db, wish.mergedId)),
      ticketCount: await countTicketsOf(db, caller, wish.mergedId),
    }
  })
  handle(server, mergeCustomer, async ({ caller, params, body }) => {
    const wish = { survivorId: params.id, mergedId: body.otherId }
    const merge = await inTransaction(db, tx => mergeCustomers(tx, caller, wish))
    bells.ring('live')
    return merge
  })
  handle(server, undoCustomerMergeRoute, async ({ caller, params }) => {
    await inTransaction(db, tx => undoCustomerMerge(tx, caller, params.id))
    bells.ring('live')
  })
}

function present({ since, noteChange, ...customer }: CustomerRow): Customer {
  const changed = noteChange && { ...noteChange, at: noteChange.at.toISOString() }
  return { ...customer, noteChange: changed, since: since.toISOString() }
}
