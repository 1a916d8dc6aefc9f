import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { getTicket, updateTicket } from '../../src/shared/tickets.ts'
import type { TicketState } from '../../src/shared/vocabulary.ts'
import { assignTicket, unassignTicketsOf } from '../../src/tickets/assign-ticket.ts'
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

/** What deactivating does to the agent's row and tickets, in its order. */
async function deactivate(agentId: number): Promise<number> {
  return await inTransaction(desk.database.db, async tx => {
    await sql`update agent set state = 'deactivated' where id = ${agentId}`.execute(tx)
    return await unassignTicketsOf(tx, { assigneeId: agentId, agentId: ada.agentId })
  })
}

test('who leaves gives back open and waiting tickets, each with its event, and keeps the closed ones', async () => {
  const ben = await desk.agent('ben', { mailboxIds: [mailboxId] })
  const open = await ticketOf(ben, 'open')
  const waiting = await ticketOf(ben, 'waiting')
  const closed = await ticketOf(ben, 'closed')

  const count = await deactivate(ben.agentId)

  const tickets = await Promise.all(
    [open, waiting, closed].map(number => ada.call(getTicket, { params: { number } })),
  )
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

    const ticket = await ada.call(getTicket, { params: { number } })
    expect(ticket.assigneeId).toBeNull()
  }
})
