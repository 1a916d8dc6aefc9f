import { type Caller, can } from '../agents/can.ts'
import { takeFieldValues } from '../customers/field-values.ts'
import type { Db, Tx } from '../db/database.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { MOST_NOTE_CHARS } from '../shared/vocabulary.ts'
import { checkCustomerInSight } from './customer-view.ts'
import {
  type CustomerFields,
  giveToSurvivor,
  insertCustomerMerge,
  lockCustomers,
  lockMergingOfCustomers,
  type MergingCustomer,
  selectMailboxesOfCustomers,
  selectMergingCustomers,
  selectNewestTickets,
  writeCustomerFields,
} from './merge-customers.queries.ts'
import { tellOfCustomers } from './tell-customers.ts'
import { writeTicketEvents } from './ticket-events.ts'

/** Which person goes into which. */
export type CustomerMergeWish = { survivorId: number; mergedId: number }

/** Events about a person stand in so many of their newest tickets. */
export const toldTickets = 50

/**
 * Makes two customers one person: tickets and addresses go over, and so do name, phone number, language, note and what
 * stands in fields of the desk where the survivor has none; two notes stand below each other. Who belongs to a ticket
 * and whom its replies go to is decided by addresses alone and stays as it was (docs/decisions/0035). All is kept so
 * that undoCustomerMerge can take it back. Event `customers_merged` (`data`: customerMergeId, merged, survivor) in the
 * tickets that went over and the survivor's newest.
 *
 * @returns the merge's id
 * @throws NotFound for who has no ticket in the caller's sight; AppError `same-customer`, `customer-elsewhere` (one of
 *   them has tickets where the caller sees none), `customer-note-too-long`
 */
export async function mergeCustomers(
  tx: Tx,
  caller: Caller,
  { survivorId, mergedId }: CustomerMergeWish,
): Promise<{ mergeId: number }> {
  await lockMergingOfCustomers(tx)
  const people = await lockCustomers(tx, [survivorId, mergedId])
  const [survivor, merged] = getPair(people, { survivorId, mergedId })
  for (const { id } of [survivor, merged]) await checkMayMerge(tx, caller, id)
  const taken = await takeFieldValues(tx, { fromId: mergedId, toId: survivorId })
  const changes = { before: fieldsOf(survivor), after: joinedFields(survivor, merged), taken }
  const { agentId } = caller
  const told = await selectNewestTickets(tx, survivorId, toldTickets)
  const mergeId = await insertCustomerMerge(tx, { survivorId, mergedId, agentId, changes })
  const moved = await giveToSurvivor(tx, { survivorId, mergedId })
  await writeCustomerFields(tx, survivorId, changes.after)
  const data = { customerMergeId: mergeId, merged: merged.label, survivor: survivor.label }
  await writeTicketEvents(
    tx,
    [...told, ...moved].map(ticketId => ({ ticketId, kind: 'customers_merged', agentId, data })),
  )
  await tellOfCustomers(tx, [survivorId])
  return { mergeId }
}

/** What merging two people would make of the survivor. @throws as mergeCustomers does */
export async function previewCustomerMerge(
  db: Db,
  caller: Caller,
  wish: CustomerMergeWish,
): Promise<CustomerFields> {
  const people = await selectMergingCustomers(db, [wish.survivorId, wish.mergedId])
  const [survivor, merged] = getPair(people, wish)
  for (const { id } of [survivor, merged]) await checkMayMerge(db, caller, id)
  return joinedFields(survivor, merged)
}

/**
 * Checks that somebody may merge a person or take that back: they see a ticket of theirs, and there is none where they
 * see nothing, for it would change hands there.
 *
 * @throws NotFound; AppError `customer-elsewhere`
 */
export async function checkMayMerge(db: Db, caller: Caller, customerId: number): Promise<void> {
  await checkCustomerInSight(db, caller, customerId)
  const mailboxIds = await selectMailboxesOfCustomers(db, [customerId])
  if (!mailboxIds.every(mailboxId => can(caller, { wish: 'use-mailbox', mailboxId }))) {
    throw new AppError('customer-elsewhere', 'the customer has tickets in a mailbox the agent may not use')
  }
}

/** What of a person a merge may change. */
export function fieldsOf({ id, mergedIntoId, label, ...fields }: MergingCustomer): CustomerFields {
  return fields
}

function getPair(
  people: ReadonlyMap<number, MergingCustomer>,
  { survivorId, mergedId }: CustomerMergeWish,
): [MergingCustomer, MergingCustomer] {
  if (survivorId === mergedId) throw new AppError('same-customer', 'this is one person already')
  return [getStanding(people, survivorId), getStanding(people, mergedId)]
}

function getStanding(people: ReadonlyMap<number, MergingCustomer>, id: number): MergingCustomer {
  const person = people.get(id)
  if (person === undefined || person.mergedIntoId !== null) throw new NotFound('customer', { id })
  return person
}

function joinedFields(survivor: CustomerFields, merged: CustomerFields): CustomerFields {
  const note = [survivor.note, merged.note].filter(text => text.trim() !== '').join('\n\n')
  if (note.length > MOST_NOTE_CHARS) {
    throw new AppError('customer-note-too-long', 'the two notes do not fit into one')
  }
  const takesLanguage = survivor.language === null || (merged.isLanguageChosen && !survivor.isLanguageChosen)
  const { language, isLanguageChosen } = takesLanguage ? merged : survivor
  return {
    name: survivor.name ?? merged.name,
    phone: survivor.phone ?? merged.phone,
    language,
    isLanguageChosen,
    note,
    utcOffsetMinutes: survivor.utcOffsetMinutes ?? merged.utcOffsetMinutes,
  }
}
