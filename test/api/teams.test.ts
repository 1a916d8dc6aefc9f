import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { updateTeam as changeTeam } from '../../src/agents/teams.ts'
import { inTransaction } from '../../src/db/database.ts'
import { actOnTickets, undoAction } from '../../src/shared/actions.ts'
import { mergeTicket, moveMessage, previewMerge, undoMerge } from '../../src/shared/placing.ts'
import { createTeam, listTeams, removeTeam, type Team, updateTeam } from '../../src/shared/teams.ts'
import { getTicket, listQueues, listTickets, updateTicket, writeNote } from '../../src/shared/tickets.ts'
import { type QueueName, teamQueue } from '../../src/shared/vocabulary.ts'
import { openTickets } from '../../src/tickets/open-tickets.ts'
import { releaseTickets } from '../../src/tickets/release-tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { waitUntilHeldUp } from '../support/held-up.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent
let ben: DeskAgent
let names = 0

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
  ben = await desk.agent('ben', { mailboxIds: [support] })
})

afterAll(async () => await desk.stop())

const team = (wish: Partial<Pick<Team, 'name' | 'memberIds' | 'mailboxIds'>> = {}) =>
  ada.call(createTeam, {
    body: { name: `Team ${++names}`, memberIds: [], mailboxIds: [support, billing], ...wish },
  })
const give = (number: number, teamId: number | null, agent = ada) =>
  agent.call(updateTicket, { params: { number }, body: { teamId } })

async function listed(queue: QueueName, agent = ada): Promise<number[]> {
  const { data } = await agent.call(listTickets, { query: { queue, limit: 100 } })
  return data.map(row => row.number)
}

async function countOf(queue: QueueName, agent = ada): Promise<number | null | undefined> {
  const { data } = await agent.call(listQueues, { query: {} })
  return data.find(one => one.queue === queue)?.count
}

const teamOf = async (number: number) => (await ada.call(getTicket, { params: { number } })).teamId

/** What the job does that the last change of the team added. */
async function runRelease(teamId: number): Promise<number> {
  const { rows } = await sql<{ payload: { teamId: number; agentId: number } }>`
    select payload from graphile_worker._private_jobs where key = ${`release_team_tickets_${teamId}`}`.execute(
    desk.database.db,
  )
  const [job] = rows
  if (job === undefined) throw new Error('no job was added')
  return await releaseTickets(desk.database.db, job.payload)
}

async function refusalOf(call: Promise<unknown>) {
  return await call.then(
    () => ({ status: 200 }),
    (refusal: { status: number; problem: unknown }) => refusal,
  )
}

describe('a ticket of a team', () => {
  test('stands in the queue of the team and no longer in Unassigned, also once one of the team takes it', async () => {
    const { id, name } = await team({ memberIds: [ben.agentId] })
    const { number } = await desk.ticket({ mailboxId: support })

    const row = await give(number, id)

    const given = { unassigned: await listed('unassigned'), team: await listed(teamQueue(id)) }
    await ben.call(updateTicket, { params: { number }, body: { assigneeId: ben.agentId } })
    const ticket = await ada.call(getTicket, { params: { number } })
    expect(row).toMatchObject({ teamId: id, assigneeId: null })
    expect(given.unassigned).not.toContain(number)
    expect(given.team).toEqual([number])
    expect(ticket).toMatchObject({ teamId: id, assigneeId: ben.agentId })
    expect([await listed(teamQueue(id)), await listed('mine', ben)]).toEqual([[number], [number]])
    expect(await countOf(teamQueue(id))).toBe(1)
    expect(ticket.events.at(-2)).toMatchObject({
      kind: 'team_assigned',
      agentId: ada.agentId,
      data: { from: null, to: id },
      stopsReply: false,
    })
    expect((await ben.call(listTeams)).data).toContainEqual({
      id,
      name,
      memberIds: [ben.agentId],
      mailboxIds: [support, billing],
      isRemoved: false,
    })
  })

  test('is seen by those alone who may use its mailbox, members or not', async () => {
    const { id } = await team({ memberIds: [ben.agentId] })
    const [seen, hidden] = [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: billing }),
    ]

    await give(seen.number, id)
    await give(hidden.number, id)

    expect(await listed(teamQueue(id), ben)).toEqual([seen.number])
    expect([await countOf(teamQueue(id), ben), await countOf(teamQueue(id))]).toEqual([1, 2])
  })

  test('is refused where the team does not work, or is none', async () => {
    const { id } = await team({ mailboxIds: [billing] })
    const { number } = await desk.ticket({ mailboxId: support })

    const refusals = [await refusalOf(give(number, id)), await refusalOf(give(number, 999_999))]

    expect(refusals).toMatchObject([
      { status: 422, problem: { code: 'team-not-in-mailbox' } },
      { status: 422, problem: { code: 'unknown-team' } },
    ])
    expect(await countOf(teamQueue(id), ben)).toBeUndefined()
    expect(await listed(teamQueue(999_999))).toEqual([])
  })

  test('loses the team by a move to a mailbox where it does not work, and keeps it elsewhere', async () => {
    const [here, everywhere] = [await team({ mailboxIds: [support] }), await team()]
    const [first, second] = [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: support }),
    ]
    await give(first.number, here.id)
    await give(second.number, everywhere.id)

    for (const { number } of [first, second]) {
      await ada.call(updateTicket, { params: { number }, body: { mailboxId: billing } })
    }

    const read = async (number: number) => await ada.call(getTicket, { params: { number } })
    expect(await read(first.number)).toMatchObject({ teamId: null })
    expect((await read(first.number)).events.at(-1)).toMatchObject({
      kind: 'team_assigned',
      data: { from: here.id, to: null },
    })
    expect(await read(second.number)).toMatchObject({ teamId: everywhere.id })
  })
})

describe('the team of a ticket', () => {
  test('given to many at once comes back by one undo, with the agent who had it', async () => {
    const { id } = await team()
    const [first, second] = [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: support }),
    ]
    await ada.call(updateTicket, { params: { number: first.number }, body: { assigneeId: ben.agentId } })
    const numbers = [first.number, second.number]
    const body = { numbers, change: { teamId: id, assigneeId: null } }

    const { actionId } = await ada.call(actOnTickets, { body })
    const given = await listed(teamQueue(id))
    await ada.call(undoAction, { params: { id: actionId ?? 0 } })

    const ticket = await ada.call(getTicket, { params: { number: first.number } })
    expect(given.toSorted()).toEqual(numbers)
    expect(await listed(teamQueue(id))).toEqual([])
    expect(ticket).toMatchObject({ teamId: null, assigneeId: ben.agentId })
  })

  test('goes over to the ticket it is merged into, until that is undone', async () => {
    const { id } = await team()
    const [survivor, merged] = [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: support }),
    ]
    await give(merged.number, id)

    const params = { number: merged.number }
    const query = { intoNumber: survivor.number }
    const preview = await ada.call(previewMerge, { params, query })
    const { mergeId } = await ada.call(mergeTicket, { params, body: { intoNumber: survivor.number } })
    const after = await listed(teamQueue(id))
    await ada.call(undoMerge, { params: { id: mergeId } })

    expect(preview.teamAfterId).toBe(id)
    expect(after).toEqual([survivor.number])
    expect(await listed(teamQueue(id))).toEqual([merged.number])
  })
})

describe('a team', () => {
  test('has a name of its own, whatever its letters, and is changed by admins alone', async () => {
    const { id } = await team({ name: 'Плащания' })

    const refusals = [
      await refusalOf(team({ name: ' плащания ' })),
      await refusalOf(team({ name: '  ' })),
      await refusalOf(team({ memberIds: [999_999] })),
      await refusalOf(team({ mailboxIds: [999_999] })),
      await refusalOf(ben.call(updateTeam, { params: { id }, body: { name: 'Mine' } })),
      await refusalOf(ben.call(removeTeam, { params: { id } })),
    ]
    const changed = await ada.call(updateTeam, { params: { id }, body: { memberIds: [ben.agentId] } })

    expect(refusals).toMatchObject([
      { status: 409, problem: { code: 'team-name-taken' } },
      { status: 400 },
      { status: 422, problem: { code: 'unknown-agent' } },
      { status: 422, problem: { code: 'unknown-mailbox' } },
      { status: 403 },
      { status: 403 },
    ])
    expect(changed).toMatchObject({
      name: 'Плащания',
      memberIds: [ben.agentId],
      mailboxIds: [support, billing],
    })
  })

  test('is called by a note: of its members those who may see the ticket, and it has today’s name there', async () => {
    const [mia, gone] = [
      await desk.agent('mia', { mailboxIds: [support, billing] }),
      await desk.agent('gone', { mailboxIds: [support, billing] }),
    ]
    await sql`update agent set state = 'deactivated' where id = ${gone.agentId}`.execute(desk.database.db)
    const { id } = await team({ memberIds: [ben.agentId, mia.agentId, gone.agentId, ada.agentId] })
    const { number } = await desk.ticket({ mailboxId: billing })
    const html = `<p>Who knows? <span data-mention="team-${id}">@them</span></p>`

    const note = await ada.call(writeNote, { params: { number }, body: { html } })

    const renamed = `Money ${id}`
    await ada.call(updateTeam, { params: { id }, body: { name: renamed } })
    const ticket = await ada.call(getTicket, { params: { number } })
    expect(note.text).toMatch(/^Who knows\? @Team \d+$/)
    expect(ticket.notes[0]?.mentions).toContainEqual({
      agentId: null,
      teamId: id,
      name: renamed,
      isSeen: null,
    })
    expect(ticket.events.at(-1)).toMatchObject({ kind: 'mentioned', data: { agentIds: [], teamIds: [id] } })
    expect(await listed('mentions', mia)).toContain(number)
    expect(await listed('mentions', ben)).not.toContain(number)
    expect(await countOf('mentions')).toBe(0)
  })
})

describe('a team that leaves a mailbox', () => {
  test('leaves its tickets there to those who look at Unassigned, and keeps the others', async () => {
    const { id } = await team()
    const tickets = [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: support, state: 'waiting' }),
      await desk.ticket({ mailboxId: support, state: 'closed' }),
      await desk.ticket({ mailboxId: billing }),
    ]
    for (const { number } of tickets) await give(number, id)
    const [open = 0, waiting = 0, closed = 0, elsewhere = 0] = tickets.map(({ number }) => number)

    await ada.call(updateTeam, { params: { id }, body: { mailboxIds: [billing] } })

    const { events } = await ada.call(getTicket, { params: { number: waiting } })
    expect(await listed('unassigned', ben)).toContain(open)
    expect(events.at(-1)).toMatchObject({
      kind: 'team_assigned',
      agentId: ada.agentId,
      data: { from: id, to: null },
    })
    expect([await teamOf(open), await teamOf(waiting)]).toEqual([null, null])
    await runRelease(id)
    expect(await teamOf(closed)).toBeNull()
    expect(await listed(teamQueue(id))).toEqual([elsewhere])
  })

  test('gets no ticket there while that is being written', async () => {
    const { id } = await team()
    const { number } = await desk.ticket({ mailboxId: support })
    const { db } = desk.database

    const giving = await inTransaction(db, async tx => {
      await changeTeam(tx, id, { mailboxIds: [billing] })
      const refusal = refusalOf(give(number, id))
      await waitUntilHeldUp(db)
      return { refusal }
    })

    expect(await giving.refusal).toMatchObject({ problem: { code: 'team-not-in-mailbox' } })
  })
})

describe('a team that is removed', () => {
  test('loses no ticket: each keeps its agent, the others are unassigned, and its name is told and free', async () => {
    const { id, name } = await team()
    const tickets = [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: support, state: 'waiting' }),
      await desk.ticket({ mailboxId: support, state: 'closed' }),
    ]
    for (const { number } of tickets) await give(number, id)
    const [nobodys, bens, closed] = tickets.map(({ number }) => number)
    await ada.call(updateTicket, { params: { number: bens ?? 0 }, body: { assigneeId: ben.agentId } })

    const removed = await ada.call(removeTeam, { params: { id } })

    await runRelease(id)
    await ada.call(updateTicket, { params: { number: closed ?? 0 }, body: { state: 'open' } })
    const unassigned = await listed('unassigned')
    const { events } = await ada.call(getTicket, { params: { number: nobodys ?? 0 } })
    expect(removed).toEqual({ releasedTickets: 2 })
    expect(unassigned).toEqual(expect.arrayContaining([nobodys, closed]))
    expect(unassigned).not.toContain(bens)
    expect(await listed('mine', ben)).toContain(bens)
    expect(events.at(-1)).toMatchObject({ kind: 'team_assigned', data: { from: id, to: null } })
    expect(await countOf(teamQueue(id))).toBeUndefined()
    expect((await ada.call(listTeams)).data).toContainEqual(
      expect.objectContaining({ id, name, isRemoved: true }),
    )
    expect(await refusalOf(give(nobodys ?? 0, id))).toMatchObject({ problem: { code: 'unknown-team' } })
    expect((await team({ name })).id).not.toBe(id)
  })

  test('is on no ticket that a merge or a split makes of one it still has', async () => {
    const { id } = await team()
    const survivor = await desk.ticket({ mailboxId: support })
    const [merged, parted] = [
      await desk.ticket({ mailboxId: support, state: 'closed' }),
      await desk.ticket({ mailboxId: support, state: 'closed' }),
    ]
    const messageId = await desk.message(parted.ticketId)
    for (const { number } of [merged, parted]) await give(number, id)
    await ada.call(removeTeam, { params: { id } })

    const body = { intoNumber: survivor.number }
    await ada.call(mergeTicket, { params: { number: merged.number }, body })
    const { number } = await ada.call(moveMessage, { params: { id: messageId }, body: { toNumber: null } })

    expect([await teamOf(survivor.number), await teamOf(number)]).toEqual([null, null])
    expect(await listed('unassigned')).toEqual(expect.arrayContaining([survivor.number, number]))
  })

  test('releases more tickets than one batch, and by a job those that a crash left', async () => {
    const { id } = await team()
    const { db } = desk.database
    const row = { mailboxId: billing, customerId: null, subject: 'Many', lastMessageAt: new Date() }
    const many = Array.from({ length: 101 }, () => ({ ...row, state: 'waiting' as const }))
    const opened = await inTransaction(db, tx => openTickets(tx, many))
    const giveAll = () =>
      sql`update ticket set team_id = ${id} where id = any(${opened.map(one => one.id)}::bigint[])`.execute(
        db,
      )
    await giveAll()

    const removed = await ada.call(removeTeam, { params: { id } })

    const { rows } = await sql`select 1 from ticket where team_id = ${id}`.execute(db)
    await giveAll() // as if the process had ended before its first batch
    expect(removed).toEqual({ releasedTickets: 101 })
    expect(rows).toEqual([])
    expect([await runRelease(id), await runRelease(id)]).toEqual([101, 0])
  })
})
