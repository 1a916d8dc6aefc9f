import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendNewMail } from '../../src/shared/new-tickets.ts'
import { cancelOutbox } from '../../src/shared/outbox.ts'
import type { Snooze } from '../../src/shared/ticket-change.ts'
import {
  getTicket,
  listTickets,
  sendReply,
  takeOver,
  undoReply,
  updateTicket,
} from '../../src/shared/tickets.ts'
import { ApiRefusal } from '../support/api.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { rawMail } from '../support/mails.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent
let boss: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { mailboxIds: [support] })
  boss = await desk.agent('boss', { role: 'admin' })
})

afterAll(async () => await desk.stop())

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
const read = (number: number) => ada.call(getTicket, { params: { number } })
const reply = (number: number, snooze: Snooze) =>
  ada.call(sendReply, { params: { number }, body: { text: 'Done.', snooze } })
const undo = (id: number) => ada.call(undoReply, { params: { id } })
const snooze = (number: number, until: Snooze | null) =>
  ada.call(updateTicket, { params: { number }, body: { snooze: until } })

test('a reply puts its ticket away with it, until a time or until the customer writes', async () => {
  const [timed, until] = [await desk.ticket({ mailboxId: support }), inDays(2)]
  const untimed = await desk.ticket({ mailboxId: support })

  await reply(timed.number, { until })
  await reply(untimed.number, { until: null })

  const { data } = await ada.call(listTickets, { query: { queue: 'snoozed' } })
  expect(data.map(({ number, state, snooze: put }) => ({ number, state, put }))).toEqual([
    { number: timed.number, state: 'waiting', put: { until } },
    { number: untimed.number, state: 'waiting', put: { until: null } },
  ])
  const kinds = (await read(timed.number)).events.map(event => event.kind)
  expect(kinds.slice(-3)).toEqual(['reply_queued', 'state_changed', 'snoozed'])
})

test('undoing it brings back how the ticket was: awake, or put away until before', async () => {
  const open = await desk.ticket({ mailboxId: support })
  const waiting = await desk.ticket({ mailboxId: support, state: 'waiting' })
  const [before, later] = [inDays(1), inDays(5)]
  const away = await desk.ticket({ mailboxId: support })
  await snooze(away.number, { until: before })
  const sent = [
    await reply(open.number, { until: later }),
    await reply(waiting.number, { until: null }),
    await reply(away.number, { until: later }),
  ]

  for (const { id } of sent) await undo(id)

  const now = await Promise.all([open, waiting, away].map(({ number }) => read(number)))
  expect(now.map(({ state, snooze: put }) => [state, put])).toEqual([
    ['open', null],
    ['waiting', null],
    ['open', { until: before }],
  ])
})

test('undoing it leaves what somebody decided since', async () => {
  const { number } = await desk.ticket({ mailboxId: support, state: 'waiting' })
  const { id } = await reply(number, { until: inDays(2) })
  await snooze(number, { until: null })

  await undo(id)

  expect((await read(number)).snooze).toEqual({ until: null })
})

test('whatever became of a ticket that was put away before, its mail can be stopped', async () => {
  const toBoth = rawMail({ messageId: 'both@customer.test', cc: 'billing@desk.test' })
  const led = await desk.receive(support, toBoth)
  const twin = await desk.receive(billing, toBoth)
  const [thrown, thrownToo, spam] = [
    await desk.ticket({ mailboxId: support }),
    await desk.ticket({ mailboxId: support }),
    await desk.ticket({ mailboxId: support }),
  ]
  const [sent, later]: [number[], string] = [[], inDays(5)]
  for (const { number } of [thrown, thrownToo, spam, led]) {
    await snooze(number, { until: inDays(1) })
    sent.push((await reply(number, { until: later })).id)
  }
  const [first = 0, second = 0, ...others] = sent
  const change = (number: number, body: object) => ada.call(updateTicket, { params: { number }, body })
  await change(thrown.number, { isDeleted: true })
  await change(thrownToo.number, { isDeleted: true })
  await change(spam.number, { state: 'spam' })
  await boss.call(takeOver, { params: { number: twin.number } })

  await undo(first)
  await boss.call(cancelOutbox, { params: { id: second } })
  for (const id of others) await undo(id)

  const now = await Promise.all([thrown, thrownToo, spam, led].map(({ number }) => read(number)))
  expect(now.map(ticket => ticket.messages.at(-1)?.delivery?.state)).toEqual(Array(4).fill('cancelled'))
  expect(now.map(({ state, deletedAt, snooze: put }) => [state, deletedAt !== null, put])).toEqual([
    ['open', true, null],
    ['open', true, null],
    ['spam', false, null],
    ['waiting', false, { until: later }],
  ])
})

test('a time that is past sends nothing', async () => {
  const { number } = await desk.ticket({ mailboxId: support })

  const refused = await reply(number, { until: inDays(-1) }).catch((error: unknown) => error)

  expect(refused).toBeInstanceOf(ApiRefusal)
  expect((refused as ApiRefusal).problem.code).toBe('bad-snooze-time')
  expect(await read(number)).toMatchObject({ state: 'open', messages: [{ direction: 'inbound' }] })
})

test('a mail that begins a ticket puts that away as well', async () => {
  const body = { mailboxId: support, to: ['ann@new.test'], subject: 'Hello', text: 'Hi.' }

  const { number } = await ada.call(sendNewMail, { body: { ...body, snooze: { until: null } } })

  expect(await read(number)).toMatchObject({ state: 'waiting', snooze: { until: null } })
})
