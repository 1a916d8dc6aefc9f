import type { Tx } from '../db/database.ts'
import { type CustomerOfAddress, insertCustomers, selectCustomersByAddress } from './customers.queries.ts'

/** The customer behind an address in normal form, undefined where nobody is known by it. */
export async function findCustomer(tx: Tx, address: string): Promise<number | undefined> {
  const [known] = await selectCustomersByAddress(tx, [address])
  return known?.customer_id
}

/**
 * Finds the customer behind each address and adds those who are new, safe when several transactions
 * add the same person at once (one of them wins, all get the same id).
 *
 * @param people `address` in normal form (`addressKey`); a name counts for a new customer only, the
 *   first that is not null. Known customers keep the name they have.
 * @returns customer id by address, complete
 */
export async function findOrAddCustomers(
  tx: Tx,
  people: readonly { address: string; name: string | null }[],
): Promise<Map<string, number>> {
  const names = new Map<string, string | null>()
  for (const { address, name } of people) names.set(address, names.get(address) ?? name)
  const known = toMap(await selectCustomersByAddress(tx, [...names.keys()]))
  const unknown = [...names].filter(([address]) => !known.has(address))
  if (unknown.length === 0) return known
  const added = toMap(
    await insertCustomers(
      tx,
      unknown.map(([address, name]) => ({ address, name })),
    ),
  )
  // Read committed: a new statement sees what the winner of a race has committed.
  const lost = unknown.map(([address]) => address).filter(address => !added.has(address))
  const others =
    lost.length === 0 ? new Map<string, number>() : toMap(await selectCustomersByAddress(tx, lost))
  return new Map([...known, ...added, ...others])
}

function toMap(rows: readonly CustomerOfAddress[]): Map<string, number> {
  return new Map(rows.map(row => [row.address, row.customer_id]))
}
