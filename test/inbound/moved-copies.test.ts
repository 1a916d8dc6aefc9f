import { afterAll, beforeAll, expect, test } from 'vitest'
import { mergeTicket } from '../../src/shared/placing.ts'
import { getTicket, updateTicket } from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
})

afterAll(() => desk.stop())

test('a mail to two mailboxes whose tickets became one stands there once, and its second copy opens nothing again', async () => {
  const both = { to: 'Support <support@desk.test>', cc: 'billing@desk.test' }
  const first = { ...both, messageId: 'first@customer.test', text: 'Where is it?\r\n' }
  const lead = await desk.receive(support, first)
  const twin = await desk.receive(billing, first)
  await ada.call(updateTicket, { params: { number: lead.number }, body: { mailboxId: billing } })
  await ada.call(mergeTicket, { params: { number: twin.number }, body: { intoNumber: lead.number } })
  const merged = await ada.call(getTicket, { params: { number: lead.number } })
  const second = {
    ...both,
    messageId: 'second@customer.test',
    inReplyTo: 'first@customer.test',
    text: 'And?\r\n',
  }
  const copy = await desk.receive(support, second)
  await ada.call(updateTicket, { params: { number: lead.number }, body: { state: 'closed' } })

  const other = await desk.receive(billing, second)

  const ticket = await ada.call(getTicket, { params: { number: lead.number } })
  expect([copy.number, other.number]).toEqual([lead.number, lead.number])
  expect(merged.messages.map(({ text }) => text.trim())).toEqual(['Where is it?'])
  expect(ticket.messages.map(({ text }) => text.trim())).toEqual(['Where is it?', 'And?'])
  expect(ticket).toMatchObject({ state: 'closed', messageCount: 2 })
  expect(ticket.events.filter(({ kind }) => kind === 'message_received')).toHaveLength(1)
})
