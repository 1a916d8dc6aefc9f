import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { deactivateAgent, updateAgent } from '../../src/shared/agents.ts'
import { mergeTicket, moveMessage } from '../../src/shared/placing.ts'
import { getTicket, listTickets, updateTicket } from '../../src/shared/tickets.ts'
import type { TicketState } from '../../src/shared/vocabulary.ts'
import { assignTicket } from '../../src/tickets/assign-ticket.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let mailboxId: number
let ada: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  mailboxId = await desk.mailbox('support@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
})

afterAll(async () => await desk.stop())

async function ticketOf(agent: DeskAgent, state: TicketState): Promise<number> {
  const { number } = await desk.ticket({ mailboxId, state })
  await ada.call(updateTicket, { params: { number }, body: { assigneeId: agent.agentId } })
  return number
}

const read = (number: number) => ada.call(getTicket, { params: { number } })
const deactivate = async (agentId: number): Promise<number> =>
  (await ada.call(deactivateAgent, { params: { id: agentId } })).unassignedTickets

const absence = { kind: 'assigned', agentId: null, data: { to: null, why: 'absent' } }

test('who leaves gives back open and waiting tickets, each with its event, and keeps the closed ones', async () => {
  const ben = await desk.agent('ben', { mailboxIds: [mailboxId] })
  const open = await ticketOf(ben, 'open')
  const waiting = await ticketOf(ben, 'waiting')
  const closed = await ticketOf(ben, 'closed')

  const count = await deactivate(ben.agentId)

  const tickets = await Promise.all([open, waiting, closed].map(read))
  expect(count).toBe(2)
  expect(tickets.map(ticket => ticket.assigneeId)).toEqual([null, null, ben.agentId])
  expect(tickets[0]?.events.at(-1)).toMatchObject({
    kind: 'assigned',
    agentId: ada.agentId,
    data: { from: ben.agentId, to: null },
  })
})

test('a ticket given to somebody at the moment they leave is not left with them', async () => {
  for (let round = 0; round < 20; round++) {
    const leaver = await desk.agent(`leaver${round}`, { mailboxIds: [mailboxId] })
    const { ticketId, number } = await desk.ticket({ mailboxId })
    const change = { ticketId, assigneeId: leaver.agentId, agentId: ada.agentId }

    await Promise.allSettled([
      inTransaction(desk.database.db, tx => assignTicket(tx, change)),
      deactivate(leaver.agentId),
    ])

    expect((await read(number)).assigneeId).toBeNull()
  }
})

test('a customer who writes to a closed ticket of somebody who left finds it unassigned, not with them', async () => {
  const leaver = await desk.agent('leaver', { mailboxIds: [mailboxId] })
  const first = await desk.receive(mailboxId, { messageId: 'first@customer.test' })
  const change = { state: 'closed', assigneeId: leaver.agentId } as const
  await ada.call(updateTicket, { params: { number: first.number }, body: change })
  await deactivate(leaver.agentId)

  await desk.receive(mailboxId, { inReplyTo: 'first@customer.test', text: 'It broke again.' })

  const ticket = await read(first.number)
  const { data: unassigned } = await ada.call(listTickets, { query: { queue: 'unassigned' } })
  expect(ticket).toMatchObject({ state: 'open', assigneeId: null })
  expect(ticket.events).toContainEqual(
    expect.objectContaining({ ...absence, data: expect.objectContaining(absence.data) }),
  )
  expect(unassigned.map(({ number }) => number)).toContain(first.number)
})

test('a closed ticket that is answered at the moment its agent leaves is not left with them', async () => {
  for (let round = 0; round < 20; round++) {
    const leaver = await desk.agent(`answered${round}`, { mailboxIds: [mailboxId] })
    const { number } = await desk.receive(mailboxId, { messageId: `round${round}@customer.test` })
    const change = { state: 'closed', assigneeId: leaver.agentId } as const
    await ada.call(updateTicket, { params: { number }, body: change })

    await Promise.all([
      desk.receive(mailboxId, { inReplyTo: `round${round}@customer.test`, text: 'Are you there?' }),
      deactivate(leaver.agentId),
    ])

    expect(await read(number)).toMatchObject({ state: 'open', assigneeId: null })
  }
})

test('who loses a mailbox gives back its open tickets, and keeps those of others', async () => {
  const other = await desk.mailbox('other@desk.test')
  const mover = await desk.agent('mover', { mailboxIds: [mailboxId, other] })
  const lost = await ticketOf(mover, 'open')
  const { number: kept } = await desk.ticket({ mailboxId: other })
  await ada.call(updateTicket, { params: { number: kept }, body: { assigneeId: mover.agentId } })
  const params = { id: mover.agentId }

  const renamed = await ada.call(updateAgent, { params, body: { name: 'Mover' } })
  const narrowed = await ada.call(updateAgent, { params, body: { mailboxIds: [other] } })

  expect([renamed.unassignedTickets, narrowed.unassignedTickets]).toEqual([0, 1])
  expect((await read(lost)).assigneeId).toBeNull()
  expect((await read(kept)).assigneeId).toBe(mover.agentId)
})

test('an admin who becomes an agent of some mailboxes gives back the open tickets of the others', async () => {
  const admin = await desk.agent('admin', { role: 'admin' })
  const lost = await ticketOf(admin, 'waiting')

  const { unassignedTickets } = await ada.call(updateAgent, {
    params: { id: admin.agentId },
    body: { role: 'agent' },
  })

  expect(unassignedTickets).toBe(1)
  expect((await read(lost)).assigneeId).toBeNull()
})

test('a closed ticket of somebody who left stays with nobody, whoever opens it: a merge, a split, an agent', async () => {
  const leaver = await desk.agent('longGone', { mailboxIds: [mailboxId] })
  const ofLeaver = { state: 'closed', assigneeId: leaver.agentId } as const
  const thrice = async (name: string) => {
    const mail = await desk.receive(mailboxId, { messageId: `${name}@customer.test`, subject: name })
    await desk.receive(mailboxId, { inReplyTo: `${name}@customer.test`, text: 'And one thing more.' })
    await ada.call(updateTicket, { params: { number: mail.number }, body: ofLeaver })
    return mail
  }
  const reopened = await thrice('reopened')
  const split = await thrice('split')
  const survivor = await thrice('survivor')
  const merged = await thrice('merged')
  const fresh = await desk.receive(mailboxId, { messageId: 'fresh@customer.test', subject: 'fresh' })
  await deactivate(leaver.agentId)

  await ada.call(updateTicket, { params: { number: reopened.number }, body: { state: 'open' } })
  const { number: away } = await ada.call(moveMessage, {
    params: { id: split.messageId },
    body: { toNumber: null },
  })
  await ada.call(mergeTicket, { params: { number: fresh.number }, body: { intoNumber: survivor.number } })
  await ada.call(mergeTicket, { params: { number: merged.number }, body: { intoNumber: away } })

  for (const number of [reopened.number, away, survivor.number]) {
    expect(await read(number)).toMatchObject({ state: 'open', assigneeId: null })
  }
})
