import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { storableText } from '../lib/storable-text.ts'
import { cleanLine } from '../mail/clean-line.ts'
import { type CustomerChange, type CustomerRow, selectCustomer, updateCustomer } from './customers.queries.ts'

export type { CustomerRow } from './customers.queries.ts'

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
  return row
}

/**
 * Changes what is known about a customer. A language that is given stays, whatever they write in next; null
 * lets their mails decide again. Later mails never change a name.
 *
 * @throws NotFound
 */
export async function changeCustomer(db: Db, id: number, change: CustomerChange): Promise<CustomerRow> {
  const { name, phone, note } = change
  await updateCustomer(db, id, {
    ...change,
    ...(name == null ? {} : { name: cleanLine(name, MAX_NAME_CHARS) || null }),
    ...(phone == null ? {} : { phone: cleanLine(phone, MAX_PHONE_CHARS) || null }),
    ...(note === undefined ? {} : { note: storableText(note) }),
  })
  return await getCustomer(db, id)
}
