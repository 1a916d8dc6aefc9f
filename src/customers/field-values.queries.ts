import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { storableJson } from '../lib/storable-text.ts'

/** What stands in a field: text, a link or a day as text, a number, yes or no, or the id of an option. */
export type FieldValue = { fieldId: number; value: string | number | boolean }

/** A value as it is kept: one of the columns is filled. */
export type ValueColumns = {
  text_value?: string
  number_value?: number
  date_value?: string
  is_yes?: boolean
  option_id?: number
}

const content = sql`coalesce(to_jsonb(v.text_value), to_jsonb(v.number_value), to_jsonb(v.date_value),
  to_jsonb(v.is_yes), to_jsonb(v.option_id))`

/** What stands in the fields of customers, in the order of the fields; of those that were removed nothing. */
export async function selectFieldValues(
  db: Db,
  customerIds: readonly number[],
): Promise<(FieldValue & { customerId: number })[]> {
  const { rows } = await sql<FieldValue & { customerId: number }>`
    select v.customer_id as "customerId", v.field_id as "fieldId", ${content} as value
    from customer_field_value v join customer_field f on f.id = v.field_id and f.removed_at is null
    where v.customer_id = any(${[...customerIds]}::bigint[])
    order by v.customer_id, f.place, f.id`.execute(db)
  return rows
}

/** Empties fields of one customer. */
export async function deleteFieldValues(
  tx: Tx,
  customerId: number,
  fieldIds: readonly number[],
): Promise<void> {
  await sql`
    delete from customer_field_value
    where customer_id = ${customerId} and field_id = any(${[...fieldIds]}::bigint[])`.execute(tx)
}

/** Writes values into fields of one customer that are empty. */
export async function insertFieldValues(
  tx: Tx,
  customerId: number,
  values: readonly (ValueColumns & { field_id: number })[],
): Promise<void> {
  await sql`
    insert into customer_field_value
      (customer_id, field_id, text_value, number_value, date_value, is_yes, option_id)
    select ${customerId}, field_id, text_value, number_value, date_value, is_yes, option_id
    from json_to_recordset(${storableJson(values)}::json) as given (field_id bigint, text_value text,
      number_value double precision, date_value date, is_yes boolean, option_id bigint)
    order by field_id`.execute(tx)
}

/** Copies one customer's values, of removed fields too, into the fields of another that are empty. @returns what was copied */
export async function copyFieldValues(tx: Tx, by: { fromId: number; toId: number }): Promise<FieldValue[]> {
  // An option that is being removed is gone before, or goes with its copies after.
  await sql`
    select 1 from customer_field f join customer_field_value v on v.field_id = f.id
    where v.customer_id = ${by.fromId} order by f.id for share of f`.execute(tx)
  const { rows } = await sql<FieldValue>`
    insert into customer_field_value as v
      (customer_id, field_id, text_value, number_value, date_value, is_yes, option_id)
    select ${by.toId}, field_id, text_value, number_value, date_value, is_yes, option_id
    from customer_field_value where customer_id = ${by.fromId} order by field_id
    on conflict do nothing
    returning v.field_id as "fieldId", ${content} as value`.execute(tx)
  return rows
}

/** Empties those of one customer's fields in which exactly this stands. */
export async function deleteSameValues(
  tx: Tx,
  customerId: number,
  values: readonly FieldValue[],
): Promise<void> {
  await sql`
    delete from customer_field_value v
    using jsonb_to_recordset(${storableJson(values)}::jsonb) as given ("fieldId" bigint, value jsonb)
    where v.customer_id = ${customerId} and v.field_id = given."fieldId" and ${content} = given.value`.execute(
    tx,
  )
}
