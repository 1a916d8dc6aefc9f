import { describe, expect, test } from 'vitest'
import { actOnTickets, undoAction } from '../../src/shared/actions.ts'
import { mergeTicket, moveMessage, undoMove } from '../../src/shared/placing.ts'
import type { TicketChange } from '../../src/shared/ticket-change.ts'
import { prepareChainDesk } from '../support/chain-desk.ts'

const { ada, read, change, receive } = prepareChainDesk()

describe('an action that is taken back', () => {
  test.each<[string, TicketChange, TicketChange]>([
    ['closes', { state: 'closed' }, { state: 'open' }],
    ['takes for spam', { state: 'spam' }, { state: 'open' }],
    ['throws away', { isDeleted: true }, { isDeleted: false }],
    ['puts away', { snooze: { until: null } }, { snooze: null }],
  ])('%s no ticket to which its customer wrote meanwhile', async (_what, before, wish) => {
    const [written, other] = [await receive('written'), await receive('other')]
    const numbers = [written.number, other.number]
    for (const number of numbers) await change(number, before)
    const { actionId } = await ada().call(actOnTickets, { body: { numbers, change: wish } })
    await receive('answer', 'written')

    const { results } = await ada().call(undoAction, { params: { id: actionId ?? 0 } })

    expect(results).toEqual([
      { number: written.number, code: 'changed-since' },
      { number: other.number, code: null },
    ])
    expect(await read(written.number)).toMatchObject({ state: 'open', deletedAt: null, snooze: null })
    expect(await read(other.number)).toMatchObject('state' in before ? before : { state: 'open' })
  })

  test('closes no ticket into which another was merged meanwhile', async () => {
    const [first, other] = [await receive('first'), await receive('other')]
    await change(first.number, { state: 'closed' })
    const { actionId } = await ada().call(actOnTickets, {
      body: { numbers: [first.number], change: { state: 'open' } },
    })
    await ada().call(mergeTicket, { params: { number: other.number }, body: { intoNumber: first.number } })

    const { results } = await ada().call(undoAction, { params: { id: actionId ?? 0 } })

    expect(results).toEqual([{ number: first.number, code: 'changed-since' }])
    expect((await read(first.number)).state).toBe('open')
  })

  test('gives a ticket back to whom it had, whoever wrote meanwhile', async () => {
    const { number } = await receive('first')
    const { actionId } = await ada().call(actOnTickets, {
      body: { numbers: [number], change: { assigneeId: ada().agentId } },
    })
    await receive('second', 'first')

    const { results } = await ada().call(undoAction, { params: { id: actionId ?? 0 } })

    expect(results).toEqual([{ number, code: null }])
    expect((await read(number)).assigneeId).toBeNull()
  })
})

describe('a message that is moved back', () => {
  test('closes no ticket into which another was merged meanwhile', async () => {
    await receive('first')
    const stray = await receive('stray', 'first')
    const [other, target] = [await receive('other'), await receive('target')]
    await change(target.number, { state: 'closed' })
    const moved = await ada().call(moveMessage, {
      params: { id: stray.messageId },
      body: { toNumber: target.number },
    })
    await ada().call(mergeTicket, { params: { number: other.number }, body: { intoNumber: target.number } })

    await ada().call(undoMove, { params: { id: moved.moveId } })

    expect(await read(target.number)).toMatchObject({ state: 'open', messageCount: 2 })
  })

  test('opens the ticket it came from where its customer answered it meanwhile', async () => {
    const first = await receive('first')
    const stray = await receive('stray', 'first')
    const target = await receive('target')
    await change(first.number, { state: 'closed' })
    const moved = await ada().call(moveMessage, {
      params: { id: stray.messageId },
      body: { toNumber: target.number },
    })
    await receive('answer', 'stray')

    await ada().call(undoMove, { params: { id: moved.moveId } })

    expect(await read(first.number)).toMatchObject({ state: 'open', messageCount: 3 })
  })

  test.each<[string, TicketChange]>([
    ['was closed', { state: 'closed' }],
    ['was thrown away', { isDeleted: true }],
    ['was put away', { snooze: { until: null } }],
  ])('is seen where its ticket %s without it', async (_what, hiding) => {
    const first = await receive('first')
    const stray = await receive('stray', 'first')
    const target = await receive('target')
    const moved = await ada().call(moveMessage, {
      params: { id: stray.messageId },
      body: { toNumber: target.number },
    })
    await change(first.number, hiding)

    await ada().call(undoMove, { params: { id: moved.moveId } })

    expect(await read(first.number)).toMatchObject({ state: 'open', deletedAt: null, snooze: null })
  })

  test('as a split that is taken back is seen where its ticket was thrown away without it', async () => {
    const first = await receive('first')
    const stray = await receive('stray', 'first')
    const split = await ada().call(moveMessage, { params: { id: stray.messageId }, body: { toNumber: null } })
    await change(first.number, { isDeleted: true })

    await ada().call(undoMove, { params: { id: split.moveId } })

    expect(await read(first.number)).toMatchObject({ state: 'open', deletedAt: null, messageCount: 2 })
  })
})
