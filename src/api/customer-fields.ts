import {
  type CustomerFieldRow,
  countCustomerFieldUse,
  createCustomerField,
  listCustomerFields,
  orderCustomerFields,
  removeCustomerField,
  restoreCustomerField,
  updateCustomerField,
} from '../customers/customer-fields.ts'
import type { Db } from '../db/database.ts'
import {
  type CustomerField,
  countCustomerFieldUse as countUseRoute,
  createCustomerField as createRoute,
  listCustomerFields as listRoute,
  orderCustomerFields as orderRoute,
  removeCustomerField as removeRoute,
  restoreCustomerField as restoreRoute,
  updateCustomerField as updateRoute,
} from '../shared/customer-fields.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers the fields that a customer has on this desk: what they are, and how much they are used. */
export function registerCustomerFields(server: ApiServer, { db }: { db: Db }): void {
  handle(server, listRoute, async () => ({ data: (await listCustomerFields(db)).map(present) }))
  handle(server, countUseRoute, async () => ({ data: await countCustomerFieldUse(db) }))
  handle(server, createRoute, async ({ body }) => present(await createCustomerField(db, body)))
  handle(server, updateRoute, async ({ params, body }) =>
    present(await updateCustomerField(db, params.id, body)),
  )
  handle(server, removeRoute, async ({ params }) => await removeCustomerField(db, params.id))
  handle(server, restoreRoute, async ({ params }) => present(await restoreCustomerField(db, params.id)))
  handle(server, orderRoute, async ({ body }) => await orderCustomerFields(db, body.ids))
}

function present({ isRemoved: _, ...field }: CustomerFieldRow): CustomerField {
  return field
}
