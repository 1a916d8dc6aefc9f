import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actOnTickets, undoAction } from '../../src/shared/actions.ts'
import type { TicketChange } from '../../src/shared/ticket-change.ts'
import { getTicket, updateTicket } from '../../src/shared/tickets.ts'
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

const act = (numbers: number[], change: TicketChange, agent = ben) =>
  agent.call(actOnTickets, { body: { numbers, change } })
const undo = (id: number | null, agent = ben) => agent.call(undoAction, { params: { id: id ?? 0 } })
const read = (number: number) => ada.call(getTicket, { params: { number } })
const change = (number: number, body: TicketChange) => ada.call(updateTicket, { params: { number }, body })

async function tickets(count: number, mailboxId = support): Promise<number[]> {
  const numbers: number[] = []
  for (let n = 0; n < count; n++) numbers.push((await desk.ticket({ mailboxId })).number)
  return numbers
}

/** Everything an action may change, with what lists are sorted by. */
async function fieldsOf(numbers: readonly number[]) {
  const { rows } = await sql`
    select number, mailbox_id, state, assignee_id, priority, snoozed_until::text, deleted_at::text, closed_at::text,
      waiting_since::text, last_message_at::text,
      array(select name from ticket_tag join tag on tag.id = tag_id where ticket_id = ticket.id order by name) as tags,
      array(select agent_id from ticket_follower f where f.ticket_id = ticket.id) as followers
    from ticket where number = any(${[...numbers]}::bigint[]) order by number`.execute(desk.database.db)
  return rows
}

async function refusalOf(call: Promise<unknown>) {
  return await call.then(
    () => ({ status: 200 }),
    (refusal: { status: number; problem: unknown }) => refusal,
  )
}

describe('one action on many tickets', () => {
  test('is done or refused for each by itself, and every ticket is told of', async () => {
    const [fine = 0, elsewhere = 0] = [(await tickets(1))[0], (await tickets(1, billing))[0]]

    const { results } = await act([fine, elsewhere, 987_654], { assigneeId: ben.agentId })

    expect(results).toEqual([
      { number: fine, code: null },
      { number: elsewhere, code: 'not-found' },
      { number: 987_654, code: 'not-found' },
    ])
    expect((await read(fine)).assigneeId).toBe(ben.agentId)
    expect((await read(elsewhere)).assigneeId).toBeNull()
  })

  test('leaves a ticket whole where a part of it is refused', async () => {
    const [number = 0] = await tickets(1)

    const { actionId, results } = await act([number], {
      assigneeId: ada.agentId,
      snooze: { until: '2020-01-01T00:00:00Z' },
    })

    expect(results).toEqual([{ number, code: 'bad-snooze-time' }])
    expect(actionId).toBeNull()
    expect((await read(number)).assigneeId).toBeNull()
  })

  test('that waited leaves alone what was changed since it was wanted', async () => {
    const numbers = await tickets(3)
    const [changed = 0, same = 0, survivor = 0] = numbers
    const versions = await Promise.all(numbers.map(async number => (await read(number)).version))
    await change(changed, { addTags: ['urgent'] })

    const closed = await ben.call(actOnTickets, { body: { numbers, change: { state: 'closed' }, versions } })
    const merged = await ben.call(actOnTickets, {
      body: { numbers: [same], mergeInto: survivor, versions: versions.slice(1, 2) },
    })

    expect(closed.results.map(result => result.code)).toEqual(['changed-since', null, null])
    expect((await read(changed)).state).toBe('open')
    expect((await read(same)).state).toBe('closed')
    expect(merged.results).toEqual([{ number: same, code: 'changed-since' }])
  })

  const until = new Date(Date.now() + 86_400_000).toISOString()
  const changes: [string, TicketChange][] = [
    ['assign', { assigneeId: 1 }],
    ['close', { state: 'closed' }],
    ['spam', { state: 'spam' }],
    ['tags', { addTags: ['vip', 'kept'], removeTags: ['old'] }],
    ['priority', { priority: 'high' }],
    ['snooze', { snooze: { until } }],
    ['delete', { isDeleted: true }],
    ['follow', { isFollowed: true }],
  ]

  test.each(changes)('%s is taken back exactly, whatever each ticket was before', async (_, wish) => {
    const numbers = await tickets(3)
    const [first = 0, second = 0, third = 0] = numbers
    await change(first, { state: 'closed', addTags: ['old', 'kept'], priority: 'low' })
    await change(second, { assigneeId: ada.agentId, snooze: { until: null } })
    await change(third, { isDeleted: true })
    const before = await fieldsOf(numbers)
    const whole = wish.assigneeId === undefined ? wish : { assigneeId: ben.agentId }

    const { actionId } = await act(numbers, whole)

    const between = await fieldsOf(numbers)
    const { results } = await undo(actionId)
    expect(between).not.toEqual(before)
    expect(results.filter(result => result.code !== null)).toEqual([])
    expect(await fieldsOf(numbers)).toEqual(before)
  })

  test('a move to another mailbox is taken back with the assignee it cost', async () => {
    const [number = 0] = await tickets(1)
    await change(number, { assigneeId: ben.agentId })
    const before = await fieldsOf([number])

    const { actionId } = await act([number], { mailboxId: billing }, ada)

    const moved = await read(number)
    await undo(actionId, ada)
    expect(moved).toMatchObject({ mailboxId: billing, assigneeId: null })
    expect(await fieldsOf([number])).toEqual(before)
  })
})

describe('an action under an Idempotency-Key', () => {
  test('asked for again under its key is the same action: what was done is, and the rest is tried', async () => {
    const numbers = await tickets(3)
    const [first = 0, second = 0, third = 0] = numbers
    const versions = await Promise.all(numbers.map(async number => (await read(number)).version))
    const body = { numbers, change: { state: 'closed' as const } }
    const headers = { 'idempotency-key': 'close-three' }
    await change(third, { addTags: ['urgent'] })
    const once = await ben.call(actOnTickets, { headers, body: { ...body, versions } })
    await change(first, { state: 'open' })

    const again = await ben.call(actOnTickets, { headers, body: { ...body, versions } })
    const without = await ben.call(actOnTickets, { headers, body })
    const other = await refusalOf(
      ben.call(actOnTickets, { headers, body: { numbers: [second], change: { state: 'closed' } } }),
    )
    const taken = await undo(once.actionId)

    expect(once.results.map(result => result.code)).toEqual([null, null, 'changed-since'])
    expect(again).toEqual(once)
    expect(without).toEqual({ ...once, results: numbers.map(number => ({ number, code: null })) })
    expect((await read(first)).state).toBe('open')
    expect(other).toMatchObject({ status: 422, problem: { code: 'idempotency-key-reused' } })
    expect(taken.results.map(result => result.number).toSorted()).toEqual(numbers.toSorted())
    expect((await read(third)).state).toBe('open')
  })

  test('asked for ten times at once under one key happens once', async () => {
    const numbers = await tickets(30)
    const versions = await Promise.all(numbers.map(async number => (await read(number)).version))
    const into = (await tickets(1))[0] ?? 0
    const body = { numbers, versions, mergeInto: into }
    const headers = { 'idempotency-key': 'merge-thirty' }

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ben.call(actOnTickets, { headers, body })),
    )

    const { actionId } = answers[0] ?? {}
    expect(answers).toEqual(
      answers.map(() => ({ actionId, results: numbers.map(number => ({ number, code: null })) })),
    )
    await undo(actionId ?? 0)
    expect((await fieldsOf(numbers)).length).toBe(30)
    const merged = await Promise.all(numbers.map(async number => (await read(number)).number))
    expect(merged).toEqual(numbers)
  })
})

describe('taking back', () => {
  test('is not taken back where somebody changed the same since, and that is said', async () => {
    const [kept = 0, other = 0] = await tickets(2)
    const { actionId } = await act([kept, other], { state: 'closed' })
    await change(kept, { state: 'waiting' })
    await change(other, { priority: 'urgent' })

    const { results } = await undo(actionId)

    expect(results).toEqual([
      { number: kept, code: 'changed-since' },
      { number: other, code: null },
    ])
    expect(await read(kept)).toMatchObject({ state: 'waiting' })
    expect(await read(other)).toMatchObject({ state: 'open', priority: 'urgent' })
  })

  test('is taken back once, and by who did it alone', async () => {
    const numbers = await tickets(1)
    const { actionId } = await act(numbers, { state: 'closed' })

    const refusals = [
      await refusalOf(undo(actionId, ada)),
      await refusalOf(undo(actionId)),
      await refusalOf(undo(actionId)),
    ]

    expect(refusals).toMatchObject([
      { status: 404 },
      { status: 200 },
      { status: 409, problem: { code: 'already-undone' } },
    ])
  })

  test('merges all into one, and parts them again', async () => {
    const [into = 0, first = 0, second = 0] = await tickets(3)
    const [elsewhere = 0] = await tickets(1, billing)
    const numbers = [into, first, second, elsewhere]

    const { actionId, results } = await ada.call(actOnTickets, { body: { numbers, mergeInto: into } })

    const merged = await read(into)
    const undone = await undo(actionId, ada)
    expect(results.map(result => result.code)).toEqual([null, null, null, 'other-mailbox'])
    expect(merged.messageCount).toBe(3)
    expect(undone.results.map(result => result.code)).toEqual([null, null])
    expect(await Promise.all([into, first, second].map(async n => (await read(n)).messageCount))).toEqual([
      1, 1, 1,
    ])
    expect((await read(first)).number).toBe(first)
  })

  test('needs something to do', async () => {
    const numbers = await tickets(1)

    const refusal = await refusalOf(ben.call(actOnTickets, { body: { numbers } }))

    expect(refusal).toMatchObject({ status: 422, problem: { code: 'no-action' } })
  })

  test('goes for as many as were changed', async () => {
    const { rows } = await sql<{ number: number }>`
      insert into ticket (mailbox_id, subject, state, last_message_at)
      select ${support}::bigint, 'many', 'open', clock_timestamp() from generate_series(1, 60)
      returning number`.execute(desk.database.db)
    const numbers = rows.map(row => row.number)
    const { actionId, results } = await act(numbers, { state: 'closed' })

    const undone = await undo(actionId)

    expect(results).toEqual(numbers.map(number => ({ number, code: null })))
    expect(undone.results).toHaveLength(60)
    expect((await fieldsOf(numbers)).every(row => (row as { state: string }).state === 'open')).toBe(true)
  })
})
