import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeCustomerField as removeField } from '../../src/customers/customer-fields.ts'
import { inTransaction } from '../../src/db/database.ts'
import { cleanUp } from '../../src/jobs/clean-up.ts'
import { createLog } from '../../src/lib/log.ts'
import { EXPIRING_ROWS } from '../../src/roles/expiring-rows.ts'
import {
  type CustomerField,
  countCustomerFieldUse,
  createCustomerField,
  type FieldContent,
  listCustomerFields,
  orderCustomerFields,
  removeCustomerField,
  restoreCustomerField,
  updateCustomerField,
} from '../../src/shared/customer-fields.ts'
import {
  getTicketCustomer,
  mergeCustomer,
  undoCustomerMerge,
  updateCustomer,
} from '../../src/shared/customers.ts'
import { CUSTOMER_FIELD_LIMITS, type CustomerFieldKind } from '../../src/shared/vocabulary.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { waitUntilHeldUp } from '../support/held-up.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent
let ben: DeskAgent
let count = 0

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
  ben = await desk.agent('ben', { mailboxIds: [support] })
})

afterAll(async () => await desk.stop())

type Wish = { name?: string; kind?: CustomerFieldKind; hint?: string; options?: string[] }

async function define({ name = `Field ${++count}`, kind = 'text', hint = '', options = [] }: Wish = {}) {
  const body = { name, kind, hint, options: options.map(option => ({ name: option })) }
  return await ada.call(createCustomerField, { body })
}

/** A new person with one ticket. */
async function person(mailboxId = support): Promise<{ id: number; number: number }> {
  const from = `person${++count}@fields.test`
  const { number } = await desk.receive(mailboxId, { from, subject: 'Hello', text: 'Hello' })
  const { customer } = await ada.call(getTicketCustomer, { params: { number } })
  return { id: customer?.id ?? 0, number }
}

async function fill(id: number, field: CustomerField, value: FieldContent | null, agent = ben) {
  const body = { fieldValues: [{ fieldId: field.id, value }] }
  return (await agent.call(updateCustomer, { params: { id }, body })).fieldValues
}

const viewOf = async (number: number) => await ben.call(getTicketCustomer, { params: { number } })
const valuesOf = async (number: number) => (await viewOf(number)).customer?.fieldValues
const useOf = async (field: CustomerField) =>
  (await ada.call(countCustomerFieldUse)).data.find(one => one.fieldId === field.id)

async function refusalOf(call: Promise<unknown>) {
  return await call.then(
    () => ({ status: 200 }),
    (refusal: { status: number; problem: unknown }) => refusal,
  )
}

async function codesOf(calls: readonly Promise<unknown>[]) {
  const refusals = (await Promise.all(calls.map(refusalOf))) as { problem?: { code: string } }[]
  return refusals.map(refusal => refusal.problem?.code)
}

describe('a field of customers', () => {
  test('is defined, renamed, sorted and removed by admins, and listed to every agent', async () => {
    const first = await define({ name: ' Договор\u202e ', kind: 'number', hint: 'As on the invoice' })
    const second = await define({ kind: 'choice', options: ['Gold', 'Silver'] })

    const change = { version: first.version, name: 'Contract' }
    const renamed = await ada.call(updateCustomerField, { params: { id: first.id }, body: change })
    await ada.call(orderCustomerFields, { body: { ids: [second.id, 999_999, first.id] } })

    const { data } = await ben.call(listCustomerFields)
    expect(first).toMatchObject({ name: 'Договор', kind: 'number', hint: 'As on the invoice', options: [] })
    expect(renamed).toEqual({ ...first, name: 'Contract', version: first.version + 1 })
    expect(data.slice(0, 2)).toEqual([second, renamed])
    const params = { id: first.id }
    expect(
      await Promise.all(
        [
          ben.call(createCustomerField, { body: { name: 'Mine', kind: 'text', hint: '', options: [] } }),
          ben.call(updateCustomerField, { params, body: { ...change, version: 2 } }),
          ben.call(removeCustomerField, { params }),
          ben.call(restoreCustomerField, { params }),
          ben.call(orderCustomerFields, { body: { ids: [] } }),
          ben.call(countCustomerFieldUse),
        ].map(async call => (await refusalOf(call)).status),
      ),
    ).toEqual([403, 403, 403, 403, 403, 403])
  })

  test('has a name and options of its own, and is not changed by who has seen another state of it', async () => {
    const field = await define({ name: 'Тариф', kind: 'choice', options: ['A', 'B'] })
    const other = await define()
    const change = async (body: object) =>
      await ada.call(updateCustomerField, { params: { id: field.id }, body: { version: 1, ...body } })

    const refused = await codesOf([
      define({ name: ' ТАРИФ ' }),
      define({ name: '\u202e\u200b' }),
      define({ name: 'x'.repeat(61) }),
      define({ kind: 'choice' }),
      define({ kind: 'text', options: ['A'] }),
      define({ kind: 'choice', options: ['ą', 'Ą'] }),
      define({ kind: 'choice', options: Array.from({ length: 101 }, (_, at) => `Option ${at}`) }),
      change({ options: [] }),
      change({ options: [{ id: 999_999, name: 'C' }] }),
      change({ name: other.name }),
      change({ version: 2, name: 'Later' }),
    ])

    expect(refused).toEqual([
      'customer-field-name-taken',
      'bad-field-name',
      'bad-request',
      'bad-field-options',
      'bad-field-options',
      'option-name-taken',
      'bad-request',
      'bad-field-options',
      'bad-field-options',
      'customer-field-name-taken',
      'customer-field-changed',
    ])
  })
})

describe('a change of a field', () => {
  test('leaves what stands in it, and the kind as long as anything does', async () => {
    const field = await define()
    const { id, number } = await person()
    await fill(id, field, 'as it was')
    const params = { id: field.id }

    const renamed = await ada.call(updateCustomerField, { params, body: { version: 1, name: 'Renamed' } })
    const body = { version: renamed.version, kind: 'date' as const }
    const refused = await codesOf([ada.call(updateCustomerField, { params, body })])
    const kept = await valuesOf(number)
    await fill(id, field, null)
    const changed = await ada.call(updateCustomerField, { params, body })

    expect(refused).toEqual(['customer-field-in-use'])
    expect(kept).toEqual([{ fieldId: field.id, value: 'as it was' }])
    expect(changed).toMatchObject({ name: 'Renamed', kind: 'date' })
  })

  test('takes the options that are left out, also from customers, and renames the others', async () => {
    const field = await define({ kind: 'choice', options: ['Gold', 'Silver', 'Bronze'] })
    const [gold, silver, bronze] = field.options.map(option => option.id)
    const people = [await person(), await person(), await person()]
    for (const [at, option] of [gold, silver, bronze].entries())
      await fill(people[at]?.id ?? 0, field, option ?? 0)
    const used = await useOf(field)

    // Two change their names with each other.
    const options = [{ id: silver, name: 'gold' }, { name: 'New' }, { id: gold, name: 'SILVER' }] as {
      id?: number
      name: string
    }[]
    const changed = await ada.call(updateCustomerField, {
      params: { id: field.id },
      body: { version: 1, options },
    })

    const values = await Promise.all(people.map(async ({ number }) => await valuesOf(number)))
    expect(used).toMatchObject({ customerCount: 3, options: [{ customerCount: 1 }, {}, {}] })
    expect(changed.options).toEqual([options[0], { id: expect.any(Number), name: 'New' }, options[2]])
    expect(values.map(one => one?.map(({ value }) => value))).toEqual([[gold], [silver], []])
    expect(await useOf(field)).toMatchObject({ customerCount: 2 })
  })

  test('removes it with what stood in it, can be taken back, and is for good after 30 days', async () => {
    const field = await define({ name: 'Room' })
    const { id, number } = await person()
    await fill(id, field, '12b')
    const params = { id: field.id }

    await ada.call(removeCustomerField, { params })
    const without = [await valuesOf(number), (await ben.call(listCustomerFields)).data.map(one => one.id)]
    const unknown = await codesOf([
      fill(id, field, '13'),
      ada.call(updateCustomerField, { params, body: { version: 2, name: 'Back' } }),
    ])
    const successor = await define({ name: 'room' })
    const taken = await codesOf([ada.call(restoreCustomerField, { params })])
    await ada.call(removeCustomerField, { params: { id: successor.id } })
    await ada.call(restoreCustomerField, { params })

    expect(without).toEqual([[], expect.not.arrayContaining([field.id])])
    expect(unknown).toEqual(['unknown-customer-field', 'not-found'])
    expect(taken).toEqual(['customer-field-name-taken'])
    expect(await valuesOf(number)).toEqual([{ fieldId: field.id, value: '12b' }])
    const { db } = desk.database
    await ada.call(removeCustomerField, { params })
    await sql`update customer_field set removed_at = removed_at - interval '31 days' where id = ${field.id}`.execute(
      db,
    )
    await cleanUp({ db, log: createLog({ level: 'silent' }) }, EXPIRING_ROWS)
    expect(await codesOf([ada.call(restoreCustomerField, { params })])).toEqual(['not-found'])
  })
})

describe('the fields', () => {
  test('are fifty at most', async () => {
    const { data: before } = await ada.call(listCustomerFields)
    const wanted = CUSTOMER_FIELD_LIMITS.fields - before.length + 2
    const made = await Promise.all(Array.from({ length: wanted }, () => refusalOf(define())))

    const { data } = await ada.call(listCustomerFields)
    for (const { id } of data.slice(before.length)) await ada.call(removeCustomerField, { params: { id } })

    expect(data).toHaveLength(CUSTOMER_FIELD_LIMITS.fields)
    const refused = made.filter(one => one.status !== 200)
    expect(refused).toMatchObject([
      { status: 409, problem: { code: 'too-many-customer-fields', details: { limit: 50 } } },
      { status: 409 },
    ])
  })
})

describe('what stands in a field', () => {
  const kept: readonly [CustomerFieldKind, FieldContent, FieldContent | undefined][] = [
    ['text', '  VAT\u0000 \u202eBG\r\n123 ', 'VAT\ufffd BG 123'],
    ['text', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['text', '\u202e\u200b', undefined],
    ['number', -1234.5, -1234.5],
    ['number', 0, 0],
    ['number', 0.1 + 0.2, 0.1 + 0.2],
    ['number', 1e15, 1e15],
    ['date', '2028-02-29', '2028-02-29'],
    ['yes-no', false, false],
    ['link', ' HTTPS://Пример.бг/път?a=1#б ', 'https://xn--e1afmkfd.xn--90ae/%D0%BF%D1%8A%D1%82?a=1#%D0%B1'],
    ['link', 'mailto:jan@firma.test', 'mailto:jan@firma.test'],
  ]

  test('is kept in the type of the field, and shown at each ticket of the customer', async () => {
    const { id, number } = await person()
    const fields = new Map<CustomerFieldKind, CustomerField>()
    for (const kind of ['text', 'number', 'date', 'yes-no', 'link'] as const)
      fields.set(kind, await define({ kind }))

    const seen: unknown[] = []
    for (const [kind, value] of kept) {
      const field = fields.get(kind) as CustomerField
      const answer = await fill(id, field, value)
      expect(await valuesOf(number)).toEqual(answer)
      seen.push(answer.find(one => one.fieldId === field.id)?.value)
    }

    expect(seen).toEqual(kept.map(([, , shown]) => shown))
  })

  test('is refused with a reason where it does not fit, and then nothing is changed', async () => {
    const { id, number } = await person()
    const choice = await define({ kind: 'choice', options: ['A'] })
    const other = await define({ kind: 'choice', options: ['B'] })
    const text = await define()
    const cases: readonly [CustomerFieldKind, readonly FieldContent[]][] = [
      ['text', ['x'.repeat(501), 5, true]],
      ['number', ['12', 1.1e15, true]],
      ['date', ['2027-02-29', '2027-2-1', '27-02-01', '0999-01-01', '2027-02-01T00:00:00Z', 20270201]],
      ['yes-no', ['yes', 1]],
      ['choice', ['A', other.options[0]?.id ?? 0, 1.5, true]],
      [
        'link',
        [
          'javascript:alert(1)//http://x',
          ' java\nscript:alert(1)',
          'data:text/html,<script>alert(1)</script>',
          'vbscript:x',
          'file:///etc/passwd',
          '//evil.test',
          'example.org',
          'https://',
          'https://bank.test@evil.test/',
          'mailto:nobody',
          `https://x.test/${'ą'.repeat(700)}`,
          5,
        ],
      ],
    ]
    await fill(id, text, 'stays')

    for (const [kind, values] of cases) {
      const field = kind === 'choice' ? choice : await define({ kind })
      const bodies = values.map(value => ({
        fieldValues: [
          { fieldId: text.id, value: 'lost' },
          { fieldId: field.id, value },
        ],
      }))
      const calls = bodies.map(body => ben.call(updateCustomer, { params: { id }, body }))
      const details = { fieldId: field.id, name: field.name }
      for (const refusal of await Promise.all(calls.map(refusalOf))) {
        expect(refusal).toMatchObject({ status: 422, problem: { code: `bad-${kind}-value`, details } })
      }
    }

    const body = { fieldValues: [{ fieldId: text.id, value: 'x'.repeat(10_000) }] }
    expect(await codesOf([ben.call(updateCustomer, { params: { id }, body })])).toEqual(['bad-request'])
    expect(await valuesOf(number)).toEqual([{ fieldId: text.id, value: 'stays' }])
  })
})

describe('writing into a field', () => {
  test('is for agents who see a ticket of the customer, and two who write into two fields both do', async () => {
    const [mine, hidden] = [await person(), await person(billing)]
    const [one, other] = [await define(), await define()]

    const refused = await codesOf([fill(hidden.id, one, 'x'), fill(999_999, one, 'x')])
    await Promise.all([fill(mine.id, one, 'ben'), fill(mine.id, other, 'ada', ada)])

    expect(refused).toEqual(['not-found', 'not-found'])
    expect((await valuesOf(mine.number))?.map(({ value }) => value)).toEqual(['ben', 'ada'])
  })

  test('waits for a change of the field, and is refused when that has taken it away', async () => {
    const { id } = await person()
    const field = await define()
    const { db } = desk.database

    const { writing } = await inTransaction(db, async tx => {
      await sql`select 1 from customer_field where id = ${field.id} for no key update`.execute(tx)
      const call = refusalOf(fill(id, field, 'too late'))
      await waitUntilHeldUp(db)
      await sql`update customer_field set removed_at = now() where id = ${field.id}`.execute(tx)
      return { writing: call }
    })

    expect(await writing).toMatchObject({ problem: { code: 'unknown-customer-field' } })
    await expect(removeField(db, field.id)).rejects.toThrow('not found')
  })
})

describe('of two customers who are one person', () => {
  test('the fields come together, the survivor’s first, and are each one’s again by an undo', async () => {
    const [survivor, other] = [await person(), await person()]
    const [both, theirs, changed, gone] = [await define(), await define(), await define(), await define()]
    const option = await define({ kind: 'choice', options: ['A', 'B'] })
    await fill(survivor.id, both, 'kept')
    for (const field of [both, theirs, changed, gone]) await fill(other.id, field, 'from the other')
    await fill(other.id, option, option.options[1]?.id ?? 0)
    const before = [await valuesOf(survivor.number), await valuesOf(other.number)]

    const params = { id: survivor.id }
    const { mergeId } = await ada.call(mergeCustomer, { params, body: { otherId: other.id } })
    const merged = await viewOf(survivor.number)
    const elsewhere = await codesOf([fill(other.id, both, 'nobody')])
    const used = await useOf(theirs)
    await fill(survivor.id, changed, 'new')
    await ada.call(removeCustomerField, { params: { id: gone.id } })
    await ada.call(undoCustomerMerge, { params: { id: mergeId } })
    await ada.call(restoreCustomerField, { params: { id: gone.id } })

    expect(merged.customer?.fieldValues).toEqual([
      { fieldId: both.id, value: 'kept' },
      ...(before[1]?.slice(1) ?? []),
    ])
    expect(merged.merged).toMatchObject([{ fieldValues: before[1] }])
    expect([elsewhere, used?.customerCount]).toEqual([['not-found'], 1])
    expect(await valuesOf(survivor.number)).toEqual([
      ...(before[0] ?? []),
      { fieldId: changed.id, value: 'new' },
    ])
    expect(await valuesOf(other.number)).toEqual(before[1])
  })
})
