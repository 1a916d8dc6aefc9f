import { afterAll, beforeAll, expect, test } from 'vitest'
import { updateTeam as changeTeam } from '../../src/agents/teams.ts'
import { inTransaction } from '../../src/db/database.ts'
import { getMailbox, updateMailbox } from '../../src/shared/mailboxes.ts'
import { createTeam, removeTeam, type Team, updateTeam } from '../../src/shared/teams.ts'
import { getTicket, listQueues, listTickets, updateTicket } from '../../src/shared/tickets.ts'
import { LANES, type QueueName, teamQueue } from '../../src/shared/vocabulary.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { waitUntilHeldUp } from '../support/held-up.ts'

let desk: Desk
let ada: DeskAgent
let billing: number
let support: number
let names = 0

beforeAll(async () => {
  desk = await startDesk()
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
})

afterAll(async () => await desk.stop())

/** A mailbox of its own, and a team that works in it and in Billing and is its default. */
async function setUp(): Promise<Team> {
  support = await desk.mailbox(`support${++names}@desk.test`)
  const body = { name: `Team ${names}`, memberIds: [], mailboxIds: [support, billing] }
  const team = await ada.call(createTeam, { body })
  await setDefault(team.id)
  return team
}

const setDefault = (defaultTeamId: number | null, id = support) =>
  ada.call(updateMailbox, { params: { id }, body: { defaultTeamId } })
const defaultOf = async (id: number) => (await ada.call(getMailbox, { params: { id } })).defaultTeamId
const read = (number: number) => ada.call(getTicket, { params: { number } })
const mail = (from: string) => ({ from, subject: `Of ${from}`, text: `${from} writes.` })

async function listed(queue: QueueName): Promise<number[]> {
  const { data } = await ada.call(listTickets, { query: { queue, limit: 100 } })
  return data.map(row => row.number)
}

test('new mail to a mailbox is in the queue of its team, and the history says by whose rule', async () => {
  const { id } = await setUp()

  const { number } = await desk.receive(support, mail('ann@customer.test'))

  const elsewhere = await desk.receive(billing, mail('bob@customer.test'))

  const ticket = await read(number)
  const { data: queues } = await ada.call(listQueues, { query: {} })
  expect(ticket).toMatchObject({ teamId: id, assigneeId: null, state: 'open' })
  expect(ticket.events).toMatchObject([
    { kind: 'ticket_opened' },
    { kind: 'team_assigned', agentId: null, data: { from: null, to: id, by: 'mailbox' } },
  ])
  expect([await listed(teamQueue(id)), queues.find(one => one.queue === teamQueue(id))?.count]).toEqual([
    [number],
    1,
  ])
  expect(await listed('unassigned')).not.toContain(number)
  expect(await read(elsewhere.number)).toMatchObject({ teamId: null })
})

test('what was there before, spam, and a ticket that is there already are not given to it', async () => {
  const { id } = await setUp()
  const known = await desk.receive(support, {
    ...mail('cleo@customer.test'),
    messageId: 'known@customer.test',
  })
  await ada.call(updateTicket, { params: { number: known.number }, body: { teamId: null } })

  const others = [
    await desk.receive(support, mail('dan@customer.test'), { lane: LANES.backfill }),
    await desk.receive(support, mail('eve@customer.test'), { lane: LANES.history }),
    await desk.receive(support, mail('fay@customer.test'), { role: 'junk' }),
    await desk.receive(support, { ...mail('cleo@customer.test'), inReplyTo: 'known@customer.test' }),
  ]

  const tickets = await Promise.all(others.map(({ number }) => read(number)))
  expect(tickets.map(({ state, teamId }) => [state, teamId])).toEqual([
    ['open', null],
    ['closed', null],
    ['spam', null],
    ['open', null],
  ])
  expect(others.at(-1)?.number).toBe(known.number)
  expect(await listed(teamQueue(id))).toEqual([])
})

test('what leaves Spam, by an agent or the mail server, is given to it as new mail is; what was out of Spam before is not', async () => {
  const { id } = await setUp()
  const messageId = 'rescued@customer.test'
  const byServer = { ...mail('ike@customer.test'), messageId }
  const change = (number: number, body: { state?: 'open' | 'spam'; teamId?: null }) =>
    ada.call(updateTicket, { params: { number }, body })

  const judged = await desk.receive(support, mail('jon@customer.test'), { role: 'junk' })
  await change(judged.number, { state: 'open' })
  const rescued = await desk.receive(support, byServer, { role: 'junk' })
  await desk.receive(support, byServer)
  const free = await desk.receive(support, mail('kim@customer.test'))
  await change(free.number, { teamId: null })
  await change(free.number, { state: 'spam' })
  await change(free.number, { state: 'open' })

  const [ofAgent, ofServer, ofNobody] = await Promise.all(
    [judged, rescued, free].map(one => read(one.number)),
  )
  const given = { kind: 'team_assigned', agentId: null, data: { from: null, to: id, by: 'mailbox' } }
  expect([ofAgent, ofServer, ofNobody].map(ticket => [ticket?.state, ticket?.teamId])).toEqual([
    ['open', id],
    ['open', id],
    ['open', null],
  ])
  expect(ofAgent?.events).toContainEqual(expect.objectContaining(given))
  expect(ofServer?.events).toContainEqual(expect.objectContaining(given))
})

test('a team that does not work in the mailbox, is removed or is none is refused', async () => {
  const { id } = await setUp()
  const foreign = await desk.mailbox('foreign@desk.test')
  const gone = await ada.call(createTeam, {
    body: { name: 'Gone', memberIds: [], mailboxIds: [support] },
  })
  await ada.call(removeTeam, { params: { id: gone.id } })

  const refusals = await Promise.allSettled([
    setDefault(id, foreign),
    setDefault(gone.id),
    setDefault(999_999),
  ])

  const refused = { status: 'rejected', reason: { status: 422, problem: { code: 'team-not-in-mailbox' } } }
  expect(refusals).toMatchObject([refused, refused, refused])
  expect([await defaultOf(foreign), await defaultOf(support)]).toEqual([null, id])
})

test('a team that leaves the mailbox is its default no more, and one that stays or is renamed is', async () => {
  const { id } = await setUp()
  await setDefault(id, billing)

  await ada.call(updateTeam, { params: { id }, body: { name: 'Other words', mailboxIds: [billing] } })

  const { number } = await desk.receive(support, mail('gus@customer.test'))
  expect([await defaultOf(support), await defaultOf(billing)]).toEqual([null, id])
  expect(await read(number)).toMatchObject({ teamId: null })
  await ada.call(removeTeam, { params: { id } })
  expect(await defaultOf(billing)).toBeNull()
})

test('mail that is filed while the team leaves the mailbox is nobody’s', async () => {
  const { id } = await setUp()
  const { db } = desk.database

  const filing = await inTransaction(db, async tx => {
    await changeTeam(tx, id, { mailboxIds: [billing] })
    const received = desk.receive(support, mail('hal@customer.test'))
    await waitUntilHeldUp(db)
    return { received }
  })

  const { number } = await filing.received
  expect(await read(number)).toMatchObject({ teamId: null })
  expect((await read(number)).events).toMatchObject([{ kind: 'ticket_opened' }])
})
