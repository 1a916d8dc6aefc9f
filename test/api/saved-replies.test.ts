import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  changeSavedReply,
  countSavedReply,
  createSavedReply,
  listSavedReplies,
  offerSavedReplies,
  removeSavedReply,
  restoreSavedReply,
  type SavedReplyContent,
} from '../../src/shared/saved-replies.ts'
import { sendReply } from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let support: number
let billing: number
let admin: DeskAgent
let ben: DeskAgent
let eve: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  admin = await desk.agent('Ada Lovelace', { role: 'admin' })
  ben = await desk.agent('ben', { mailboxIds: [support] })
  eve = await desk.agent('eve', { mailboxIds: [billing] })
})

afterAll(async () => await desk.stop())

const content = (body: string, more: Partial<SavedReplyContent> = {}): SavedReplyContent => ({
  scope: 'mine',
  mailboxId: null,
  name: 'Greeting',
  folder: '',
  texts: [{ language: 'en', body }],
  ...more,
})

const save = (agent: DeskAgent, body: SavedReplyContent) => agent.call(createSavedReply, { body })
const namesOf = async (agent: DeskAgent) => (await agent.call(listSavedReplies)).data.map(reply => reply.name)
const offer = async (agent: DeskAgent, number: number) =>
  (await agent.call(offerSavedReplies, { params: { number } })).data

test('own replies are nobody else’s, a mailbox’s are of those who may use it, and shared ones are for admins to change', async () => {
  const own = await save(ben, content('own', { name: 'bens' }))
  const shared = await save(admin, content('x', { name: 'supports', scope: 'mailbox', mailboxId: support }))
  const all = await save(admin, content('x', { name: 'everybodys', scope: 'all' }))

  expect(await namesOf(ben)).toEqual(expect.arrayContaining(['bens', 'supports', 'everybodys']))
  expect(await namesOf(eve)).toEqual(['everybodys'])
  expect(await namesOf(admin)).not.toContain('bens')
  const change = (agent: DeskAgent, id: number) =>
    agent.call(changeSavedReply, { params: { id }, body: content('y') })
  await expect(change(admin, own.id)).rejects.toMatchObject({ status: 404 })
  await expect(change(eve, shared.id)).rejects.toMatchObject({ status: 404 })
  await expect(change(ben, all.id)).rejects.toMatchObject({ status: 403 })
  await expect(save(ben, content('x', { scope: 'all' }))).rejects.toMatchObject({ status: 403 })
  await expect(eve.call(countSavedReply, { params: { id: own.id } })).rejects.toMatchObject({ status: 404 })
})

test('a mailbox goes with its scope, each language stands once, and words that cannot be written are refused', async () => {
  const twice = [
    { language: 'en' as const, body: 'a' },
    { language: 'en' as const, body: 'b' },
  ]

  const refused = { status: 422, problem: { code: 'bad-saved-reply' } }
  await expect(save(admin, content('x', { scope: 'mailbox' }))).rejects.toMatchObject(refused)
  await expect(save(admin, content('x', { texts: twice }))).rejects.toMatchObject(refused)
  await expect(save(ben, content('Hi {{{customerName}}}'))).rejects.toMatchObject({
    problem: { code: 'bad-template', details: { problems: [{ code: 'raw-output', part: 'en' }] } },
  })
  await expect(save(ben, content('Hi\n{{config}}'))).rejects.toMatchObject({
    problem: { details: { problems: [{ code: 'unknown-variable', line: 2, column: 1, name: 'config' }] } },
  })
  await expect(save(ben, content('{{> other}}'))).rejects.toMatchObject({ status: 422 })
})

test('the variant of the customer’s language is offered with the ticket’s values, else the English one', async () => {
  const texts = [
    { language: 'bg' as const, body: 'Здравейте, {{customerFirstName}}, №{{number}}' },
    { language: 'en' as const, body: 'Hi {{customerFirstName}}, #{{number}} — {{agentFirstName}}' },
  ]
  const { id } = await save(admin, content('', { texts, name: 'variants', scope: 'all' }))
  const { number, ticketId } = await desk.ticket({ mailboxId: support })
  const other = await desk.ticket({
    mailboxId: support,
    from: { name: 'Petrova, Ivana', address: 'ip@customer.test' },
  })
  await sql`update customer set language = 'bg' where id = (select customer_id from ticket where id = ${ticketId})`.execute(
    desk.database.db,
  )

  const bulgarian = (await offer(admin, number)).find(reply => reply.id === id)
  const english = (await offer(admin, other.number)).find(reply => reply.id === id)

  expect(bulgarian).toMatchObject({ language: 'bg', text: `Здравейте, Ivana, №${number}`, gaps: [] })
  expect(english).toMatchObject({ language: 'en', text: `Hi Ivana, #${other.number} — Ada`, gaps: [] })
  await expect(offer(eve, number)).rejects.toMatchObject({ status: 404 })
})

test.each([
  ['without a name', null],
  ['named like a template', '{{agentName}}'],
  ['named by an address', 'ann@nowhere.test'],
])('a customer %s leaves a gap, and the reply is refused until it is filled', async (_name, name) => {
  const body = 'Hi {{customerFirstName}},\n{{#if customerFirstName}}x{{else}}y{{/if}}'
  const { id } = await save(ben, content(body, { name: `gap ${name}` }))
  const from = { name, address: `${crypto.randomUUID()}@customer.test` }
  const { number } = await desk.ticket({ mailboxId: support, from })

  const offered = (await offer(ben, number)).find(reply => reply.id === id)
  const send = (text: string) => ben.call(sendReply, { params: { number }, body: { text } })

  expect(offered).toMatchObject({ text: 'Hi {{customerFirstName}},\ny', gaps: ['customerFirstName'] })
  await expect(send(offered?.text ?? '')).rejects.toMatchObject({
    problem: { status: 422, code: 'unfilled-variable', details: { names: ['customerFirstName'] } },
  })
  await expect(send('Hi Ann, in Handlebars you write {{name}} or {{ agentName }}.')).resolves.toMatchObject({
    direction: 'outbound',
  })
})

test('what was used is archived and comes back with its count, what never was is deleted', async () => {
  const used = await save(ben, content('x', { name: 'used' }))
  const unused = await save(ben, content('x', { name: 'unused' }))
  const { number } = await desk.ticket({ mailboxId: support })
  await Promise.all([1, 2, 3].map(() => ben.call(countSavedReply, { params: { id: used.id } })))

  await ben.call(removeSavedReply, { params: { id: used.id } })
  await ben.call(removeSavedReply, { params: { id: unused.id } })

  const archived = (await ben.call(listSavedReplies)).data.find(reply => reply.id === used.id)
  expect(archived).toMatchObject({ isArchived: true, useCount: 3 })
  expect(await namesOf(ben)).not.toContain('unused')
  expect((await offer(ben, number)).map(reply => reply.id)).not.toContain(used.id)
  const back = await ben.call(restoreSavedReply, { params: { id: used.id } })
  expect(back).toMatchObject({ isArchived: false, useCount: 3 })
  expect((await offer(ben, number))[0]?.id).toBe(used.id)
})

test('a saved reply names the address that the chosen message was written to', async () => {
  const aliased = await desk.mailbox('sales@desk.test', ['orders@desk.test'])
  const seller = await desk.agent('seller', { mailboxIds: [aliased] })
  await save(seller, content('Write to {{mailboxAddress}}'))
  const first = await desk.receive(aliased, { to: 'orders@desk.test', messageId: 'a@c.test', text: 'One.' })
  await desk.receive(aliased, { to: 'sales@desk.test', inReplyTo: 'a@c.test', text: 'Two.' })
  const params = { number: first.number }

  const offered = await seller.call(offerSavedReplies, {
    params,
    query: { answeredMessageId: first.messageId },
  })

  expect(offered.data[0]?.text).toBe('Write to orders@desk.test')
  expect((await offer(seller, first.number))[0]?.text).toBe('Write to sales@desk.test')
})
