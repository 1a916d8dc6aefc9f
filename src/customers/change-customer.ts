import type { Db, Tx } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { storableText } from '../lib/storable-text.ts'
import { cleanLine } from '../mail/clean-line.ts'
import {
  type CustomerChange,
  type CustomerFacts,
  lockCustomer,
  selectCustomer,
  updateCustomer,
} from './customers.queries.ts'
import { type FieldValue, type GivenValue, listFieldValues, setFieldValues } from './field-values.ts'

/** A customer with what stands in the fields of the desk. */
export type CustomerRow = CustomerFacts & { fieldValues: FieldValue[] }

const MAX_NAME_CHARS = 200
const MAX_PHONE_CHARS = 60

/**
 * One customer with all their addresses.
 *
 * @throws NotFound
 */
export async function getCustomer(db: Db, id: number): Promise<CustomerRow> {
  const row = await selectCustomer(db, id)
  if (row === undefined) throw new NotFound('customer')
  return { ...row, fieldValues: (await listFieldValues(db, [id])).get(id) ?? [] }
}

/** Holds a customer as they are until the transaction ends: nobody merges them, or changes them, before. */
export async function holdCustomer(tx: Tx, id: number): Promise<void> {
  await lockCustomer(tx, id)
}

/**
 * Changes what is known about a customer. A language that is given stays, whatever they write in next; null
 * lets their mails decide again. Later mails never change a name.
 *
 * @param by.agentId who changes it: stands beside the note
 * @throws NotFound; of values of fields as setFieldValues does
 */
export async function changeCustomer(
  tx: Tx,
  by: { id: number; agentId: number },
  { fieldValues = [], ...change }: CustomerChange & { fieldValues?: readonly GivenValue[] | undefined },
): Promise<CustomerRow> {
  const { name, phone, note } = change
  await updateCustomer(tx, by, {
    ...change,
    ...(name == null ? {} : { name: cleanLine(name, MAX_NAME_CHARS) || null }),
    ...(phone == null ? {} : { phone: cleanLine(phone, MAX_PHONE_CHARS) || null }),
    ...(note === undefined ? {} : { note: storableText(note) }),
  })
  await setFieldValues(tx, by.id, fieldValues)
  return await getCustomer(tx, by.id)
}
