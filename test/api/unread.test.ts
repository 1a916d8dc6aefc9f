import { afterAll, beforeAll, expect, test } from 'vitest'
import { actOnTickets, undoAction } from '../../src/shared/actions.ts'
import { markRead } from '../../src/shared/mark-read.ts'
import { getTicket, listTickets, sendReply, updateTicket } from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent
let ben: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
  ben = await desk.agent('ben', { mailboxIds: [support] })
})

afterAll(async () => await desk.stop())

/** A customer's mail, its ticket, and their next mail into it. */
async function exchange() {
  const messageId = `${crypto.randomUUID()}@customer.test`
  const mail = { from: 'ivana@customer.test', to: 'support@desk.test', subject: 'Order' }
  const { number } = await desk.receive(support, { ...mail, messageId })
  return { number, answer: () => desk.receive(support, { ...mail, inReplyTo: messageId, text: 'And now?' }) }
}

async function messageIds(number: number): Promise<number[]> {
  return (await ada.call(getTicket, { params: { number } })).messages.map(message => message.id)
}

async function isUnread(agent: DeskAgent, number: number): Promise<boolean | undefined> {
  const { data } = await agent.call(listTickets, { query: { queue: 'all', limit: 100 } })
  return data.find(row => row.number === number)?.isUnread
}

const read = (agent: DeskAgent, number: number, upToMessageId: number) =>
  agent.call(markRead, { params: { number }, body: { upToMessageId } })
const newest = async (number: number) => Math.max(...(await messageIds(number)))

test('what a customer writes is unread by each agent until it was on their screen', async () => {
  const { number, answer } = await exchange()
  const first = await newest(number)
  const atFirst = [await isUnread(ada, number), await isUnread(ben, number)]
  await read(ben, number, first)
  const onceRead = [await isUnread(ada, number), await isUnread(ben, number)]
  await answer()
  const answered = await isUnread(ben, number)
  await read(ben, number, first)

  expect(atFirst).toEqual([true, true])
  expect(onceRead).toEqual([true, false])
  expect(answered).toBe(true)
  expect(await isUnread(ben, number)).toBe(true)
  await read(ben, number, await newest(number))
  await read(ben, number, first)
  expect(await isUnread(ben, number)).toBe(false)
})

test('a reply is unread by colleagues, and never by who sent it', async () => {
  const { number } = await exchange()
  for (const agent of [ada, ben]) await read(agent, number, await newest(number))

  await ada.call(sendReply, { params: { number }, body: { text: 'On its way' } })

  expect([await isUnread(ada, number), await isUnread(ben, number)]).toEqual([false, true])
})

test('many are marked at once, by who asks alone and without history, and taken back', async () => {
  const numbers = [(await exchange()).number, (await exchange()).number]
  const [first = 0, second = 0] = numbers
  await read(ben, first, await newest(first))
  const before = await ada.call(getTicket, { params: { number: first } })

  const { actionId } = await ben.call(actOnTickets, { body: { numbers, change: { isUnread: false } } })

  expect([await isUnread(ben, first), await isUnread(ben, second)]).toEqual([false, false])
  await ben.call(undoAction, { params: { id: actionId ?? 0 } })
  expect([await isUnread(ben, first), await isUnread(ben, second)]).toEqual([false, true])
  const left = await ben.call(updateTicket, { params: { number: first }, body: { isUnread: true } })
  expect(left.isUnread).toBe(true)
  expect(await isUnread(ada, first)).toBe(true)
  const after = await ada.call(getTicket, { params: { number: first } })
  expect([after.version, after.events.length]).toEqual([before.version, before.events.length])
})

test('who comes new to the desk has read what is settled, and not what waits', async () => {
  const waiting = await exchange()
  const settled = await exchange()
  await ada.call(sendReply, { params: { number: settled.number }, body: { text: 'Done' } })

  const cleo = await desk.agent('cleo', { mailboxIds: [support] })

  expect([await isUnread(cleo, waiting.number), await isUnread(cleo, settled.number)]).toEqual([true, false])
  await settled.answer()
  expect(await isUnread(cleo, settled.number)).toBe(true)
})

test('a message of another ticket reads nothing, and a ticket of a strange mailbox is not there', async () => {
  const { number } = await exchange()
  const other = await exchange()
  const strange = await desk.ticket({ mailboxId: billing })

  await read(ben, number, await newest(other.number))
  const refusal = await ben.fetch(markRead, {
    params: { number: strange.number },
    body: { upToMessageId: 1 },
  })

  expect(await isUnread(ben, number)).toBe(true)
  expect(refusal.status).toBe(404)
})
