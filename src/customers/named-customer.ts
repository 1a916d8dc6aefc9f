import type { Db, Tx } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import {
  fillCustomer,
  insertNamedCustomer,
  selectFirstAddress,
  selectStandingCustomer,
} from './customers.queries.ts'

/** Adds somebody of whom no address is known. @returns their id */
export async function addCustomer(
  tx: Tx,
  customer: { name: string | null; phone: string | null },
): Promise<number> {
  return await insertNamedCustomer(tx, customer)
}

/**
 * Who a customer is today: themselves, or whom they were merged into. Within a transaction that stays so until it ends.
 *
 * @throws NotFound
 */
export async function getStandingCustomer(db: Db, id: number): Promise<number> {
  const standing = await selectStandingCustomer(db, id)
  if (standing === undefined) throw new NotFound('customer')
  return standing
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
