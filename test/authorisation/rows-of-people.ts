import {
  countCustomerFieldUse,
  createCustomerField,
  listCustomerFields,
  orderCustomerFields,
  removeCustomerField,
  restoreCustomerField,
  updateCustomerField,
} from '../../src/shared/customer-fields.ts'
import {
  getTicketCustomer,
  mergeCustomer,
  previewCustomerMerge,
  suggestCustomers,
  undoCustomerMerge,
  updateCustomer,
} from '../../src/shared/customers.ts'
import { customer, named, numberOf, ticket } from './objects.ts'
import { type Row, row } from './row.ts'
import { CANARY, type World } from './world.ts'

async function pair(world: World) {
  const [one, two] = [await customer(world), await customer(world)]
  return { params: { id: one.id }, otherId: two.id }
}

async function field(world: World) {
  const body = { name: named('field'), kind: 'text' as const, hint: '', options: [] }
  return await world.staff.admin.call(createCustomerField, { body })
}

/** Somebody of both mailboxes: who may see one of them sees the person, and only what is in that one. */
async function known(world: World) {
  const from = { name: 'Finch', address: 'finch@customer.test' }
  const theirs = await world.ticket({ mailboxId: world.common, state: 'closed', from, subject: 'A nest' })
  await world.ticket({ mailboxId: world.closed, from, subject: named('nest'), text: CANARY })
  return { params: { number: theirs.number } }
}

/** Customers, and the fields the desk gives them. */
export const peopleRows: readonly Row[] = [
  row(getTicketCustomer, 'mailbox', numberOf),
  row(getTicketCustomer, 'contents', known, { of: 'of both mailboxes' }),
  row(suggestCustomers, 'contents', async world => {
    await ticket(world)
    return { query: { text: CANARY } }
  }),
  row(updateCustomer, 'mailbox', async world => ({
    params: { id: (await customer(world)).id },
    body: { note: named('note') },
  })),
  row(previewCustomerMerge, 'mailbox', async world => {
    const { params, otherId } = await pair(world)
    return { params, query: { otherId } }
  }),
  row(mergeCustomer, 'mailbox', async world => {
    const { params, otherId } = await pair(world)
    return { params, body: { otherId } }
  }),
  row(undoCustomerMerge, 'mailbox', async world => {
    const { params, otherId } = await pair(world)
    const { mergeId } = await world.staff.insider.call(mergeCustomer, { params, body: { otherId } })
    return { params: { id: mergeId } }
  }),
  row(listCustomerFields, 'role', () => ({})),
  row(countCustomerFieldUse, 'role', () => ({})),
  row(createCustomerField, 'role', () => ({
    body: { name: named('field'), kind: 'text' as const, hint: '', options: [] },
  })),
  row(updateCustomerField, 'role', async world => {
    const { id, version } = await field(world)
    return { params: { id }, body: { version, name: named('field') } }
  }),
  row(removeCustomerField, 'role', async world => ({ params: { id: (await field(world)).id } })),
  row(restoreCustomerField, 'role', async world => {
    const { id } = await field(world)
    await world.staff.admin.call(removeCustomerField, { params: { id } })
    return { params: { id } }
  }),
  row(orderCustomerFields, 'role', async world => ({ body: { ids: [(await field(world)).id] } })),
]
