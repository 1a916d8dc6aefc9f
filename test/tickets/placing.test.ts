import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { mergeTicket, moveMessage, previewMerge, undoMerge, undoMove } from '../../src/shared/placing.ts'
import {
  getTicket,
  listTickets,
  sendReply,
  type Ticket,
  updateTicket,
  writeNote,
} from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

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

/** What must be the same again after something was taken back: all but the version, the history and when it was closed. */
async function standOf(number: number) {
  const { version: _version, events: _events, closedAt: _closedAt, ...stand } = await read(number)
  return stand
}

async function reply(number: number, text = 'We look into it.') {
  const sent = await ada.call(sendReply, { params: { number }, body: { text } })
  return { id: sent.id, messageId: sent.internetMessageId ?? '' }
}

const refusal = (code: string) => expect.objectContaining({ problem: expect.objectContaining({ code }) })

test('a message says which rule and which message put it into its ticket', async () => {
  const first = await desk.receive(support, { messageId: idOf('a') })

  await desk.receive(support, { messageId: idOf('b'), inReplyTo: idOf('a'), subject: 'more' })

  const [opener, answer] = (await read(first.number)).messages
  expect(opener).toMatchObject({ placedBy: 'no-ancestor', placedByMessage: null, placedByRef: null })
  expect(answer).toMatchObject({
    placedBy: 'in-reply-to',
    placedByMessage: { id: first.messageId, ticketNumber: first.number },
    placedByRef: idOf('a'),
  })
})

test('a split message opens a ticket of its own with its files, and the answers to it go there', async () => {
  const first = await desk.receive(support, { messageId: idOf('a'), subject: 'My parcel' })
  const other = await desk.receive(support, {
    messageId: idOf('b'),
    inReplyTo: idOf('a'),
    subject: 'An invoice',
  })

  const moved = await ada.call(moveMessage, { params: { id: other.messageId }, body: { toNumber: null } })
  const answer = await desk.receive(support, { inReplyTo: idOf('b'), references: [idOf('a'), idOf('b')] })

  expect(moved.fromNumber).toBe(first.number)
  expect(answer.number).toBe(moved.number)
  const [source, split] = [await read(first.number), await read(moved.number)]
  expect(source).toMatchObject({ messageCount: 1, subject: 'My parcel' })
  expect(split).toMatchObject({ messageCount: 2, subject: 'An invoice', state: 'open' })
  expect(split.customer?.address).toBe('ann@customer.test')
  expect(source.events.at(-1)).toMatchObject({ kind: 'message_moved_out', data: { number: split.number } })
  expect(split.events[1]).toMatchObject({ kind: 'message_moved_in', data: { number: source.number } })
})

test('a moved message takes its chain along, also against the token of the ticket it left', async () => {
  const first = await desk.receive(support, { messageId: idOf('a') })
  const sent = await reply(first.number)
  const stray = await desk.receive(support, {
    messageId: idOf('b'),
    inReplyTo: sent.messageId,
    references: [idOf('a'), sent.messageId],
  })
  const other = await desk.receive(support, { messageId: idOf('c'), subject: 'An invoice' })

  await ada.call(moveMessage, { params: { id: stray.messageId }, body: { toNumber: other.number } })
  const references = [idOf('a'), sent.messageId, idOf('b')]
  const follows = await desk.receive(support, { inReplyTo: idOf('b'), references, subject: 'one' })
  const stays = await desk.receive(support, {
    inReplyTo: sent.messageId,
    references: [idOf('a')],
    subject: 'two',
  })

  expect(stray.number).toBe(first.number)
  expect([follows.number, stays.number]).toEqual([other.number, first.number])
})

test('our own reply, moved, draws its answers along against the token in its id', async () => {
  const first = await desk.receive(support, { messageId: idOf('a') })
  const sent = await reply(first.number)
  const other = await desk.receive(support, { messageId: idOf('c'), subject: 'An invoice' })

  await ada.call(moveMessage, { params: { id: sent.id }, body: { toNumber: other.number } })
  const answer = await desk.receive(support, { inReplyTo: sent.messageId, references: [idOf('a')] })

  expect(answer.number).toBe(other.number)
})

test('a move taken back leaves both tickets as they were, with the mail that had followed', async () => {
  const first = await desk.receive(support, { messageId: idOf('a') })
  const stray = await desk.receive(support, { messageId: idOf('b'), inReplyTo: idOf('a'), subject: 'b' })
  const other = await desk.receive(support, { messageId: idOf('c'), from: 'bob@customer.test' })
  await ada.call(updateTicket, { params: { number: other.number }, body: { state: 'closed' } })
  const before = [await standOf(first.number), await standOf(other.number)]
  const moved = await ada.call(moveMessage, {
    params: { id: stray.messageId },
    body: { toNumber: other.number },
  })
  const opened = await read(other.number)

  await ada.call(undoMove, { params: { id: moved.moveId } })

  expect(opened.state).toBe('open')
  expect([await standOf(first.number), await standOf(other.number)]).toEqual(before)
})

test('an invitation moved into a closed ticket opens it, as it would have opened it by itself', async () => {
  const first = await desk.receive(support, { messageId: idOf('a') })
  const invitation = await desk.receive(support, {
    messageId: idOf('b'),
    inReplyTo: idOf('a'),
    contentType: 'text/calendar; method=REQUEST; charset=utf-8',
    text: 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n',
  })
  const closed = await desk.receive(support, { messageId: idOf('c') })
  await ada.call(updateTicket, { params: { number: closed.number }, body: { state: 'closed' } })

  await ada.call(moveMessage, { params: { id: invitation.messageId }, body: { toNumber: closed.number } })

  expect((await read(closed.number)).state).toBe('open')
  expect(first.number).toBe(invitation.number)
})

test('a split taken back puts everything together again, and the new number leads there', async () => {
  const first = await desk.receive(support, { messageId: idOf('a') })
  const stray = await desk.receive(support, { messageId: idOf('b'), inReplyTo: idOf('a'), subject: 'b' })
  const before = await standOf(first.number)
  const moved = await ada.call(moveMessage, { params: { id: stray.messageId }, body: { toNumber: null } })

  await ada.call(undoMove, { params: { id: moved.moveId } })

  expect(await standOf(first.number)).toEqual(before)
  expect((await read(moved.number)).number).toBe(first.number)
})

test('moving a mail into a ticket makes its sender nobody whom the answers go to', async () => {
  const first = await desk.receive(support, { messageId: idOf('a'), from: 'bob@customer.test' })
  const stray = await desk.receive(support, {
    messageId: idOf('b'),
    inReplyTo: idOf('a'),
    from: 'bob@customer.test',
    subject: 'b',
  })
  const other = await desk.receive(support, { messageId: idOf('c') })

  await ada.call(moveMessage, { params: { id: stray.messageId }, body: { toNumber: other.number } })

  const ticket = await read(other.number)
  expect(ticket.messages.find(message => message.id === stray.messageId)?.isNewcomer).toBe(true)
  expect(ticket.replyDefaults.to.map(one => one.address)).toEqual(['ann@customer.test'])
  expect(first.number).not.toBe(other.number)
})

test('where the first mail of a ticket is moved away, the next one that somebody wrote speaks for it', async () => {
  const first = await desk.receive(support, { messageId: idOf('a') })
  const complaint = { kind: 'complaint', placedBy: 'returned-mail', from: 'abuse@provider.test' } as const
  await desk.message(first.ticketId, { ...complaint, receivedAt: new Date(), defects: [] })
  await desk.receive(support, { messageId: idOf('b'), inReplyTo: idOf('a'), subject: 'b' })
  const other = await desk.receive(support, { messageId: idOf('c'), from: 'bob@customer.test' })

  await ada.call(moveMessage, { params: { id: first.messageId }, body: { toNumber: other.number } })

  const { replyDefaults } = await read(first.number)
  expect(replyDefaults.to.map(one => one.address)).toEqual(['ann@customer.test'])
})

test('the only message of a ticket is not moved out of it, and none into the ticket it is in', async () => {
  const only = await desk.receive(support, { messageId: idOf('a') })
  await desk.receive(support, { messageId: idOf('b'), inReplyTo: idOf('a'), subject: 'b' })
  const alone = await desk.receive(support, { messageId: idOf('c') })

  const split = { params: { id: alone.messageId }, body: { toNumber: null } }
  const same = { params: { id: only.messageId }, body: { toNumber: only.number } }

  await expect(ada.call(moveMessage, split)).rejects.toEqual(refusal('only-message'))
  await expect(ada.call(moveMessage, same)).rejects.toEqual(refusal('same-ticket'))
})

test('a merge does what its preview says, and keeps notes, tags and the more urgent state', async () => {
  const one = await desk.receive(support, { messageId: idOf('a'), subject: 'My parcel' })
  const two = await desk.receive(support, { messageId: idOf('b'), from: 'Dan <dan@customer.test>' })
  await ada.call(writeNote, { params: { number: two.number }, body: { text: 'called twice' } })
  await ada.call(updateTicket, {
    params: { number: two.number },
    body: { addTags: ['late'], assigneeId: ada.agentId },
  })
  await ada.call(updateTicket, { params: { number: one.number }, body: { state: 'closed' } })
  const params = { number: two.number }
  const preview = await ada.call(previewMerge, { params, query: { intoNumber: one.number } })

  await ada.call(mergeTicket, { params, body: { intoNumber: one.number } })

  expect(preview).toMatchObject({
    survivor: { number: one.number },
    merged: { number: two.number },
    messageCount: 1,
    noteCount: 1,
    joining: [{ name: 'Dan', address: 'dan@customer.test' }],
    stateAfter: 'open',
    assigneeAfterId: ada.agentId,
    teamAfterId: null,
  })
  const survivor = await read(one.number)
  expect(survivor).toMatchObject({ state: 'open', assigneeId: ada.agentId, messageCount: 2, tags: ['late'] })
  expect(survivor.customer?.address).toBe('ann@customer.test')
  expect(survivor.notes.map(note => note.text)).toEqual(['called twice'])
  const { data } = await ada.call(listTickets, { query: { queue: 'all', order: 'newest', limit: 100 } })
  expect(data.map(row => row.number)).not.toContain(two.number)
})

test('after a merge the old number, old mail and old tokens lead to the survivor', async () => {
  const one = await desk.receive(support, { messageId: idOf('a') })
  const two = await desk.receive(support, { messageId: idOf('b'), subject: 'b' })
  const sent = await reply(two.number)
  await ada.call(mergeTicket, { params: { number: two.number }, body: { intoNumber: one.number } })
  const token = sent.messageId.split('@')[0]?.split('.')[1]

  const byMail = await desk.receive(support, { inReplyTo: idOf('b'), subject: 'c' })
  const byToken = await desk.receive(support, { to: `support+${token}@desk.test`, subject: 'd' })

  expect([byMail.number, byToken.number]).toEqual([one.number, one.number])
  expect((await read(two.number)).number).toBe(one.number)
  const late = ada.call(sendReply, { params: { number: two.number }, body: { text: 'for Bob only' } })
  await expect(late).rejects.toEqual(refusal('ticket-merged'))
})

test('a merge taken back gives both tickets back, and later replies go where their headers say', async () => {
  const one = await desk.receive(support, { messageId: idOf('a') })
  const two = await desk.receive(support, { messageId: idOf('b'), from: 'bob@customer.test', subject: 'b' })
  await ada.call(writeNote, { params: { number: two.number }, body: { text: 'called twice' } })
  await ada.call(updateTicket, { params: { number: two.number }, body: { addTags: ['late'] } })
  const sent = await reply(two.number)
  const token = sent.messageId.split('@')[0]?.split('.')[1]
  const before = [await standOf(one.number), await standOf(two.number)]
  const params = { number: two.number }
  const { mergeId } = await ada.call(mergeTicket, { params, body: { intoNumber: one.number } })
  const toOne = await desk.receive(support, { messageId: idOf('c'), inReplyTo: idOf('a'), subject: 'c' })
  const toTwo = await desk.receive(support, { messageId: idOf('d'), inReplyTo: idOf('b'), subject: 'd' })
  const again = await desk.receive(support, { inReplyTo: idOf('d'), subject: 'e' })
  const byToken = await desk.receive(support, { to: `support+${token}@desk.test`, subject: 'f' })

  await ada.call(undoMerge, { params: { id: mergeId } })

  const after = [await standOf(one.number), await standOf(two.number)]
  const ids = after.map(ticket => ticket.messages.map(message => message.id))
  expect(ids).toEqual([
    [one.messageId, toOne.messageId],
    [two.messageId, sent.id, toTwo.messageId, again.messageId, byToken.messageId],
  ])
  for (const [place, ticket] of after.entries()) {
    expect(ticket).toMatchObject({
      tags: before[place]?.tags,
      notes: before[place]?.notes,
      customer: before[place]?.customer,
      replyDefaults: before[place]?.replyDefaults,
    })
  }
  await expect(ada.call(undoMerge, { params: { id: mergeId } })).rejects.toEqual(refusal('already-undone'))
})

test('merges in a chain come apart in any order, and every number leads where its messages are', async () => {
  const [a, b, c] = [
    await desk.receive(support, { messageId: idOf('a') }),
    await desk.receive(support, { messageId: idOf('b'), subject: 'b' }),
    await desk.receive(support, { messageId: idOf('c'), subject: 'c' }),
  ]
  const merge = (number: number, intoNumber: number) =>
    ada.call(mergeTicket, { params: { number }, body: { intoNumber } })
  const first = await merge(a.number, b.number)
  const second = await merge(b.number, c.number)
  const together = await read(a.number)

  await ada.call(undoMerge, { params: { id: second.mergeId } })
  const half = [await read(a.number), await read(c.number)].map(ticket => [
    ticket.number,
    ticket.messageCount,
  ])
  await ada.call(undoMerge, { params: { id: first.mergeId } })

  expect([together.number, together.messageCount]).toEqual([c.number, 3])
  expect(half).toEqual([
    [b.number, 2],
    [c.number, 1],
  ])
  for (const one of [a, b, c])
    expect((await read(one.number)).messages.map(m => m.id)).toEqual([one.messageId])
})

test('two agents who merge the same two tickets in opposite order do not block each other', async () => {
  const pairs = await Promise.all(
    Array.from({ length: 10 }, async () => [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: support }),
    ]),
  )
  const merge = (number = 0, intoNumber = 0) =>
    ada.call(mergeTicket, { params: { number }, body: { intoNumber } })

  const results = await Promise.allSettled(
    pairs.flatMap(([one, two]) => [merge(one?.number, two?.number), merge(two?.number, one?.number)]),
  )

  expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(10)
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toEqual(refusal('ticket-merged'))
  }
})

test('nobody merges, moves or takes back across a mailbox they cannot see, and nobody across two mailboxes', async () => {
  const billing = await desk.mailbox(`billing${mails}@desk.test`)
  const both = await desk.agent(`both${mails}`, { mailboxIds: [support, billing] })
  const one = await desk.receive(support, { messageId: idOf('a') })
  const two = await desk.receive(support, { messageId: idOf('b'), inReplyTo: idOf('a'), subject: 'b' })
  const hidden = await desk.receive(billing, { messageId: idOf('c') })
  const into = { intoNumber: hidden.number }
  const move = { params: { id: two.messageId }, body: { toNumber: hidden.number } }

  const refused = await Promise.allSettled([
    ada.call(mergeTicket, { params: { number: one.number }, body: into }),
    ada.call(mergeTicket, { params: { number: hidden.number }, body: { intoNumber: one.number } }),
    ada.call(previewMerge, { params: { number: one.number }, query: into }),
    ada.call(moveMessage, move),
    ada.call(moveMessage, { params: { id: hidden.messageId }, body: { toNumber: one.number } }),
  ])

  for (const call of refused) expect(call).toMatchObject({ reason: refusal('not-found') })
  const across = both.call(mergeTicket, { params: { number: one.number }, body: into })
  await expect(across).rejects.toEqual(refusal('other-mailbox'))
  await expect(both.call(moveMessage, move)).rejects.toEqual(refusal('other-mailbox'))
})

test('a ticket moved to another mailbox leaves its assignee who may not use it, and answers from there', async () => {
  const billing = await desk.mailbox(`bills${mails}@desk.test`)
  const both = await desk.agent(`mover${mails}`, { mailboxIds: [support, billing] })
  const one = await desk.receive(support, { messageId: idOf('a') })
  const params = { number: one.number }
  const sent = await reply(one.number)
  await ada.call(updateTicket, { params, body: { assigneeId: ada.agentId } })

  await both.call(updateTicket, { params, body: { mailboxId: billing } })
  const answer = await both.call(sendReply, { params, body: { text: 'From the other desk.' } })

  const moved = await both.call(getTicket, { params })
  expect(moved).toMatchObject({ mailboxId: billing, assigneeId: null })
  expect(answer.from?.address).toBe(`bills${mails}@desk.test`)
  await expect(read(one.number)).rejects.toEqual(refusal('not-found'))
  const [toOld, toNew] = [
    await desk.receive(support, { inReplyTo: sent.messageId, subject: 'to the old address' }),
    await desk.receive(billing, { inReplyTo: answer.internetMessageId ?? '', subject: 'to the new one' }),
  ]
  const oldByNew = await desk.receive(billing, {
    inReplyTo: idOf('a'),
    subject: 'the first mail, to the new address',
  })
  expect([toOld, toNew, oldByNew].map(mail => mail.number)).toEqual([one.number, one.number, one.number])
})

test('nobody moves a ticket into a mailbox they cannot see', async () => {
  const hidden = await desk.mailbox(`hidden${mails}@desk.test`)
  const one = await desk.receive(support, { messageId: idOf('a') })

  const move = ada.call(updateTicket, { params: { number: one.number }, body: { mailboxId: hidden } })

  await expect(move).rejects.toEqual(refusal('not-found'))
})
