import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { CustomerFieldKind } from '../shared/vocabulary.ts'

/** One of the things a choice offers. */
export type FieldOptionRow = { id: number; name: string }

/** A field about customers, with its options in their order. */
export type CustomerFieldRow = {
  id: number
  name: string
  kind: CustomerFieldKind
  hint: string
  options: FieldOptionRow[]
  version: number
  isRemoved: boolean
}

const columns = sql<CustomerFieldRow>`
  f.id, f.name, f.kind, f.hint, f.version, f.removed_at is not null as "isRemoved",
  coalesce((select jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name) order by o.place, o.id)
    from customer_field_option o where o.field_id = f.id), '[]') as options`

/** The fields that were not removed, in their order. */
export async function selectCustomerFields(db: Db): Promise<CustomerFieldRow[]> {
  const { rows } = await sql<CustomerFieldRow>`
    select ${columns} from customer_field f where f.removed_at is null order by f.place, f.id`.execute(db)
  return rows
}

/** One field, removed or not. */
export async function findCustomerField(db: Db, id: number): Promise<CustomerFieldRow | undefined> {
  const { rows } = await sql<CustomerFieldRow>`
    select ${columns} from customer_field f where f.id = ${id}`.execute(db)
  return rows[0]
}

/** Holds fields as they are until the transaction ends, in ascending id; those that were removed are left out. */
export async function holdCustomerFields(tx: Tx, ids: readonly number[]): Promise<CustomerFieldRow[]> {
  const those = sql`f.id = any(${[...ids]}::bigint[]) and f.removed_at is null`
  // First the lock, so that the options are read as they are from then on.
  await sql`select 1 from customer_field f where ${those} order by f.id for share`.execute(tx)
  const { rows } = await sql<CustomerFieldRow>`
    select ${columns} from customer_field f where ${those} order by f.id`.execute(tx)
  return rows
}

/** Nobody else defines, changes or brings back a field before the transaction ends; what stands in them goes on changing. */
export async function lockCustomerFields(tx: Tx): Promise<void> {
  await sql`lock table customer_field in share row exclusive mode`.execute(tx)
}

/** What a field is besides its options. */
export type FieldFacts = { name: string; kind: CustomerFieldKind; hint: string }

/** Adds a field after all others; breaks the unique index where another has the name, in whatever letters. */
export async function insertCustomerField(tx: Tx, { name, kind, hint }: FieldFacts): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into customer_field (name, kind, hint, place)
    select ${name}, ${kind}, ${hint}, coalesce(max(place), 0) + 1 from customer_field
    returning id`.execute(tx)
  return rows[0]?.id ?? 0
}

/** Changes what a field is, and counts the change; whoever writes a value waits, and has written it before. */
export async function writeCustomerField(tx: Tx, id: number, facts: FieldFacts): Promise<void> {
  await sql`
    update customer_field set name = ${facts.name}, kind = ${facts.kind}, hint = ${facts.hint}, version = version + 1
    where id = ${id}`.execute(tx)
}

/** Whether anything stands in a field, of people who were merged too. */
export async function hasValues(tx: Tx, fieldId: number): Promise<boolean> {
  const { rows } = await sql`
    select 1 from customer_field_value where field_id = ${fieldId} limit 1`.execute(tx)
  return rows.length > 0
}

/** Gives a field exactly these options, in this order; those without an id are new. What goes, goes from customers too. */
export async function replaceOptions(
  tx: Tx,
  fieldId: number,
  options: readonly { id?: number | undefined; name: string }[],
): Promise<void> {
  const rows = options.map(({ id, name }, place) => ({ id: id ?? null, name, place }))
  const kept = rows.flatMap(({ id }) => id ?? [])
  await sql`
    delete from customer_field_option
    where field_id = ${fieldId} and id <> all(${kept}::bigint[])`.execute(tx)
  // Out of each other's way: two may change names, and the index looks at each row by itself.
  await sql`
    update customer_field_option set name = chr(1) || id where field_id = ${fieldId}`.execute(tx)
  const given = sql`json_to_recordset(${JSON.stringify(rows)}::json) as given (id bigint, name text, place integer)`
  await sql`
    update customer_field_option o set name = given.name, place = given.place
    from ${given} where o.field_id = ${fieldId} and o.id = given.id`.execute(tx)
  await sql`
    insert into customer_field_option (field_id, name, place)
    select ${fieldId}, name, place from ${given} where id is null order by place`.execute(tx)
}

/** Removes a field, or brings it back; breaks the unique index where another has its name by now. */
export async function markFieldRemoved(
  tx: Tx,
  id: number,
  { isRemoved }: { isRemoved: boolean },
): Promise<void> {
  await sql`
    update customer_field
    set removed_at = case when ${isRemoved} then clock_timestamp() end, version = version + 1
    where id = ${id}`.execute(tx)
}

/** Sorts the fields: those that are named, then the others as they were. */
export async function writeFieldOrder(tx: Tx, ids: readonly number[]): Promise<void> {
  await sql`
    update customer_field f set place = sorted.place
    from (
      select id, row_number() over (order by array_position(${[...ids]}::bigint[], id), place, id) as place
      from customer_field where removed_at is null
    ) sorted
    where sorted.id = f.id and sorted.place <> f.place`.execute(tx)
}

/** How many people have something in a field (`optionId` null) or in one of its options; merged ones count as one. */
export type FieldUseRow = { fieldId: number; optionId: number | null; customerCount: number }

/** Counts them for all fields, and for each option of those that are choices. */
export async function countFieldUse(db: Db): Promise<FieldUseRow[]> {
  const { rows } = await sql<FieldUseRow & { isWhole: boolean }>`
    select v.field_id as "fieldId", v.option_id as "optionId", grouping(v.option_id) = 1 as "isWhole",
      count(distinct coalesce(c.merged_into_id, c.id)) as "customerCount"
    from customer_field_value v join customer c on c.id = v.customer_id
    group by grouping sets ((v.field_id), (v.field_id, v.option_id))
    order by v.field_id, v.option_id`.execute(db)
  return rows.filter(row => row.isWhole || row.optionId !== null).map(({ isWhole: _, ...row }) => row)
}

/** Deletes the fields that were removed so long ago, with what stands in them. @returns how many */
export async function deleteRemovedFields(db: Db, days: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from customer_field where removed_at < clock_timestamp() - make_interval(days => ${days})`.execute(
    db,
  )
  return Number(numAffectedRows ?? 0n)
}
