import { expect, test } from 'vitest'
import { findDraft } from '../../src/shared/drafts.ts'
import { cancelOutbox } from '../../src/shared/outbox.ts'
import { mergeTicket } from '../../src/shared/placing.ts'
import { unscheduleReply } from '../../src/shared/schedules.ts'
import type { TicketChange } from '../../src/shared/ticket-change.ts'
import { listTickets, sendReply, undoReply } from '../../src/shared/tickets.ts'
import type { Queue } from '../../src/shared/vocabulary.ts'
import { prepareChainDesk } from '../support/chain-desk.ts'

const { ada, read, change, receive } = prepareChainDesk()
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
const reply = async (number: number, body: { stateAfter?: 'open' | 'closed'; sendAt?: string } = {}) =>
  (await ada().call(sendReply, { params: { number }, body: { text: 'Here you are.', ...body } })).id

async function listed(queue: Queue): Promise<number[]> {
  return (await ada().call(listTickets, { query: { queue, limit: 100 } })).data.map(row => row.number)
}

test('a reply taken back closes no ticket to which its customer wrote meanwhile', async () => {
  const { number } = await receive('first')
  await change(number, { state: 'closed' })
  const id = await reply(number, { stateAfter: 'open' })
  await receive('second', 'first')

  await ada().call(undoReply, { params: { id } })

  expect(await read(number)).toMatchObject({ state: 'open', messageCount: 3 })
})

test('a reply taken back throws no ticket away to which its customer wrote meanwhile', async () => {
  const { number } = await receive('first')
  await change(number, { isDeleted: true })
  const id = await reply(number, { stateAfter: 'open' })
  await receive('second', 'first')

  await ada().call(undoReply, { params: { id } })

  expect(await read(number)).toMatchObject({ state: 'open', deletedAt: null })
})

test('a reply taken back throws no ticket away that its own was merged into', async () => {
  const thrown = await receive('thrown')
  const living = await receive('living')
  await change(thrown.number, { isDeleted: true })
  const id = await reply(thrown.number, { stateAfter: 'open' })
  await ada().call(mergeTicket, { params: { number: thrown.number }, body: { intoNumber: living.number } })

  await ada().call(undoReply, { params: { id } })

  expect(await read(living.number)).toMatchObject({ state: 'open', deletedAt: null })
})

test.each<[string, TicketChange]>([
  ['closes', { state: 'closed' }],
  ['throws away', { isDeleted: true }],
])('a reply taken back %s nothing that was merged into its ticket meanwhile', async (_what, before) => {
  const { number } = await receive('first')
  const other = await receive('other')
  await change(number, before)
  const id = await reply(number, { stateAfter: 'open' })
  await ada().call(mergeTicket, { params: { number: other.number }, body: { intoNumber: number } })

  await ada().call(undoReply, { params: { id } })

  expect(await read(number)).toMatchObject({ state: 'open', deletedAt: null })
})

test.each([
  ['off its schedule', (id: number) => ada().call(unscheduleReply, { params: { id } })],
  ['in the outbox', (id: number) => ada().call(cancelOutbox, { params: { id } })],
])(
  'a reply taken back %s leaves its words where they are found, not in the Trash',
  async (_where, takeBack) => {
    const { number } = await receive('first')
    await change(number, { isDeleted: true })
    const id = await reply(number, { sendAt: inDays(1) })

    await takeBack(id)

    expect((await ada().call(findDraft, { params: { number } })).draft?.text).toBe('Here you are.')
    expect(await listed('drafts')).toContain(number)
  },
)
