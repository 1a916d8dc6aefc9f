import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { dismissHint, mergeTicket, moveMessage, undoMerge } from '../../src/shared/placing.ts'
import { getTicket, sendReply, type Ticket, updateTicket } from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import type { MailParts } from '../support/mails.ts'

let desk: Desk
let support: number
let ada: DeskAgent
let chain = 0

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  ada = await desk.agent('ada', { mailboxIds: [support] })
})

afterAll(() => desk.stop())

beforeEach(() => {
  chain += 1
})

const idOf = (name: string) => `${name}.${chain}@customer.test`
const read = (number: number): Promise<Ticket> => ada.call(getTicket, { params: { number } })
const ANN = 'Ann <ann@customer.test>'
const BOB = 'Bob <bob@customer.test>'
const EVE = 'Eve <eve@evil.test>'

/** One mail of a chain in which each names only the mail it answers. */
function receive(name: string, answered: string | undefined, parts: MailParts = {}) {
  const inReplyTo = answered === undefined ? undefined : idOf(answered)
  return desk.receive(support, { messageId: idOf(name), inReplyTo, text: `${name} ${chain}\r\n`, ...parts })
}

test('a chain that comes out of order is one ticket once its middle is there, and can be taken apart', async () => {
  const first = await receive('a', undefined, { from: ANN, cc: 'bob@customer.test' })
  const last = await receive('c', 'b', { from: BOB, cc: 'ann@customer.test' })

  const middle = await receive('b', 'a', { from: ANN, cc: 'bob@customer.test' })

  const ticket = await read(last.number)
  expect([ticket.number, ticket.messageCount, middle.number]).toEqual([first.number, 3, first.number])
  const merged = ticket.events.find(event => event.kind === 'merged')
  expect(merged).toMatchObject({ agentId: null, data: { number: last.number } })
  await ada.call(undoMerge, { params: { id: Number(merged?.data.mergeId) } })
  expect((await read(last.number)).messages.map(message => message.id)).toEqual([last.messageId])
})

test('a mail of a stranger that names two tickets joins nothing; a merge is suggested on both', async () => {
  const one = await receive('a', undefined, { from: ANN })
  const two = await receive('b', undefined, { from: BOB })

  const bridge = await receive('c', 'b', { from: EVE, references: [idOf('a'), idOf('b')] })

  expect(bridge.number).toBe(two.number)
  expect((await read(one.number)).hints).toMatchObject([{ kind: 'bridge', number: two.number }])
  expect((await read(two.number)).hints).toMatchObject([{ kind: 'bridge', number: one.number }])
})

test('tickets of different customers are not merged by a mail of one of them', async () => {
  const one = await receive('a', undefined, { from: ANN })
  const two = await receive('b', undefined, { from: BOB })

  await receive('c', 'b', { from: BOB, references: [idOf('a'), idOf('b')] })

  expect((await read(one.number)).number).toBe(one.number)
  expect((await read(two.number)).hints).toHaveLength(1)
})

test('two tickets that agents have worked on are only suggested', async () => {
  const one = await receive('a', undefined, { from: ANN })
  const two = await receive('b', undefined, { from: ANN })
  for (const { number } of [one, two]) {
    await ada.call(updateTicket, { params: { number }, body: { assigneeId: ada.agentId } })
  }

  await receive('c', 'b', { from: ANN, references: [idOf('a'), idOf('b')] })

  expect((await read(one.number)).hints).toMatchObject([{ kind: 'bridge', number: two.number }])
})

test('the ticket an agent has worked on survives, also when it is the younger', async () => {
  const one = await receive('a', undefined, { from: ANN })
  const two = await receive('b', undefined, { from: ANN })
  await ada.call(updateTicket, { params: { number: two.number }, body: { assigneeId: ada.agentId } })

  await receive('c', 'b', { from: ANN, references: [idOf('a'), idOf('b')] })

  expect((await read(one.number)).number).toBe(two.number)
})

test('who writes in a ticket into which a mail brings another, and itself, looks before the reply leaves', async () => {
  await receive('a', undefined, { from: ANN })
  const worked = await receive('b', undefined, { from: ANN })
  await ada.call(updateTicket, { params: { number: worked.number }, body: { assigneeId: ada.agentId } })
  const { events } = await read(worked.number)
  const lastSeenEventId = Math.max(...events.map(({ id }) => id))

  await receive('c', 'a', { from: ANN, references: [idOf('b'), idOf('a')] })

  const body = { text: 'Hi', lastSeenEventId }
  const answer = await ada.fetch(sendReply, { params: { number: worked.number }, body })
  const { details } = (await answer.json()) as { details: { changes: { kind: string }[] } }
  expect(answer.status).toBe(409)
  expect(details.changes.map(({ kind }) => kind)).toContain('merged')
})

test('what an agent split off is neither merged nor suggested again by the mail that follows', async () => {
  const one = await receive('a', undefined, { from: ANN })
  const stray = await receive('b', 'a', { from: ANN })
  const split = await ada.call(moveMessage, { params: { id: stray.messageId }, body: { toNumber: null } })

  const next = await receive('c', 'b', { from: ANN, references: [idOf('a'), idOf('b')] })

  expect(next.number).toBe(split.number)
  expect((await read(one.number)).hints).toEqual([])
  expect((await read(split.number)).hints).toEqual([])
})

test('a ticket number in a subject only suggests, and the suggestion goes with the merge', async () => {
  const one = await receive('a', undefined, { from: ANN })

  const two = await receive('b', undefined, { from: EVE, subject: `Re: [#${one.number}] My parcel` })

  expect(two.number).not.toBe(one.number)
  expect((await read(two.number)).hints).toMatchObject([{ kind: 'number', number: one.number }])
  expect((await read(one.number)).hints).toEqual([])
  await ada.call(mergeTicket, { params: { number: two.number }, body: { intoNumber: one.number } })
  expect((await read(one.number)).hints).toEqual([])
})

test('a number of a ticket in a mailbox the agent cannot see suggests nothing', async () => {
  const hidden = await desk.receive(await desk.mailbox(`hidden${chain}@desk.test`), { messageId: idOf('a') })

  const one = await receive('b', undefined, { subject: `[#${hidden.number}] My parcel` })

  expect((await read(one.number)).hints).toEqual([])
})

test('a changed subject asks once whether it is a new topic, and a split answers it', async () => {
  const one = await receive('a', undefined, { subject: 'My parcel' })
  const two = await receive('b', 'a', { subject: 'Re: An invoice for March' })
  await receive('c', 'b', { subject: 'Re: Re: An invoice for March' })
  await receive('d', 'a', { subject: 'AW: my parcel' })

  const { hints } = await read(one.number)

  expect(hints).toMatchObject([{ kind: 'subject', messageId: two.messageId, number: null }])
  await ada.call(moveMessage, { params: { id: two.messageId }, body: { toNumber: null } })
  expect((await read(one.number)).hints).toEqual([])
})

test('a suggestion that was put away does not come back', async () => {
  const one = await receive('a', undefined, { subject: 'My parcel' })
  await receive('b', 'a', { subject: 'An invoice for March' })
  const [hint] = (await read(one.number)).hints

  await ada.call(dismissHint, { params: { id: hint?.id ?? 0 } })

  await receive('c', 'b', { subject: 'Re: An invoice for March' })
  expect((await read(one.number)).hints).toEqual([])
})

test('the answer carries the subject of the mail it answers, not that of the ticket', async () => {
  const one = await receive('a', undefined, { subject: 'My parcel' })
  await receive('b', 'a', { subject: 'Re: An invoice for March' })

  const sent = await ada.call(sendReply, { params: { number: one.number }, body: { text: 'Here it is.' } })

  expect(sent.subject).toBe('Re: An invoice for March')
})

test('two tickets that a mail shows to be one are one where it is seen, though the older lies in the Trash', async () => {
  const older = await receive('a', undefined, { from: ANN, cc: 'bob@customer.test' })
  await ada.call(updateTicket, { params: { number: older.number }, body: { isDeleted: true } })
  const younger = await receive('c', 'b', { from: BOB, cc: 'ann@customer.test' })

  await receive('d', 'c', { from: ANN, cc: 'bob@customer.test', references: [idOf('a'), idOf('c')] })

  const ticket = await read(younger.number)
  expect(ticket).toMatchObject({ number: older.number, messageCount: 3, state: 'open', deletedAt: null })
})
