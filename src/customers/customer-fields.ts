import { type Db, inTransaction, type Tx } from '../db/database.ts'
import { isUniqueViolation } from '../db/faults.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { cleanLine } from '../mail/clean-line.ts'
import { CUSTOMER_FIELD_LIMITS as LIMITS } from '../shared/vocabulary.ts'
import {
  type CustomerFieldRow,
  countFieldUse,
  deleteRemovedFields,
  type FieldFacts,
  findCustomerField,
  hasValues,
  insertCustomerField,
  lockCustomerFields,
  markFieldRemoved,
  replaceOptions,
  selectCustomerFields,
  writeCustomerField,
  writeFieldOrder,
} from './customer-fields.queries.ts'

export type { CustomerFieldRow } from './customer-fields.queries.ts'

/** An option as an admin gives it: without an id it is new. */
export type GivenOption = { id?: number | undefined; name: string }

/** What an admin says of a field. */
export type FieldContent = FieldFacts & { options: readonly GivenOption[] }

/** How many people have something in a field, and in each of its options. */
export type FieldUse = {
  fieldId: number
  customerCount: number
  options: { optionId: number; customerCount: number }[]
}

/** A removed field can be restored for so long. */
const restorableDays = 30

/** The fields customers have on this desk, in their order. */
export async function listCustomerFields(db: Db): Promise<CustomerFieldRow[]> {
  return await selectCustomerFields(db)
}

/** How many people have something in each field; fields in which nobody has anything are left out. */
export async function countCustomerFieldUse(db: Db): Promise<FieldUse[]> {
  const rows = await countFieldUse(db)
  return rows
    .filter(row => row.optionId === null)
    .map(({ fieldId, customerCount }) => ({
      fieldId,
      customerCount,
      options: rows.flatMap(row =>
        row.fieldId === fieldId && row.optionId !== null
          ? [{ optionId: row.optionId, customerCount: row.customerCount }]
          : [],
      ),
    }))
}

/**
 * Defines a field, shown after the others.
 *
 * @throws AppError `too-many-customer-fields`, `customer-field-name-taken`, `bad-field-name`, `bad-field-options`,
 *   `option-name-taken`
 */
export async function createCustomerField(db: Db, content: FieldContent): Promise<CustomerFieldRow> {
  const facts = cleanFacts(content)
  const options = cleanOptions(facts, [], content.options)
  return await changeFields(db, facts.name, async tx => {
    await checkRoom(tx)
    const id = await insertCustomerField(tx, facts)
    await replaceOptions(tx, id, options)
    return await getField(tx, id)
  })
}

/**
 * Changes what is given of a field. What stands in it stays with a new name; what an option that goes stood for goes with it.
 * The kind can be another only while nothing stands in it: `12/2025` as a date would be made up.
 *
 * @param change `version`: that of the field somebody has seen
 * @throws NotFound; AppError `customer-field-changed`, `customer-field-in-use`; as createCustomerField
 */
export async function updateCustomerField(
  db: Db,
  id: number,
  change: { version: number } & { [K in keyof FieldContent]?: FieldContent[K] | undefined },
): Promise<CustomerFieldRow> {
  return await changeFields(db, change.name ?? '', async tx => {
    const field = await getField(tx, id)
    if (field.version !== change.version) {
      throw new AppError('customer-field-changed', 'somebody changed the field since', { id })
    }
    const facts = cleanFacts({
      name: change.name ?? field.name,
      kind: change.kind ?? field.kind,
      hint: change.hint ?? field.hint,
    })
    const known = facts.kind === 'choice' ? field.options : []
    const options = cleanOptions(facts, field.options, change.options ?? known)
    await writeCustomerField(tx, id, facts)
    if (facts.kind !== field.kind && (await hasValues(tx, id))) {
      throw new AppError('customer-field-in-use', 'customers have values of the kind it has', { id })
    }
    await replaceOptions(tx, id, options)
    return await getField(tx, id)
  })
}

/** Takes a field off all customers; what stands in it is kept, so that it can be restored. @throws NotFound */
export async function removeCustomerField(db: Db, id: number): Promise<void> {
  await changeFields(db, '', async tx => {
    await getField(tx, id)
    await markFieldRemoved(tx, id, { isRemoved: true })
  })
}

/**
 * Brings a removed field back with what stood in it.
 *
 * @throws NotFound; AppError `too-many-customer-fields`, `customer-field-name-taken`
 */
export async function restoreCustomerField(db: Db, id: number): Promise<CustomerFieldRow> {
  const name = (await findCustomerField(db, id))?.name ?? ''
  return await changeFields(db, name, async tx => {
    const field = await findCustomerField(tx, id)
    if (field === undefined) throw new NotFound('customer field', { id })
    if (!field.isRemoved) return field
    await checkRoom(tx)
    await markFieldRemoved(tx, id, { isRemoved: false })
    return await getField(tx, id)
  })
}

/** Deletes fields that can no longer be restored, with what stood in them. @returns how many */
export async function deleteExpiredFields(db: Db): Promise<number> {
  return await deleteRemovedFields(db, restorableDays)
}

/** Sorts the fields as they are named; those that are not come after. Ids of fields that are gone are passed over. */
export async function orderCustomerFields(db: Db, ids: readonly number[]): Promise<void> {
  await changeFields(db, '', tx => writeFieldOrder(tx, ids))
}

/** One change of the fields at a time, so that they can be counted; `name` is what the change calls one. */
async function changeFields<T>(db: Db, name: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await inTransaction(db, async tx => {
      await lockCustomerFields(tx)
      return await work(tx)
    })
  } catch (cause) {
    // Letters that only Postgres takes for the same.
    if (isUniqueViolation(cause, 'customer_field_option_name')) throw optionNameTaken('', cause)
    if (!isUniqueViolation(cause, 'customer_field_name')) throw cause
    throw new AppError('customer-field-name-taken', 'a field of this name exists', { name }, { cause })
  }
}

async function getField(tx: Tx, id: number): Promise<CustomerFieldRow> {
  const field = await findCustomerField(tx, id)
  if (field === undefined || field.isRemoved) throw new NotFound('customer field', { id })
  return field
}

async function checkRoom(tx: Tx): Promise<void> {
  const { length } = await selectCustomerFields(tx)
  if (length < LIMITS.fields) return
  throw new AppError('too-many-customer-fields', 'no further field can be kept', { limit: LIMITS.fields })
}

function cleanFacts({ name, kind, hint }: FieldFacts): FieldFacts {
  return { name: cleanName(name), kind, hint: cleanLine(hint, LIMITS.hintChars) }
}

function cleanName(name: string): string {
  const clean = cleanLine(name, LIMITS.nameChars)
  if (clean === '') throw new AppError('bad-field-name', 'nothing of the name can be seen')
  return clean
}

function cleanOptions(
  { kind }: FieldFacts,
  known: readonly { id: number }[],
  given: readonly GivenOption[],
): GivenOption[] {
  const options = given.map(({ id, name }) => ({ id, name: cleanName(name) }))
  const ids = options.flatMap(({ id }) => id ?? [])
  const areKnown = ids.every(id => known.some(option => option.id === id)) && new Set(ids).size === ids.length
  if ((kind === 'choice') !== options.length > 0 || !areKnown) {
    throw new AppError('bad-field-options', 'a choice has options, each of its own, other kinds have none')
  }
  const names = new Set<string>()
  for (const { name } of options) {
    const same = name.toLowerCase()
    if (names.has(same)) throw optionNameTaken(name)
    names.add(same)
  }
  return options
}

function optionNameTaken(name: string, cause?: unknown): AppError {
  return new AppError('option-name-taken', 'two options have one name', { name }, { cause })
}
