import type { Caller } from '../agents/can.ts'
import { dropTakenValues } from '../customers/field-values.ts'
import type { Tx } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { addressKey } from '../mail/address.ts'
import {
  type CustomerFields,
  type CustomerMergeChanges,
  giveBackAddresses,
  giveBackTickets,
  lockCustomers,
  lockMergingOfCustomers,
  type MergingCustomer,
  selectCustomerMerge,
  selectMessagesAs,
  selectNewestTickets,
  writeCustomerFields,
  writeCustomerOf,
  writeCustomerUnmerged,
} from './merge-customers.queries.ts'
import { checkMayMerge, fieldsOf, toldTickets } from './merge-customers.ts'
import { alreadyUndone } from './merge-tickets.ts'
import { tellOfCustomers } from './tell-customers.ts'
import { writeTicketEvents } from './ticket-events.ts'

/**
 * Makes one person two again: addresses and tickets go back, and with them each ticket that came since from one of those
 * addresses. What was known of the survivor is as before where nobody changed it since; of the other all is as it was.
 * Somebody who was merged on in the meantime gives it back as well. Event `customer_merge_undone` (`data`:
 * customerMergeId, merged, survivor) in the tickets that went back and the newest that stay.
 *
 * @returns who is back
 * @throws NotFound; AppError `already-undone`, `customer-elsewhere`
 */
export async function undoCustomerMerge(
  tx: Tx,
  caller: Caller,
  mergeId: number,
): Promise<{ customerId: number }> {
  await lockMergingOfCustomers(tx)
  const merge = await selectCustomerMerge(tx, mergeId)
  if (merge === undefined) throw new NotFound('merge', { mergeId })
  const { survivorId, mergedId, holderId } = merge
  if (merge.isUndone || holderId === null) throw alreadyUndone()
  const people = await lockCustomers(tx, [survivorId, mergedId, holderId])
  await checkMayMerge(tx, caller, holderId)
  const by = { mergeId, holderId, mergedId }
  const addresses = await giveBackAddresses(tx, by)
  const back = await giveBackTickets(tx, { ...by, addresses })
  await giveBackMessages(tx, { ...by, addresses, ticketIds: back.later })
  await writeCustomerUnmerged(tx, by)
  await restoreSurvivor(tx, people.get(survivorId), merge.changes)
  await dropTakenValues(tx, survivorId, merge.changes.taken ?? [])
  const told = await selectNewestTickets(tx, holderId, toldTickets)
  const names = {
    merged: people.get(mergedId)?.label ?? addresses[0] ?? null,
    survivor: people.get(holderId)?.label ?? null,
  }
  const { agentId } = caller
  await writeTicketEvents(
    tx,
    [...told, ...back.standing].map(ticketId => ({
      ticketId,
      kind: 'customer_merge_undone',
      agentId,
      data: { customerMergeId: mergeId, ...names },
    })),
  )
  await tellOfCustomers(tx, [holderId, mergedId])
  return { customerId: mergedId }
}

/** A mail that came since was filed as one person's, whichever of the two wrote it. */
async function giveBackMessages(
  tx: Tx,
  by: { holderId: number; mergedId: number; addresses: readonly string[]; ticketIds: readonly number[] },
): Promise<void> {
  const messages = await selectMessagesAs(tx, { ticketIds: by.ticketIds, customerId: by.holderId })
  const theirs = messages.filter(
    ({ address }) => address !== null && by.addresses.includes(addressKey(address)),
  )
  await writeCustomerOf(
    tx,
    theirs.map(message => message.id),
    by.mergedId,
  )
}

async function restoreSurvivor(
  tx: Tx,
  survivor: MergingCustomer | undefined,
  { before, after }: CustomerMergeChanges,
): Promise<void> {
  if (survivor === undefined) return
  const now = fieldsOf(survivor)
  const back = <K extends keyof CustomerFields>(field: K): CustomerFields[K] =>
    now[field] === after[field] ? before[field] : now[field]
  const isLanguageAsLeft = now.language === after.language && now.isLanguageChosen === after.isLanguageChosen
  const { language, isLanguageChosen } = isLanguageAsLeft ? before : now
  await writeCustomerFields(tx, survivor.id, {
    name: back('name'),
    phone: back('phone'),
    note: back('note'),
    utcOffsetMinutes: back('utcOffsetMinutes'),
    language,
    isLanguageChosen,
  })
}
