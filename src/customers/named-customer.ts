import type { Tx } from '../db/database.ts'
import { fillCustomer, insertNamedCustomer, selectFirstAddress } from './customers.queries.ts'

/** Adds somebody of whom no address is known. @returns their id */
export async function addCustomer(
  tx: Tx,
  customer: { name: string | null; phone: string | null },
): Promise<number> {
  return await insertNamedCustomer(tx, customer)
}

/**
 * Adds what an agent learned of a known customer: a name where they have none, and the phone number they call from.
 *
 * @returns their name then, and the address mail to them goes to
 */
export async function completeCustomer(
  tx: Tx,
  id: number,
  learned: { name: string | null; phone: string | null },
): Promise<{ name: string | null; address: string | null }> {
  const name = await fillCustomer(tx, id, learned)
  return { name, address: await selectFirstAddress(tx, id) }
}
