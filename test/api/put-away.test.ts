import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TicketChange } from '../../src/shared/ticket-change.ts'
import { getTicket, listQueues, listTickets, updateTicket } from '../../src/shared/tickets.ts'
import type { Queue } from '../../src/shared/vocabulary.ts'
import { wakeDueTickets } from '../../src/tickets/wake-tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let support: number
let ada: DeskAgent
let ben: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
  ben = await desk.agent('ben', { mailboxIds: [support] })
})

afterAll(async () => await desk.stop())

const change = (number: number, body: TicketChange, agent = ben) =>
  agent.call(updateTicket, { params: { number }, body })
const read = (number: number) => ben.call(getTicket, { params: { number } })
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
const mailTo = (number: number) => ({
  from: 'ivana@customer.test',
  to: 'support@desk.test',
  subject: `Re: ${number}`,
})

async function listed(queue: Queue): Promise<number[]> {
  return (await ben.call(listTickets, { query: { queue, limit: 100 } })).data.map(row => row.number)
}

async function refusalOf(call: Promise<unknown>) {
  return await call.then(
    () => ({ status: 200 }),
    (refusal: { status: number; problem: unknown }) => refusal,
  )
}

/** The time goes by: what was put away until later is due. */
async function letTimePass(number: number): Promise<void> {
  await sql`update ticket set snoozed_until = clock_timestamp() - interval '1 second'
    where number = ${number}`.execute(desk.database.db)
}

/** A customer's mail, its ticket, and their next mail into it. */
async function exchange() {
  const messageId = `${crypto.randomUUID()}@customer.test`
  const opened = await desk.receive(support, { ...mailTo(0), messageId })
  const answer = (text = 'Any news? Please call me.') =>
    desk.receive(support, { ...mailTo(opened.number), inReplyTo: messageId, text })
  return { ...opened, answer }
}

describe('a snoozed ticket', () => {
  test('is out of sight until its time, then open again with who had it, and its history says all of it', async () => {
    const { number } = await desk.ticket({ mailboxId: support, state: 'waiting' })
    await change(number, { assigneeId: ben.agentId })
    const until = inDays(2)

    const row = await change(number, { snooze: { until } })

    const asleep = { mine: await listed('mine'), all: await listed('all'), snoozed: await listed('snoozed') }
    const notYet = await wakeDueTickets(desk.database.db)
    await letTimePass(number)
    const woken = await wakeDueTickets(desk.database.db)
    const ticket = await read(number)
    expect(row.snooze).toEqual({ until })
    expect(asleep.mine).not.toContain(number)
    expect(asleep.all).toContain(number)
    expect(asleep.snoozed).toContain(number)
    expect([notYet, woken]).toEqual([0, 1])
    expect(ticket).toMatchObject({ state: 'open', assigneeId: ben.agentId, snooze: null })
    expect(ticket.events.slice(-3)).toMatchObject([
      { kind: 'snoozed', agentId: ben.agentId, data: { until } },
      { kind: 'woken', agentId: null, data: { by: 'time' } },
      { kind: 'state_changed', agentId: null, data: { from: 'waiting', to: 'open' } },
    ])
  })

  test('comes back at once when its customer writes, and remembers until when it was put away', async () => {
    const { number, answer } = await exchange()
    const until = inDays(3)
    await change(number, { snooze: { until } })

    const { number: same } = await answer()

    const ticket = await read(number)
    expect(same).toBe(number)
    expect(ticket).toMatchObject({ state: 'open', snooze: null })
    expect(ticket.events).toContainEqual(
      expect.objectContaining({ kind: 'woken', agentId: null, data: { by: 'customer', until } }),
    )
  })

  test('may wait for the customer alone, and for no time', async () => {
    const { number, answer } = await exchange()

    const row = await change(number, { snooze: { until: null }, state: 'waiting' })

    const woken = await wakeDueTickets(desk.database.db)
    const before = await read(number)
    await answer()
    expect(row.snooze).toEqual({ until: null })
    expect(woken).toBe(0)
    expect(before.snooze).toEqual({ until: null })
    expect(await read(number)).toMatchObject({ snooze: null, state: 'open' })
  })

  test('is awake once it is taken up or closed, and stays asleep while it waits', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const until = inDays(1)

    const waiting = await change(number, { snooze: { until }, state: 'waiting' })
    const closed = await change(number, { state: 'closed' })

    expect(waiting.snooze).toEqual({ until })
    expect(closed.snooze).toBeNull()
  })

  test('is refused a time that is past, spam and the Trash', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const spam = await desk.ticket({ mailboxId: support, state: 'spam' })
    const deleted = await desk.ticket({ mailboxId: support })
    await change(deleted.number, { isDeleted: true })

    const refusals = [
      await refusalOf(change(number, { snooze: { until: inDays(-1) } })),
      await refusalOf(change(spam.number, { snooze: { until: inDays(1) } })),
      await refusalOf(change(deleted.number, { snooze: { until: inDays(1) } })),
    ]

    expect(refusals).toMatchObject([
      { status: 422, problem: { code: 'bad-snooze-time' } },
      { status: 409, problem: { code: 'not-snoozable' } },
      { status: 409, problem: { code: 'not-snoozable' } },
    ])
  })
})

describe('a deleted ticket', () => {
  test('is in the Trash alone, and comes back as it was', async () => {
    const { number } = await desk.ticket({ mailboxId: support, state: 'closed' })

    const row = await change(number, { isDeleted: true })

    const queues: Queue[] = ['all', 'closed', 'trash']
    const during = await Promise.all(queues.map(async queue => (await listed(queue)).includes(number)))
    const restored = await change(number, { isDeleted: false })
    const after = await Promise.all(queues.map(async queue => (await listed(queue)).includes(number)))
    expect(row.deletedAt).not.toBeNull()
    expect(during).toEqual([false, false, true])
    expect(restored).toMatchObject({ state: 'closed', deletedAt: null })
    expect(after).toEqual([true, true, false])
    expect((await read(number)).events.slice(-2)).toMatchObject([
      { kind: 'deleted', agentId: ben.agentId },
      { kind: 'restored', agentId: ben.agentId },
    ])
  })

  test('comes back by itself when its customer writes, but spam stays away', async () => {
    const wanted = await exchange()
    const unwanted = await exchange()
    await change(wanted.number, { isDeleted: true, state: 'closed' })
    await change(unwanted.number, { isDeleted: true, state: 'spam' })

    await wanted.answer()
    await unwanted.answer()

    expect(await read(wanted.number)).toMatchObject({ state: 'open', deletedAt: null })
    expect(await read(unwanted.number)).toMatchObject({
      state: 'spam',
      deletedAt: expect.any(String),
    })
  })
})

describe('priority and following', () => {
  test('a priority is seen in lists and the history says who set it', async () => {
    const { number } = await desk.ticket({ mailboxId: support })

    const row = await change(number, { priority: 'urgent' })

    expect(row.priority).toBe('urgent')
    expect((await read(number)).events.at(-1)).toMatchObject({
      kind: 'priority_changed',
      agentId: ben.agentId,
      data: { from: 'normal', to: 'urgent' },
    })
  })

  test('whom it follows is each agent’s own matter and leaves no trace in the ticket', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const { version } = await read(number)

    const row = await change(number, { isFollowed: true })

    const others = await ada.call(getTicket, { params: { number } })
    expect(row).toMatchObject({ isFollowed: true, version })
    expect(others.isFollowed).toBe(false)
    expect(await change(number, { isFollowed: false })).toMatchObject({ isFollowed: false })
  })
})

test('counts leave out what is put away or in the Trash', async () => {
  const mailboxId = await desk.mailbox('counts@desk.test')
  const numbers: number[] = []
  for (let n = 0; n < 3; n++) numbers.push((await desk.ticket({ mailboxId })).number)
  const [first = 0, second = 0] = numbers
  await change(first, { snooze: { until: inDays(1) } }, ada)
  await change(second, { isDeleted: true }, ada)

  const { data } = await ada.call(listQueues, { query: { mailboxId } })

  expect(data).toContainEqual({ queue: 'unassigned', count: 1 })
  expect(data).toContainEqual({ queue: 'snoozed', count: 1 })
  expect(data).toContainEqual({ queue: 'trash', count: null })
})
