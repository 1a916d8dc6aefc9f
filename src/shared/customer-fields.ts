import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id, IdParams, lineName, oneOf } from './schemas.ts'
import { CUSTOMER_FIELD_KINDS, CUSTOMER_FIELD_LIMITS as LIMITS } from './vocabulary.ts'

/**
 * What stands in a field, by its kind: `text` one line; `number` a number; `date` a day as YYYY-MM-DD; `yes-no` true or
 * false; `choice` the id of an option; `link` an http, https or mailto address in normal form.
 */
export const FieldContent = Type.Union([
  Type.String({ maxLength: LIMITS.linkChars }),
  Type.Number(),
  Type.Boolean(),
])
export type FieldContent = Static<typeof FieldContent>

/** What stands in one field of one customer. */
export const FieldValue = exactly({ fieldId: Id, value: FieldContent })
export type FieldValue = Static<typeof FieldValue>

/** One of the things a choice offers. */
export const FieldOption = exactly({ id: Id, name: Type.String() })
export type FieldOption = Static<typeof FieldOption>

/** A field that admins defined; every customer has it. */
export const CustomerField = exactly({
  id: Id,
  name: Type.String(),
  kind: oneOf(CUSTOMER_FIELD_KINDS),
  /** What to write in it; '' is none. */
  hint: Type.String(),
  /** What a choice offers, in this order; of other kinds none. */
  options: Type.Array(FieldOption),
  version: Type.Integer(),
})
export type CustomerField = Static<typeof CustomerField>

const content = {
  name: lineName(LIMITS.nameChars),
  kind: oneOf(CUSTOMER_FIELD_KINDS),
  hint: Type.String({ maxLength: LIMITS.hintChars }),
  options: Type.Array(exactly({ id: Type.Optional(Id), name: lineName(LIMITS.nameChars) }), {
    maxItems: LIMITS.options,
  }),
}

export const listCustomerFields = defineRoute({
  method: 'GET',
  path: '/customer-fields',
  access: 'agent',
  summary: 'The fields that a customer has on this desk, in their order',
  reply: exactly({ data: Type.Array(CustomerField) }),
})

/** How many customers have something in a field, and each of its options. */
export const CustomerFieldUse = exactly({
  fieldId: Id,
  customerCount: Type.Integer(),
  options: Type.Array(exactly({ optionId: Id, customerCount: Type.Integer() })),
})
export type CustomerFieldUse = Static<typeof CustomerFieldUse>

export const countCustomerFieldUse = defineRoute({
  method: 'GET',
  path: '/customer-fields/use',
  access: 'admin',
  summary: 'How many customers have something in each field and option; what nobody has is left out',
  reply: exactly({ data: Type.Array(CustomerFieldUse) }),
})

export const createCustomerField = defineRoute({
  method: 'POST',
  path: '/customer-fields',
  access: 'admin',
  summary: `Define a field of customers; 409 \`customer-field-name-taken\`, and \`too-many-customer-fields\` beyond ${LIMITS.fields}`,
  body: exactly(content),
  reply: CustomerField,
})

export const updateCustomerField = defineRoute({
  method: 'PATCH',
  path: '/customer-fields/:id',
  access: 'admin',
  summary:
    'Change a field that is at `version`, else 409 `customer-field-changed`. `options` are all it has then: those left out go, and are taken from customers. The kind changes only while no customer has a value (409 `customer-field-in-use`)',
  params: IdParams,
  body: exactly({
    version: Type.Integer(),
    name: Type.Optional(content.name),
    kind: Type.Optional(content.kind),
    hint: Type.Optional(content.hint),
    options: Type.Optional(content.options),
  }),
  reply: CustomerField,
})

export const removeCustomerField = defineRoute({
  method: 'DELETE',
  path: '/customer-fields/:id',
  access: 'admin',
  summary: 'Remove a field with what stands in it; for 30 days it can be restored',
  params: IdParams,
  reply: 'nothing',
})

export const restoreCustomerField = defineRoute({
  method: 'POST',
  path: '/customer-fields/:id/restore',
  access: 'admin',
  summary: 'Bring a removed field back with what stood in it',
  params: IdParams,
  reply: CustomerField,
})

export const orderCustomerFields = defineRoute({
  method: 'PUT',
  path: '/customer-fields/order',
  access: 'admin',
  summary: 'In which order fields are shown; those that are not named come after',
  body: exactly({ ids: Type.Array(Id, { maxItems: LIMITS.fields }) }),
  reply: 'nothing',
})
