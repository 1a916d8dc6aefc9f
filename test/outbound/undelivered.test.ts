import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { putAside } from '../../src/outbound/put-aside.ts'
import { undoReply } from '../../src/outbound/undo-reply.ts'
import { listNotifications } from '../../src/tickets/list-notifications.ts'
import { listTickets } from '../../src/tickets/list-tickets.ts'
import { createQueueCounter } from '../../src/tickets/queue-counts.ts'
import { refuseGone } from '../support/sink-rules.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

let desk: SendingDesk
let count = 0

beforeAll(async () => {
  desk = await startSendingDesk()
  desk.sink.behave(refuseGone('no such user here'))
})

afterAll(async () => {
  await desk.stop()
})

/** A reply that its server refused, to one of two people. */
async function refused() {
  const name = `n${++count}`
  const mailboxId = await desk.mailbox(`${name}@desk.test`)
  const agent = await desk.agent(name, [mailboxId])
  const { ticketId, number } = await desk.ticket(mailboxId)
  const to = [`gone.${name}@example.org`, `ann.${name}@example.org`]
  const messageId = await desk.send(agent, { ticketId, to, stateAfter: 'closed' })
  await desk.sender()
  await desk.reaches(messageId, 'accepted')
  const queue = async () => {
    const { rows } = await listTickets(desk.db, agent, { queue: 'undelivered', limit: 50 })
    const counter = createQueueCounter({ db: desk.db, clock: systemClock })
    const counts = await counter.count(agent, undefined)
    return {
      numbers: rows.map(row => row.number),
      marked: rows.every(row => row.hasFailedReply),
      count: counts.find(one => one.queue === 'undelivered')?.count,
    }
  }
  return { agent, mailboxId, ticketId, number, messageId, queue, name }
}

const none = { numbers: [], marked: true, count: 0 }

test('a reply that one recipient refused stands in Not delivered, though its ticket was closed', async () => {
  const { queue, number, ticketId } = await refused()

  expect(await queue()).toEqual({ numbers: [number], marked: true, count: 1 })
  expect(await desk.ticketRow(ticketId)).toMatchObject({ state: 'open' })
})

test('another reply takes it out, and taken back puts it there again', async () => {
  const { queue, number, ticketId, agent, name } = await refused()
  const held = { ...desk.context, settings: { ...desk.context.settings, undoMs: 30_000 } }

  const next = await desk.sendWith(held, agent, { ticketId, to: [`ann.${name}@example.org`] })
  const whenFollowed = await queue()
  await undoReply(desk, agent, next)

  expect(whenFollowed).toEqual(none)
  expect((await queue()).numbers).toEqual([number])
})

test('its author is told whom it did not reach, until another reply follows', async () => {
  const { number, ticketId, messageId, agent, name } = await refused()
  const told = async () => (await listNotifications({ db: desk.db, clock: systemClock }, agent)).told

  const before = await told()
  await desk.send(agent, { ticketId, to: [`ann.${name}@example.org`] })

  const gone = `gone.${name}@example.org`
  expect(before).toMatchObject([
    { event: 'undelivered', ticketNumber: number, name: gone, hit: `m${messageId}`, isNew: true },
  ])
  expect(await told()).toEqual([])
})

test('an agent puts it aside and back, and the ticket tells who did', async () => {
  const { queue, number, ticketId, messageId, agent } = await refused()
  const order = { messageId, isAside: true }

  await putAside(desk, agent, order)
  await putAside(desk, agent, order)
  const whenAside = await queue()
  await putAside(desk, agent, { ...order, isAside: false })

  expect(whenAside).toEqual(none)
  expect((await queue()).numbers).toEqual([number])
  const told = (await desk.events(ticketId)).filter(event => event.kind === 'reply_put_aside')
  expect(told.map(event => event.data)).toEqual([{ isAside: true }, { isAside: false }])
})

test('who may not use the mailbox neither sees it nor puts it aside', async () => {
  const { messageId } = await refused()
  const stranger = await desk.agent('stranger', [])

  const { rows } = await listTickets(desk.db, stranger, { queue: 'undelivered', limit: 50 })
  const asked = putAside(desk, stranger, { messageId, isAside: true })

  await expect(asked).rejects.toMatchObject({ code: 'not-found' })
  expect(rows).toEqual([])
})

test('the queue shows a page at a time, newest message first', async () => {
  const first = await refused()
  const { agent, mailboxId } = first
  const second = await desk.ticket(mailboxId)
  const messageId = await desk.send(agent, { ticketId: second.ticketId, to: ['gone.more@example.org'] })
  await desk.reaches(messageId, 'failed')

  const wish = { queue: 'undelivered', limit: 1 } as const
  const page = await listTickets(desk.db, agent, wish)
  const rest = await listTickets(desk.db, agent, { ...wish, cursor: page.nextCursor ?? '' })

  expect(page.rows.map(row => row.number)).toEqual([second.number])
  expect(rest).toMatchObject({ rows: [{ number: first.number }], nextCursor: null })
})
