import type { Db, Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { checkFieldValue } from './check-field-value.ts'
import { holdCustomerFields } from './customer-fields.queries.ts'
import {
  copyFieldValues,
  deleteFieldValues,
  deleteSameValues,
  type FieldValue,
  insertFieldValues,
  selectFieldValues,
} from './field-values.queries.ts'

export type { FieldValue } from './field-values.queries.ts'

/** What an agent writes into a field; null empties it. */
export type GivenValue = { fieldId: number; value: FieldValue['value'] | null }

/** What stands in the fields of customers, by customer, in the order of the fields; who has nothing is left out. */
export async function listFieldValues(
  db: Db,
  customerIds: readonly number[],
): Promise<ReadonlyMap<number, FieldValue[]>> {
  const rows = customerIds.length === 0 ? [] : await selectFieldValues(db, customerIds)
  const byCustomer = Map.groupBy(rows, row => row.customerId)
  return new Map(
    [...byCustomer].map(([id, theirs]) => [id, theirs.map(({ fieldId, value }) => ({ fieldId, value }))]),
  )
}

/**
 * Writes into fields of a customer; all, or none where one does not fit. Other fields stay as they are, so that two agents
 * who write into different ones both have their way.
 *
 * @param given of a field named twice the last counts
 * @throws AppError `unknown-customer-field`; as checkFieldValue
 */
export async function setFieldValues(
  tx: Tx,
  customerId: number,
  given: readonly GivenValue[],
): Promise<void> {
  if (given.length === 0) return
  const values = new Map(given.map(({ fieldId, value }) => [fieldId, value]))
  const fields = await holdCustomerFields(tx, [...values.keys()])
  if (fields.length < values.size) {
    throw new AppError('unknown-customer-field', 'one of the fields does not exist')
  }
  const columns = fields.flatMap(field => {
    const checked = checkFieldValue(field, values.get(field.id) ?? null)
    return checked === null ? [] : [{ field_id: field.id, ...checked }]
  })
  await deleteFieldValues(tx, customerId, [...values.keys()])
  await insertFieldValues(tx, customerId, columns)
}

/**
 * Gives a customer what stands in another's fields, where they have nothing; the other keeps it as well, to have it again
 * should the two come apart.
 *
 * @returns what was taken over
 */
export async function takeFieldValues(tx: Tx, by: { fromId: number; toId: number }): Promise<FieldValue[]> {
  return await copyFieldValues(tx, by)
}

/** Takes from a customer what takeFieldValues gave them, where it still stands there. */
export async function dropTakenValues(
  tx: Tx,
  customerId: number,
  taken: readonly FieldValue[],
): Promise<void> {
  if (taken.length > 0) await deleteSameValues(tx, customerId, taken)
}
