import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Problem } from '../../src/shared/schemas.ts'
import { listTags } from '../../src/shared/tags.ts'
import {
  getTicket,
  listQueues,
  listTickets,
  sendReply,
  updateTicket,
  writeNote,
} from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { rawMail } from '../support/mails.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent
let ben: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test', ['help@desk.test'])
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
  ben = await desk.agent('ben', { mailboxIds: [support] })
})

afterAll(async () => await desk.stop())

async function refusalOf(call: Promise<unknown>) {
  return await call.then(
    () => ({ status: 200 }),
    (refusal: { status: number; problem: unknown }) => refusal,
  )
}

describe('a ticket', () => {
  test('carries its messages, customer, history and the recipients of a reply', async () => {
    const { number } = await desk.ticket({
      mailboxId: support,
      subject: 'Паролата ми не работи',
      to: [{ name: null, address: 'help@desk.test' }],
      cc: [{ name: 'Petar', address: 'petar@customer.test' }],
    })

    const ticket = await ben.call(getTicket, { params: { number } })

    expect(ticket).toMatchObject({
      number,
      mailboxId: support,
      subject: 'Паролата ми не работи',
      state: 'open',
      assigneeId: null,
      customer: { name: 'Ivana Petrova', address: 'ivana@customer.test' },
      messageCount: 1,
      tags: [],
      hasFailedReply: false,
      hasLateReply: false,
      messages: [{ direction: 'inbound', text: 'My password does not work.', delivery: null }],
      notes: [],
      events: [{ kind: 'ticket_opened' }, { kind: 'message_received' }],
      replyDefaults: {
        to: [{ name: 'Ivana Petrova', address: 'ivana@customer.test' }],
        cc: [{ name: 'Petar', address: 'petar@customer.test' }],
      },
    })
  })

  test('can be closed and opened again, and knows since when its customer waits', async () => {
    const { number } = await desk.ticket({ mailboxId: support, receivedAt: new Date('2026-05-04T08:00:00Z') })

    const closed = await ben.call(updateTicket, { params: { number }, body: { state: 'closed' } })
    const closedTicket = await ben.call(getTicket, { params: { number } })
    const reopened = await ben.call(updateTicket, { params: { number }, body: { state: 'open' } })

    expect(closed).toMatchObject({ state: 'closed', waitingSince: null })
    expect(closedTicket.closedAt).not.toBeNull()
    expect(reopened).toMatchObject({ state: 'open', waitingSince: '2026-05-04T08:00:00.000Z' })
    const { events, closedAt } = await ben.call(getTicket, { params: { number } })
    expect(closedAt).toBeNull()
    expect(events.slice(2)).toMatchObject([
      { kind: 'state_changed', agentId: ben.agentId, data: { from: 'open', to: 'closed' } },
      { kind: 'state_changed', agentId: ben.agentId, data: { from: 'closed', to: 'open' } },
    ])
  })

  test('keeps tags in one form, and the history names only what changed', async () => {
    const { number } = await desk.ticket({ mailboxId: support })

    await ben.call(updateTicket, { params: { number }, body: { addTags: [' Refund ', 'refund', 'ВАЖНО'] } })
    const row = await ben.call(updateTicket, {
      params: { number },
      body: { addTags: ['refund', 'vip'], removeTags: ['Важно', 'never there'] },
    })

    const { events } = await ben.call(getTicket, { params: { number } })
    expect(row.tags).toEqual(['refund', 'vip'])
    expect(events.slice(2)).toMatchObject([
      { kind: 'tagged', data: { tags: ['refund', 'важно'] } },
      { kind: 'tagged', data: { tags: ['vip'] } },
      { kind: 'untagged', data: { tags: ['важно'] } },
    ])
  })

  test('takes a note without changing state, order or version in silence', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const before = await ben.call(getTicket, { params: { number } })

    const note = await ben.call(writeNote, { params: { number }, body: { text: 'Call her\u0000 back' } })

    const after = await ben.call(getTicket, { params: { number } })
    expect(note).toMatchObject({ authorId: ben.agentId, text: 'Call her\ufffd back' })
    expect(after.notes).toEqual([note])
    expect(after.version).toBe(before.version + 1)
    expect(after).toMatchObject({ state: 'open', messageCount: 1, lastMessageAt: before.lastMessageAt })
    expect(after.events.at(-1)).toMatchObject({ kind: 'note_written', agentId: ben.agentId })
  })

  test('changes nothing and tells nobody when it is already so', async () => {
    const { number } = await desk.ticket({ mailboxId: support })

    const row = await ben.call(updateTicket, {
      params: { number },
      body: { state: 'open', assigneeId: null, removeTags: ['nothing'], addTags: ['\u200b '] },
    })

    const { events } = await ben.call(getTicket, { params: { number } })
    expect(row.version).toBe(2)
    expect(events).toHaveLength(2)
  })
})

describe('a ticket that is given to an agent', () => {
  test('goes to them and back to nobody, and the history says who did it', async () => {
    const { number } = await desk.ticket({ mailboxId: support })

    await ada.call(updateTicket, { params: { number }, body: { assigneeId: ben.agentId } })
    const row = await ben.call(updateTicket, { params: { number }, body: { assigneeId: null } })

    const { events } = await ada.call(getTicket, { params: { number } })
    expect(row.assigneeId).toBeNull()
    expect(events.slice(2)).toMatchObject([
      { kind: 'assigned', agentId: ada.agentId, data: { from: null, to: ben.agentId } },
      { kind: 'assigned', agentId: ben.agentId, data: { from: ben.agentId, to: null } },
    ])
  })

  test('does not go to somebody who may not use its mailbox, nor to nobody known', async () => {
    const { number } = await desk.ticket({ mailboxId: billing })
    const assign = (assigneeId: number) =>
      refusalOf(ada.call(updateTicket, { params: { number }, body: { assigneeId, state: 'closed' } }))

    const refusals = [await assign(ben.agentId), await assign(987_654)]

    const ticket = await ada.call(getTicket, { params: { number } })
    expect(refusals).toMatchObject([
      { status: 422, problem: { code: 'agent-cannot-use-mailbox' } },
      { status: 422, problem: { code: 'unknown-agent' } },
    ])
    expect(ticket).toMatchObject({ state: 'open', assigneeId: null })
  })
})

describe('after a ticket was closed and opened again', () => {
  const closeAndOpen = async (number: number) => {
    for (const state of ['closed', 'open'] as const) {
      await ada.call(updateTicket, { params: { number }, body: { state } })
    }
    return await ada.call(getTicket, { params: { number } })
  }

  test('who sent an invitation still waits', async () => {
    const { number } = await desk.receive(support, {
      messageId: 'invitation@customer.test',
      contentType: 'text/calendar; method=REQUEST; charset=utf-8',
      text: 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n',
    })
    const before = await ada.call(getTicket, { params: { number } })

    const after = await closeAndOpen(number)

    expect(before.waitingSince).not.toBeNull()
    expect(after.waitingSince).toBe(before.waitingSince)
  })

  test('who wrote to a twin alone still waits for its lead', async () => {
    const toBoth = rawMail({ messageId: 'to-both@customer.test', cc: 'billing@desk.test' })
    const lead = await desk.receive(support, toBoth)
    await desk.receive(billing, toBoth)
    const params = { number: lead.number }
    await ada.call(sendReply, { params, body: { text: 'We look into it.' } })
    await desk.receive(billing, {
      messageId: 'to-one@customer.test',
      to: 'billing@desk.test',
      inReplyTo: 'to-both@customer.test',
    })
    const before = await ada.call(getTicket, { params })

    const after = await closeAndOpen(lead.number)

    expect(before).toMatchObject({ state: 'open', twins: [{ mailboxId: billing }] })
    expect(before.waitingSince).not.toBeNull()
    expect(after.waitingSince).toBe(before.waitingSince)
  })
})

describe('who may see what', () => {
  test('a ticket of a mailbox that is not theirs does not exist for an agent, whatever they try', async () => {
    const { number } = await desk.ticket({ mailboxId: billing })
    const params = { number }

    const refusals = await Promise.all([
      refusalOf(ben.call(getTicket, { params })),
      refusalOf(ben.call(updateTicket, { params, body: { state: 'closed' } })),
      refusalOf(ben.call(writeNote, { params, body: { text: 'hello' } })),
      refusalOf(ben.call(listTickets, { query: { queue: 'all', mailboxId: billing } })),
      refusalOf(ben.call(listQueues, { query: { mailboxId: billing } })),
      refusalOf(ben.call(getTicket, { params: { number: 999_999 } })),
    ])

    expect(refusals.map(refusal => refusal.status)).toEqual([404, 404, 404, 404, 404, 404])
    const ticket = await ada.call(getTicket, { params })
    expect(ticket).toMatchObject({ state: 'open', notes: [] })
  })

  test('lists, counts and tags hold only what the agent may see', async () => {
    const mine = await desk.ticket({ mailboxId: support, subject: 'visible' })
    const hidden = await desk.ticket({ mailboxId: billing, subject: 'hidden' })
    await ada.call(updateTicket, { params: { number: hidden.number }, body: { addTags: ['takeover bid'] } })

    const list = await ben.call(listTickets, { query: { queue: 'all', order: 'newest', limit: 100 } })
    const tags = await ben.call(listTags)
    const counts = await ben.call(listQueues, { query: {} })

    const ofOwner = await ada.call(listQueues, { query: {} })
    const unassigned = (reply: typeof counts) =>
      reply.data.find(one => one.queue === 'unassigned')?.count ?? 0
    expect(list.data.map(row => row.number)).toContain(mine.number)
    expect(list.data.every(row => row.mailboxId === support)).toBe(true)
    expect(tags.data).not.toContain('takeover bid')
    expect(unassigned(counts)).toBeLessThan(unassigned(ofOwner))
  })

  test('an agent without any mailbox has empty lists and no error', async () => {
    const nobody = await desk.agent('nobody')

    const list = await nobody.call(listTickets, { query: { queue: 'all' } })

    expect(list).toEqual({ data: [], nextCursor: null })
  })
})

describe('a malformed request', () => {
  test.each([
    ['a state that does not exist', '/tickets/1', 'PATCH', { state: 'snoozed' }, 'body.state'],
    ['a field nobody knows', '/tickets/1', 'PATCH', { customerId: 7 }, 'body.customerId'],
    ['a note whose text is none', '/tickets/1/notes', 'POST', { text: 7 }, 'body.text'],
    ['a queue that does not exist', '/tickets?queue=secret', 'GET', undefined, 'querystring.queue'],
    ['a page of a million', '/tickets?queue=all&limit=1000000', 'GET', undefined, 'querystring.limit'],
    ['a number that is none', '/tickets/abc', 'GET', undefined, 'params.number'],
  ])('with %s is answered with the field', async (_what, path, method, body, field) => {
    const response = await fetch(`${desk.baseUrl}/api/v1${path}`, {
      method,
      headers: { ...ada.headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : null,
    })

    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    const problem = (await response.json()) as Problem
    expect(problem.fields?.map(one => one.field)).toContain(field)
  })

  test('with a cursor we did not make is refused as that', async () => {
    const refusal = await refusalOf(ada.call(listTickets, { query: { queue: 'all', cursor: 'x' } }))

    expect(refusal).toMatchObject({ status: 400, problem: { code: 'bad-cursor' } })
  })
})
