import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { addressKey } from '../mail/address.ts'
import {
  type CustomerInSight,
  type KnownCustomerRow,
  selectCustomersInSight,
  selectCustomersLike,
} from './suggest-customers.queries.ts'
import { visibleMailboxIds } from './visible-mailboxes.ts'

const MAX_SUGGESTIONS = 8
const MAX_WORDS = 6

/** Customers of the caller's mailboxes for what is typed so far, by address before name; one row for each address. */
export async function suggestCustomers(db: Db, caller: Caller, typed: string): Promise<KnownCustomerRow[]> {
  const { mailboxIds } = await visibleMailboxIds(db, caller, undefined)
  const text = typed.trim()
  if (text === '' || mailboxIds.length === 0) return []
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return await selectCustomersLike(db, {
    prefix: text.toLowerCase(),
    words:
      words.length === 0
        ? null
        : words
            .slice(0, MAX_WORDS)
            .map(word => `'${word}':*`)
            .join(' & '),
    mailboxIds,
    rowLimit: MAX_SUGGESTIONS,
  })
}

/**
 * What the caller's mailboxes know of who has these addresses, by their normal form (`addressKey`); of whom they have
 * no ticket, nothing.
 */
export async function findCustomersInSight(
  db: Db,
  caller: Caller,
  addresses: readonly string[],
): Promise<Map<string, CustomerInSight>> {
  if (addresses.length === 0) return new Map()
  const { mailboxIds } = await visibleMailboxIds(db, caller, undefined)
  const found = await selectCustomersInSight(db, addresses.map(addressKey), mailboxIds)
  return new Map(found.map(one => [one.address, one]))
}
