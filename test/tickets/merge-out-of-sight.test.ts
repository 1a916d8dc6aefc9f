import { expect, test } from 'vitest'
import { saveDraft } from '../../src/shared/drafts.ts'
import { mergeTicket, undoMerge } from '../../src/shared/placing.ts'
import { listTickets, sendReply, writeNote } from '../../src/shared/tickets.ts'
import type { Queue } from '../../src/shared/vocabulary.ts'
import { prepareChainDesk } from '../support/chain-desk.ts'
import { draftContent } from '../support/draft-content.ts'

const { ada, desk, read, change, receive } = prepareChainDesk()
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
const merge = (number: number, intoNumber: number) =>
  ada().call(mergeTicket, { params: { number }, body: { intoNumber } })

async function listed(queue: Queue): Promise<number[]> {
  return (await ada().call(listTickets, { query: { queue, limit: 100 } })).data.map(row => row.number)
}

test('a merge throws nothing away: its survivor leaves the Trash, and is there again when the merge is taken back', async () => {
  const thrown = await receive('thrown')
  const living = await receive('living')
  await change(thrown.number, { isDeleted: true })
  await desk().database.pool.query(
    "update ticket set deleted_at = deleted_at - interval '29 days' where number = $1",
    [thrown.number],
  )

  const { mergeId } = await merge(living.number, thrown.number)

  const survivor = await read(thrown.number)
  expect(survivor).toMatchObject({ deletedAt: null, state: 'open', messageCount: 2 })
  expect(await listed('unassigned')).toContain(thrown.number)
  await ada().call(undoMerge, { params: { id: mergeId } })
  const back = await read(thrown.number)
  expect(back).toMatchObject({ deletedAt: expect.any(String), messageCount: 1 })
  expect(Date.now() - Date.parse(back.deletedAt ?? '')).toBeLessThan(60_000) // with all the days to think again
  expect(await read(living.number)).toMatchObject({ deletedAt: null, state: 'open' })
})

test('a merge of what lies in the Trash leaves it all there', async () => {
  const thrown = await receive('thrown')
  const other = await receive('other')
  for (const { number } of [thrown, other]) await change(number, { isDeleted: true })

  await merge(other.number, thrown.number)

  expect((await read(thrown.number)).deletedAt).not.toBeNull()
})

test('a merge lets no open ticket sleep with the one it goes into, and taken back that sleeps on', async () => {
  const asleep = await receive('asleep')
  const awake = await receive('awake')
  await change(asleep.number, { snooze: { until: null } })

  const { mergeId } = await merge(awake.number, asleep.number)

  expect((await read(asleep.number)).snooze).toBeNull()
  expect(await listed('unassigned')).toContain(asleep.number)
  await ada().call(undoMerge, { params: { id: mergeId } })
  expect((await read(asleep.number)).snooze).toEqual({ until: null })
})

test('of two tickets that sleep the one they become wakes when the first of them would have', async () => {
  const long = await receive('long')
  const short = await receive('short')
  const soon = inDays(1)
  await change(long.number, { snooze: { until: null } })
  await change(short.number, { snooze: { until: soon } })

  await merge(short.number, long.number)

  expect((await read(long.number)).snooze).toEqual({ until: soon })
})

test.each<[string, (number: number, third: number) => Promise<unknown>]>([
  ['a note', number => ada().call(writeNote, { params: { number }, body: { text: 'Look at this.' } })],
  [
    'a reply',
    number => ada().call(sendReply, { params: { number }, body: { text: 'Here.', stateAfter: 'open' } }),
  ],
  ['another ticket', (number, third) => merge(third, number)],
])('a merge taken back hides no ticket into which %s came meanwhile', async (_what, add) => {
  const thrown = await receive('thrown')
  const third = await receive('third')
  const living = await receive('living')
  await change(thrown.number, { isDeleted: true })
  const { mergeId } = await merge(living.number, thrown.number)
  await add(thrown.number, third.number)

  await ada().call(undoMerge, { params: { id: mergeId } })

  expect((await read(thrown.number)).deletedAt).toBeNull()
})

test('a merge taken back closes no ticket into which another was merged meanwhile', async () => {
  const other = await receive('other')
  const closed = await receive('closed')
  const living = await receive('living')
  await change(closed.number, { state: 'closed' })
  const { mergeId } = await merge(living.number, closed.number)
  await merge(other.number, closed.number)

  await ada().call(undoMerge, { params: { id: mergeId } })

  expect(await read(closed.number)).toMatchObject({ state: 'open', messageCount: 2 })
})

test('a merge taken back leaves a draft where it is found', async () => {
  const thrown = await receive('thrown')
  const living = await receive('living')
  await change(thrown.number, { isDeleted: true })
  await ada().call(saveDraft, {
    params: { number: living.number },
    body: { content: draftContent('Half a sentence'), revision: 0 },
  })
  const { mergeId } = await merge(living.number, thrown.number)

  await ada().call(undoMerge, { params: { id: mergeId } })

  expect(await listed('drafts')).toContain(thrown.number)
})

test('merges of one ticket after the other, all taken back, leave it in the Trash as it was', async () => {
  const thrown = await receive('thrown')
  const [one, two] = [await receive('one'), await receive('two')]
  await change(thrown.number, { isDeleted: true })
  const first = await merge(one.number, thrown.number)
  const second = await merge(two.number, thrown.number)

  for (const { mergeId } of [second, first]) await ada().call(undoMerge, { params: { id: mergeId } })

  expect((await read(thrown.number)).deletedAt).not.toBeNull()
})

test('a merge taken back hides nothing that its customer wrote meanwhile', async () => {
  const thrown = await receive('thrown')
  const living = await receive('living')
  await change(thrown.number, { isDeleted: true })
  const { mergeId } = await merge(living.number, thrown.number)
  await receive('answer', 'thrown')

  await ada().call(undoMerge, { params: { id: mergeId } })

  expect(await read(thrown.number)).toMatchObject({ deletedAt: null, state: 'open', messageCount: 2 })
})
