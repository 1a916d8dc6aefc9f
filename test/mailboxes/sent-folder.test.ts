import { afterAll, beforeAll, expect, test } from 'vitest'
import { signLetterdeskRef } from '../../src/mail/letterdesk-ref.ts'
import type { TicketChange } from '../../src/shared/ticket-change.ts'
import { type Ticket, updateTicket } from '../../src/shared/tickets.ts'
import type { Queue } from '../../src/shared/vocabulary.ts'
import { type MailParts, rawMail } from '../support/mails.ts'
import { waitUntil } from '../support/wait-until.ts'
import { type FoldersDesk, startFoldersDesk } from './folders-desk.ts'

let desk: FoldersDesk

beforeAll(async () => {
  desk = await startFoldersDesk()
})

afterAll(async () => {
  await desk.stop()
})

const gist = (ticket: Ticket) =>
  ticket.messages.map(one => (one.isFromMailProgram ? `${one.direction} elsewhere` : one.direction))

/** Somebody sends it from a mail program: it lies in Sent. */
const sendElsewhere = (address: string, parts: MailParts, at?: Date) =>
  desk.dovecot.append(
    address,
    'Sent',
    rawMail({ from: `Shop <${address}>`, to: 'ann@customer.test', ...parts }),
    {
      flags: ['\\Seen'],
      ...(at && { internalDate: at }),
    },
  )

const outcomesOf = (mailboxId: number, count: number) =>
  waitUntil(`${count} settled mails`, async () => {
    const all = await desk.outcomes(mailboxId)
    return all.length >= count && all.every(one => !one.endsWith('stored')) ? all : undefined
  })

test('an answer from a mail program is in its ticket, which waits for the customer until they write again', async () => {
  const to = 'answers@desk.test'
  const mailboxId = await desk.connected(to)
  await desk.agent('ada', { mailboxIds: [mailboxId] })
  await desk.dovecot.deliver(rawMail({ to, subject: 'Kettle', messageId: 'kettle@customer.test' }), [to])
  const opened = await desk.ticketLike('Kettle')

  await sendElsewhere(to, {
    from: 'Ada <ada@desk.test>',
    subject: 'Re: Kettle',
    messageId: 'one@gmail.test',
    inReplyTo: 'kettle@customer.test',
    text: 'A new one is on its way.',
  })
  const answered = await desk.ticketLike('Kettle', ticket => ticket.messageCount === 2)
  await desk.dovecot.deliver(
    rawMail({
      to,
      subject: 'Re: Kettle',
      messageId: 'two@customer.test',
      inReplyTo: 'one@gmail.test',
      text: 'When?',
    }),
    [to],
  )
  const again = await desk.ticketLike('Kettle', ticket => ticket.messageCount === 3)

  expect(opened).toMatchObject({ state: 'open', messageCount: 1 })
  expect(opened.waitingSince).not.toBeNull()
  expect(gist(answered)).toEqual(['inbound', 'outbound elsewhere'])
  expect(answered).toMatchObject({
    state: 'waiting',
    waitingSince: null,
    snippet: 'A new one is on its way.',
  })
  expect(answered.messages[1]).toMatchObject({ delivery: null, placedBy: 'in-reply-to' })
  expect(answered.messages[1]?.authorId).not.toBeNull()
  expect(answered.events.map(({ kind }) => kind)).toEqual([
    'ticket_opened',
    'answered_elsewhere',
    'state_changed',
  ])
  expect(again).toMatchObject({ state: 'open', number: opened.number })
  expect(again.replyDefaults.to).toEqual([{ name: 'Ann', address: 'ann@customer.test' }])
  expect(await outcomesOf(mailboxId, 3)).toEqual(['INBOX filed', 'Sent filed', 'INBOX filed'])
})

test.each<[string, TicketChange, Queue]>([
  ['the Trash', { isDeleted: true }, 'trash'],
  ['Spam', { state: 'spam' }, 'spam'],
])(
  'an answer from a mail program brings its ticket out of %s, so that what the customer writes next is seen',
  async (_from, hiding, queue) => {
    const to = `${queue}@desk.test`
    const subject = `Kettle in ${queue}`
    await desk.connected(to)
    const messageId = `kettle.${queue}@customer.test`
    await desk.dovecot.deliver(rawMail({ to, subject, messageId }), [to])
    const { number } = await desk.ticketLike(subject)
    await desk.admin.call(updateTicket, { params: { number }, body: hiding })
    await desk.ticketLike(subject, () => true, queue)

    const answer = { subject: `Re: ${subject}`, messageId: `one.${queue}@gmail.test` }
    await sendElsewhere(to, { ...answer, inReplyTo: messageId, text: 'A new one is on its way.' })
    const answered = await desk.ticketLike(subject, ticket => ticket.messageCount === 2)
    const next = { to, subject: `Re: ${subject}`, messageId: `two.${queue}@customer.test`, text: 'When?' }
    await desk.dovecot.deliver(rawMail({ ...next, inReplyTo: answer.messageId }), [to])
    const again = await desk.ticketLike(subject, ticket => ticket.messageCount === 3)

    expect(answered).toMatchObject({ number, state: 'waiting', deletedAt: null })
    expect(again).toMatchObject({ number, state: 'open', deletedAt: null })
  },
)

test('an old answer that comes out of Sent late leaves its ticket in Spam, where somebody put it since', async () => {
  const to = 'late-sent@desk.test'
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)
  const [subject, messageId] = ['Kettle of old', 'kettle.old@customer.test']
  await desk.dovecot.append(to, 'INBOX', rawMail({ to, subject, messageId }), { internalDate: daysAgo(2) })
  await desk.connected(to, { startDays: 3 })
  const { number } = await desk.ticketLike(subject)
  await desk.admin.call(updateTicket, { params: { number }, body: { state: 'spam' } })

  const answer = { subject: `Re: ${subject}`, messageId: 'one.old@gmail.test', inReplyTo: messageId }
  await sendElsewhere(to, { ...answer, text: 'A new one is on its way.' }, daysAgo(1))
  const filed = await desk.ticketLike(subject, ticket => ticket.messageCount === 2, 'spam')

  expect(filed).toMatchObject({ number, state: 'spam' })
})

test('what belongs to no ticket is kept without one, until the customer answers it', async () => {
  const to = 'offers@desk.test'
  const mailboxId = await desk.connected(to, { startDays: 1 })
  const anHourAgo = new Date(Date.now() - 3_600_000)
  const more = { subject: 'Re: Our offer', messageId: 'more@gmail.test', inReplyTo: 'offer@gmail.test' }
  await sendElsewhere(to, { subject: 'Our offer', messageId: 'offer@gmail.test' }, anHourAgo)
  await sendElsewhere(to, more, anHourAgo)
  const kept = await outcomesOf(mailboxId, 2)

  await desk.dovecot.deliver(
    rawMail({
      to,
      subject: 'Re: Our offer',
      messageId: 'yes@customer.test',
      text: 'Yes please.',
      references: ['offer@gmail.test', 'more@gmail.test'],
    }),
    [to],
  )
  const ticket = await desk.ticketLike('Re: Our offer', one => one.messages.length === 3)

  expect(kept).toEqual(['Sent ignored', 'Sent ignored'])
  expect(gist(ticket)).toEqual(['outbound elsewhere', 'outbound elsewhere', 'inbound'])
  expect(ticket).toMatchObject({ state: 'open', customer: { address: 'ann@customer.test' } })
  expect(ticket.waitingSince).toBe(ticket.messages[2]?.receivedAt)
  expect(await outcomesOf(mailboxId, 3)).toEqual(['Sent filed', 'Sent filed', 'INBOX filed'])
})

test('in Sent the proof alone says what is ours; a forward, an automatic answer and a forged proof answer nobody', async () => {
  const to = 'proofs@desk.test'
  const mailboxId = await desk.connected(to)
  await desk.dovecot.deliver(rawMail({ to, subject: 'Teapot', messageId: 'teapot@customer.test' }), [to])
  const { messages } = await desk.ticketLike('Teapot')
  const ticketId = await desk.database.pool.query('select ticket_id from message where id = $1', [
    messages[0]?.id,
  ])
  const reply = {
    direction: 'outbound' as const,
    from: { name: null, address: to },
    placedBy: 'agent-reply' as const,
  }
  const sentId = await desk.message(ticketId.rows[0].ticket_id, {
    ...reply,
    kind: 'auto-reply',
    text: 'We have it.',
  })
  const { rows } = await desk.database.pool.query('select uuid from message where id = $1', [sentId])
  const ref = signLetterdeskRef({ messageUuid: rows[0].uuid, key: desk.ground.keys.active('tokens') })

  const answers = { subject: 'Re: Teapot', inReplyTo: 'teapot@customer.test' }
  await sendElsewhere(to, {
    ...answers,
    messageId: 'a@relay.test',
    headers: [`X-Letterdesk-Ref: ${ref}`],
    text: 'We have it. Footer',
  })
  await sendElsewhere(to, {
    ...answers,
    messageId: 'b@gmail.test',
    to: 'maker@third.test',
    subject: 'Fwd: Teapot',
  })
  await sendElsewhere(to, {
    ...answers,
    messageId: 'c@gmail.test',
    headers: ['Auto-Submitted: auto-replied'],
  })
  await sendElsewhere(to, {
    subject: 'Cup',
    messageId: 'd@gmail.test',
    headers: [`X-Letterdesk-Ref: ${rows[0].uuid}.${'a'.repeat(28)}`],
  })
  const settled = await outcomesOf(mailboxId, 5)
  const ticket = await desk.ticketLike('Teapot', one => one.messages.length === 4)

  expect(settled).toEqual(['INBOX filed', 'Sent own', 'Sent filed', 'Sent filed', 'Sent ignored'])
  expect(ticket).toMatchObject({ state: 'open' })
  expect(ticket.waitingSince).not.toBeNull()
  expect(ticket.messages.filter(one => one.sideThreadId !== null).map(one => one.internetMessageId)).toEqual([
    'b@gmail.test',
  ])
  expect(ticket.replyDefaults.cc).toEqual([])
  expect((await desk.database.pool.query('select 1 from outbox')).rowCount).toBe(0)
})
