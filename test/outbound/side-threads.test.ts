import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { decideSideThread } from '../../src/inbound/side-thread-rule.ts'
import { findReplyTokens, verifyReplyToken } from '../../src/mail/reply-token.ts'
import { forwardMessage } from '../../src/shared/forwards.ts'
import { judgeRecipients } from '../../src/shared/recipients.ts'
import {
  createUpload,
  getTicket,
  type Message,
  sendReply,
  undoReply,
  updateTicket,
} from '../../src/shared/tickets.ts'
import { mergeTickets } from '../../src/tickets/merge-tickets.ts'
import type { DeskAgent } from '../support/desk.ts'
import { type MailParts, rawMail } from '../support/mails.ts'
import { answerAt } from '../support/sink-rules.ts'
import { type MailDesk, startDeskOfAda } from './mail-desk.ts'

let desk: MailDesk
let mailboxId: number
let ada: DeskAgent

beforeAll(async () => {
  ;({ desk, mailboxId, ada } = await startDeskOfAda())
})

afterAll(async () => {
  await desk.stop()
})

/** A ticket of Ann's, whose mail was forwarded to a supplier; both at domains of this test's own. */
async function forwardedTicket(name: string) {
  const [ann, sup] = [`ann@${name}.test`, `sup@${name}-parts.test`]
  const first = await desk.receive(
    mailboxId,
    rawMail({
      from: `Ann <${ann}>`,
      subject: 'Broken pump',
      messageId: `first@${name}.test`,
      text: 'It leaks.',
    }),
  )
  const params = { number: first.number }
  const body = { messageId: first.messageId, to: [sup], text: 'Is this under warranty?' }
  const forward = await ada.call(forwardMessage, { params, body })
  const mail = await desk.taken(forward.id)
  const come = async (parts: MailParts) => {
    const { messageId } = await desk.receive(mailboxId, rawMail({ subject: 'Re: Broken pump', ...parts }))
    const ticket = await ada.call(getTicket, { params })
    const message = ticket.messages.find(one => one.id === messageId)
    return { ticket, message }
  }
  const read = () => ada.call(getTicket, { params })
  return { ...first, ann, sup, params, forward, id: forward.internetMessageId ?? '', mail, come, read }
}

const sides = (messages: readonly Message[]) => messages.map(message => message.sideThreadId)

describe('a forward', () => {
  test('goes to the third party alone, with the message, files and nothing that leads into the ticket', async () => {
    const { number, messageId, ticketId } = await forwardedTicket('plain')
    const file = await ada.call(createUpload, {
      query: { filename: 'pump.txt' },
      body: Buffer.from('picture'),
    })
    const body = { messageId, to: ['other@parts.test'], text: 'Look:', uploadIds: [file.id] }

    const forward = await ada.call(forwardMessage, { params: { number }, body })

    const mail = await desk.taken(forward.id)
    const words = mail.raw.toString()
    const { reply_key: replyKey } = await desk.database.db
      .selectFrom('ticket')
      .select('reply_key')
      .where('id', '=', ticketId)
      .executeTakeFirstOrThrow()
    const [token = ''] = findReplyTokens([forward.internetMessageId ?? ''])
    const proof = verifyReplyToken(token, [...desk.ground.keys.all('tokens')])
    expect(mail.to).toEqual(['other@parts.test'])
    expect(words).toMatch(/^Subject: Fwd: Broken pump\r$/m)
    expect(words).not.toMatch(/^(references|in-reply-to|cc|bcc):/im)
    expect(forward.text).toMatch(
      /^Look:\n\n-+ Forwarded message -+\nFrom: Ann <ann@plain.test>\nDate: .*\nSubject: Broken pump\nTo: support@desk.test\n\nIt leaks\.\s*$/,
    )
    expect(forward.attachments).toMatchObject([{ filename: 'pump.txt' }])
    expect(proof?.mailboxId).toBe(mailboxId)
    expect(proof?.replyKey).not.toBe(replyKey)
  })

  test('leaves the customer waiting and belonging alone, and can be taken back', async () => {
    const { read, params, messageId, ann } = await forwardedTicket('waits')
    await desk.database.db
      .updateTable('agent')
      .set({ undo_seconds: 30 })
      .where('id', '=', ada.agentId)
      .execute()
    const body = { messageId, to: ['late@parts.test'], text: '' }
    const forward = await ada.call(forwardMessage, { params, body })
    await desk.database.db
      .updateTable('agent')
      .set({ undo_seconds: 0 })
      .where('id', '=', ada.agentId)
      .execute()

    await ada.call(undoReply, { params: { id: forward.id } })

    const ticket = await read()
    expect(ticket).toMatchObject({ state: 'open', waitingSince: expect.any(String), proposals: [] })
    expect(ticket.replyDefaults).toEqual({ to: [{ name: 'Ann', address: ann }], cc: [], replyTo: [] })
  })
})

describe('what a third party answers', () => {
  test('stays in the side thread, and no reply to the customer goes to them, names them or quotes them', async () => {
    const { come, sup, id, params, forward, ann } = await forwardedTicket('stays')
    const answer = await come({
      from: `Sup <${sup}>`,
      messageId: 'price@stays-parts.test',
      inReplyTo: id,
      references: [id],
      text: 'We charge you 10, take 90.',
    })

    const sent = await ada.call(sendReply, { params, body: { text: 'Covered.', withHistory: true } })

    const mail = await desk.taken(sent.id)
    const { ticket } = await come({ from: ann, inReplyTo: sent.internetMessageId ?? '', text: 'Thank you' })
    expect(answer.message).toMatchObject({
      sideThreadId: forward.id,
      isNewcomer: false,
      placedBy: 'reply-token',
    })
    expect(answer.ticket).toMatchObject({ state: 'open', proposals: [] })
    expect(mail.to).toEqual([ann])
    expect(mail.raw.toString()).not.toMatch(/parts\.test|charge|take 90/)
    expect(mail.raw.toString()).not.toContain(id)
    expect(sent.text).toContain('> It leaks.')
    expect(sides(ticket.messages)).toEqual([null, forward.id, forward.id, null, null])
  })

  test('is answered to them alone, also where they copied the customer in', async () => {
    const { come, sup, ann, id, params, forward } = await forwardedTicket('aside')
    const { message } = await come({
      from: sup,
      cc: ann,
      inReplyTo: id,
      references: [id],
      text: 'Which model?',
    })
    const body = { answeredMessageId: message?.id ?? 0 }

    const judged = await ada.call(judgeRecipients, { params, body })
    const sent = await ada.call(sendReply, {
      params,
      body: { text: 'The red one.', withHistory: true, ...body },
    })

    const mail = await desk.taken(sent.id)
    expect([...judged.to, ...judged.cc].map(one => one.address)).toEqual([sup])
    expect(mail.to).toEqual([sup])
    expect(mail.raw.toString()).not.toContain('first@aside.test')
    expect(sent).toMatchObject({ sideThreadId: forward.id })
    expect(sent.text).toContain('> Which model?')
  })

  test('is found by the token alone, also of a colleague, who then gets nothing by default', async () => {
    const { come, id, forward, ann } = await forwardedTicket('token')
    const altered = `zzzz${id.slice(4)}`

    const { message, ticket } = await come({ from: 'boss@token-parts.test', inReplyTo: altered, text: 'No.' })

    expect(message).toMatchObject({ sideThreadId: forward.id, placedBy: 'reply-token', isNewcomer: true })
    expect(ticket.proposals).toEqual([])
    expect(ticket.replyDefaults.to).toMatchObject([{ address: ann }])
  })

  test('opens a ticket that waits for the customer, and nobody waits by it', async () => {
    const { come, params, sup, id } = await forwardedTicket('opens')
    await ada.call(sendReply, { params, body: { text: 'We are asking.' } })

    const { ticket } = await come({ from: sup, inReplyTo: id, text: 'Yes.' })

    expect(ticket).toMatchObject({ state: 'open', waitingSince: null })
  })

  test('is seen, though the ticket was taken for spam meanwhile', async () => {
    const { sup, id, params, come } = await forwardedTicket('phishing')
    await ada.call(updateTicket, { params, body: { state: 'spam' } })

    const { ticket } = await come({ from: `Sup <${sup}>`, inReplyTo: id, text: 'It is a real order.' })

    expect(ticket).toMatchObject({ state: 'open', waitingSince: null })
  })

  test('cannot be scheduled to, as it would come back as a draft for the customer', async () => {
    const { params, forward } = await forwardedTicket('later')
    const sendAt = new Date(Date.now() + 86_400_000).toISOString()

    const refused = await ada.fetch(sendReply, {
      params,
      body: { text: 'x', answeredMessageId: forward.id, sendAt },
    })

    expect(refused.status).toBe(422)
  })
})

test('a third party who answers stops no reply that waits for its time; the customer who writes does', async () => {
  const older = await desk.receive(mailboxId, rawMail({ from: 'ann@waits.test', text: 'Also this.' }))
  const { params, ticketId, ann, sup, id, come, read } = await forwardedTicket('waits')
  const sendAt = new Date(Date.now() + 86_400_000).toISOString()
  const reply = await ada.call(sendReply, { params, body: { text: 'More tomorrow.', sendAt } })
  const stateOf = (ticket: { messages: Message[] }) =>
    ticket.messages.find(message => message.id === reply.id)?.delivery?.state

  const { ticket } = await come({ from: sup, inReplyTo: id, text: 'It is.' })
  await inTransaction(desk.database.db, tx =>
    mergeTickets(tx, { survivorId: ticketId, mergedId: older.ticketId, agentId: ada.agentId }),
  )

  const merged = await read()
  const { ticket: written } = await come({ from: ann, inReplyTo: 'first@waits.test', text: 'Never mind.' })
  expect([stateOf(ticket), stateOf(merged), stateOf(written)]).toEqual(['held', 'held', 'cancelled'])
})

test('a forward that did not arrive is followed by the one sent instead of it, and by no other', async () => {
  const { params, messageId, read } = await forwardedTicket('wrong')
  desk.sink.behave(answerAt('rcpt', { reply: 550, text: '5.1.1 no such user' }, { times: 1 }))
  const forwardTo = (to: string, more: { insteadOf?: number } = {}) =>
    ada.call(forwardMessage, { params, body: { messageId, to: [to], text: 'Is it?', ...more } })
  const lost = await forwardTo('typo@wrong-parts.test')
  const failure = async () => (await read()).messages.find(one => one.id === lost.id)?.delivery?.failure
  await vi.waitFor(async () => expect(await failure()).toBe('open'), 10_000)

  await forwardTo('other@else.test')

  const whenElsewhere = await failure()
  await forwardTo('right@wrong-parts.test', { insteadOf: lost.id })
  expect([whenElsewhere, await failure()]).toEqual(['open', 'followed'])
})

describe('the customer', () => {
  test('who answers a copy somebody showed them writes to us as ever, and is not taken for proven', async () => {
    const { come, ann, id, params, sup } = await forwardedTicket('leak')

    const { message } = await come({
      from: ann,
      cc: sup,
      inReplyTo: id,
      references: [id],
      text: 'You charge me?',
    })

    const { replyDefaults } = await ada.call(getTicket, { params })
    expect(message).toMatchObject({ sideThreadId: null, isNewcomer: false, isUnverified: true })
    expect(JSON.stringify(replyDefaults)).not.toContain('parts.test')
  })

  test('keeps their exchange to themselves where the third party shows an id of it', async () => {
    const { come, sup, forward } = await forwardedTicket('shows')

    const { message } = await come({ from: sup, inReplyTo: 'first@shows.test', text: 'By the way' })

    expect(message).toMatchObject({ sideThreadId: forward.id, isUnverified: true })
  })
})

test.each<[string, string | null, number | null, number | null]>([
  ['a third party in their side thread', 'sup@b.test', 7, 7],
  ['a third party who shows an id of the customer’s', 'sup@b.test', null, 7],
  ['the customer in the exchange', 'ann@a.test', null, null],
  ['the customer who shows an id of a side thread', 'ann@a.test', 7, null],
  ['one who belongs to both, by the id', 'both@c.test', 8, 8],
  ['one who belongs to both, by the other id', 'both@c.test', null, null],
  ['one of another side thread, by the id', 'sup@b.test', 8, 8],
  ['a stranger where the id leads', 'eve@x.test', 7, 7],
  ['a stranger in the exchange', 'eve@x.test', null, null],
  ['a mail without a sender where the id leads', null, 7, 7],
])('%s', (_who, sender, shown, expected) => {
  const circles = {
    participants: new Set(['ann@a.test', 'both@c.test']),
    sideThreads: new Map([
      [7, new Set(['sup@b.test'])],
      [8, new Set(['both@c.test'])],
    ]),
  }

  expect(decideSideThread(sender, circles, shown)).toBe(expected)
})
