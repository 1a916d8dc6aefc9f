import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findDraft, saveDraft } from '../../src/shared/drafts.ts'
import {
  mergeTicket,
  moveMessage,
  previewSplit,
  splitTicket,
  undoMerge,
  undoMove,
} from '../../src/shared/placing.ts'
import { getTicket, type Ticket, updateTicket, writeNote } from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { draftContent } from '../support/draft-content.ts'

let desk: Desk
let support: number
let ada: DeskAgent
let mails = 0

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  ada = await desk.agent('ada', { mailboxIds: [support] })
})

afterAll(() => desk.stop())

beforeEach(() => {
  mails += 1
})

/** A Message-ID of this test alone. */
const idOf = (name: string) => `${name}.${mails}@customer.test`

const read = (number: number): Promise<Ticket> => ada.call(getTicket, { params: { number } })

test('a split of a closed ticket taken back leaves it closed, and no second way back in its history', async () => {
  const first = await desk.receive(support, { messageId: idOf('a') })
  const stray = await desk.receive(support, { messageId: idOf('b'), inReplyTo: idOf('a'), subject: 'b' })
  await ada.call(updateTicket, { params: { number: first.number }, body: { state: 'closed' } })
  const moved = await ada.call(moveMessage, { params: { id: stray.messageId }, body: { toNumber: null } })

  await ada.call(undoMove, { params: { id: moved.moveId } })

  const ticket = await read(first.number)
  expect(ticket).toMatchObject({ state: 'closed', messageCount: 2 })
  expect(ticket.events.at(-1)).toMatchObject({
    kind: 'move_undone',
    messageId: stray.messageId,
    data: { number: moved.number, moveId: moved.moveId },
  })
})

test('several messages become a ticket that answers follow, as the preview says, and all of it is taken back', async () => {
  const first = await desk.receive(support, { messageId: idOf('a'), subject: 'My parcel' })
  const bill = await desk.receive(support, {
    messageId: idOf('b'),
    inReplyTo: idOf('a'),
    subject: 'An invoice',
  })
  const more = await desk.receive(support, {
    messageId: idOf('c'),
    inReplyTo: idOf('b'),
    subject: 'and more',
  })
  const params = { number: first.number }
  await ada.call(writeNote, { params, body: { text: 'Look at the invoice.' } })
  const content = draftContent('half a sentence')
  await ada.call(saveDraft, { params, body: { content, revision: 0 } })
  await ada.call(updateTicket, { params, body: { assigneeId: ada.agentId } })
  const before = (await read(first.number)).messages
  const other = await desk.receive(support, { messageId: idOf('z') })
  const split = (number: number, messageIds: number[]) =>
    ada.call(splitTicket, { params: { number }, body: { messageIds } })

  const ofOne = await ada.call(previewSplit, { params, query: { messageIds: [bill.messageId] } })
  const ofTwo = await ada.call(previewSplit, {
    params,
    query: { messageIds: [more.messageId, bill.messageId] },
  })
  const every = before.map(message => message.id)

  await expect(split(first.number, [bill.messageId, other.messageId])).rejects.toMatchObject({
    problem: { code: 'not-found' },
  })
  await expect(split(first.number, every)).rejects.toMatchObject({ problem: { code: 'only-message' } })
  expect(ofOne).toMatchObject({ subject: 'An invoice', stayingCount: 2, answeringIds: [more.messageId] })
  expect(ofTwo).toMatchObject({ stayingCount: 1, noteCount: 1, answeringIds: [], fileCount: 0 })
  expect(ofTwo.customer?.address).toBe('ann@customer.test')

  const moved = await split(first.number, [more.messageId, bill.messageId])
  const answer = await desk.receive(support, { inReplyTo: idOf('c'), references: [idOf('a'), idOf('c')] })

  const [source, made] = [await read(first.number), await read(moved.number)]
  expect(source).toMatchObject({ messageCount: 1, subject: 'My parcel', notes: [{ authorId: ada.agentId }] })
  expect(made).toMatchObject({
    messageCount: 3,
    subject: 'An invoice',
    assigneeId: ada.agentId,
    state: 'open',
  })
  expect(answer.number).toBe(moved.number)
  expect(source.events.at(-1)).toMatchObject({ kind: 'message_moved_out', data: { isSplit: true, count: 2 } })
  expect((await ada.call(findDraft, { params })).draft?.text).toBe('half a sentence')

  await ada.call(undoMove, { params: { id: moved.moveId } })

  const back = await read(first.number)
  expect(back.messages.filter(one => one.id !== answer.messageId)).toEqual(before)
  expect(back).toMatchObject({ messageCount: 4, notes: [{ authorId: ada.agentId }] })
  expect((await read(moved.number)).number).toBe(first.number)
  expect((await ada.call(findDraft, { params })).draft?.text).toBe('half a sentence')
  const twice = ada.call(undoMove, { params: { id: moved.moveId } })
  await expect(twice).rejects.toMatchObject({ problem: { code: 'already-undone' } })
})

test('a split that the customer answered opens the closed ticket it is put back into', async () => {
  const first = await desk.receive(support, { messageId: idOf('a') })
  const stray = await desk.receive(support, { messageId: idOf('b'), inReplyTo: idOf('a'), subject: 'b' })
  await ada.call(updateTicket, { params: { number: first.number }, body: { state: 'closed' } })
  const moved = await ada.call(moveMessage, { params: { id: stray.messageId }, body: { toNumber: null } })
  await desk.receive(support, { inReplyTo: idOf('b'), subject: 'and now?' })

  await ada.call(undoMove, { params: { id: moved.moveId } })

  expect(await read(first.number)).toMatchObject({ state: 'open', messageCount: 3 })
})

test('a ticket that a move opened stays open after it where its own customer wrote meanwhile', async () => {
  await desk.receive(support, { messageId: idOf('a') })
  const stray = await desk.receive(support, { messageId: idOf('b'), inReplyTo: idOf('a'), subject: 'b' })
  const target = await desk.receive(support, { messageId: idOf('c'), from: 'bob@customer.test' })
  await ada.call(updateTicket, { params: { number: target.number }, body: { state: 'closed' } })
  const moved = await ada.call(moveMessage, {
    params: { id: stray.messageId },
    body: { toNumber: target.number },
  })
  await desk.receive(support, { inReplyTo: idOf('c'), from: 'bob@customer.test', subject: 'and mine?' })

  await ada.call(undoMove, { params: { id: moved.moveId } })

  expect(await read(target.number)).toMatchObject({ state: 'open', messageCount: 2 })
})

test('a ticket that a merge opened stays open after it where its own customer wrote meanwhile', async () => {
  const survivor = await desk.receive(support, { messageId: idOf('a') })
  const merged = await desk.receive(support, { messageId: idOf('b'), from: 'bob@customer.test' })
  await ada.call(updateTicket, { params: { number: survivor.number }, body: { state: 'closed' } })
  const { mergeId } = await ada.call(mergeTicket, {
    params: { number: merged.number },
    body: { intoNumber: survivor.number },
  })
  await desk.receive(support, { inReplyTo: idOf('a'), subject: 'and mine?' })

  await ada.call(undoMerge, { params: { id: mergeId } })

  expect(await read(survivor.number)).toMatchObject({ state: 'open', messageCount: 2 })
})

test('a message that was moved on is not taken back by its first move', async () => {
  const first = await desk.receive(support, { messageId: idOf('a') })
  const stray = await desk.receive(support, { messageId: idOf('b'), inReplyTo: idOf('a'), subject: 'b' })
  const [one, two] = [
    await desk.receive(support, { messageId: idOf('c') }),
    await desk.receive(support, { messageId: idOf('d') }),
  ]
  const move = (toNumber: number) =>
    ada.call(moveMessage, { params: { id: stray.messageId }, body: { toNumber } })
  const { moveId } = await move(one.number)
  await move(two.number)

  const undo = ada.call(undoMove, { params: { id: moveId } })

  await expect(undo).rejects.toMatchObject({ status: 409, problem: { code: 'moved-since' } })
  expect(await read(two.number)).toMatchObject({ messageCount: 2 })
  expect(await read(first.number)).toMatchObject({ messageCount: 1 })
})

test('a move is taken back only by who may see where the mail of both tickets is today', async () => {
  const hidden = await desk.mailbox(`elsewhere${mails}@desk.test`)
  const both = await desk.agent(`everywhere${mails}`, { mailboxIds: [support, hidden] })
  await desk.receive(support, { messageId: idOf('a') })
  const stray = await desk.receive(support, { messageId: idOf('b'), inReplyTo: idOf('a'), subject: 'b' })
  const target = await desk.receive(support, { messageId: idOf('c') })
  const last = await desk.receive(support, { messageId: idOf('d') })
  const moved = await ada.call(moveMessage, {
    params: { id: stray.messageId },
    body: { toNumber: target.number },
  })
  await ada.call(mergeTicket, { params: { number: target.number }, body: { intoNumber: last.number } })
  await both.call(updateTicket, { params: { number: last.number }, body: { mailboxId: hidden } })

  const undo = ada.call(undoMove, { params: { id: moved.moveId } })

  await expect(undo).rejects.toMatchObject({ problem: { code: 'not-found' } })
})
