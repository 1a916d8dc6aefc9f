import type { Tx } from '../db/database.ts'
import { insertCustomerHints } from './tell-customers.queries.ts'

/**
 * Tells screens that something known of customers changed: one hint in each mailbox where a customer has a ticket, so that
 * it is heard by those who may see them and by nobody else. After the commit the caller rings `live`.
 */
export async function tellOfCustomers(tx: Tx, customerIds: readonly number[]): Promise<void> {
  await insertCustomerHints(tx, customerIds)
}
