import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { acknowledgeTicket } from '../../src/outbound/acknowledge-ticket.ts'
import { type SendingDesk, startSendingDesk, type TicketWish } from './sending-desk.ts'

let desk: SendingDesk
let mailboxId: number
let count = 0

beforeAll(async () => {
  desk = await startSendingDesk()
  mailboxId = await desk.mailbox('support@desk.test', { acknowledges: true })
})

afterAll(async () => {
  await desk.stop()
})

const newAddress = () => `customer${++count}@example.org`

async function acknowledged(wish: TicketWish & { mailboxId?: number } = {}) {
  const from = wish.from ?? { name: 'Buy cheap pills', address: newAddress() }
  const ticket = await desk.ticket(wish.mailboxId ?? mailboxId, { ...wish, from })
  await acknowledgeTicket({ ...desk, ...desk.context }, ticket)
  const rows = await desk.db
    .selectFrom('message')
    .selectAll()
    .where('ticket_id', '=', ticket.ticketId)
    .where('placed_by', '=', 'acknowledgement')
    .execute()
  return { ...ticket, from, messageIds: rows.map(row => row.id) }
}

test('a new ticket is acknowledged from the null sender, marked, without the customer’s words', async () => {
  const { messageIds, from, ticketId, id } = await acknowledged({
    subject: 'Visit http://spam.test',
    text: 'http://spam.test now',
  })
  const messageId = messageIds[0] ?? 0

  const sender = await desk.sender()

  await desk.reaches(messageId, 'accepted')
  await sender.stop()
  const sent = desk.sink.accepted.find(mail => mail.to.includes(from.address))
  const raw = sent?.raw.toString('latin1') ?? ''
  const mail = await parseMail(sent?.raw ?? Buffer.alloc(0))
  expect(sent).toMatchObject({ from: '', to: [from.address] })
  expect(raw).toMatch(/^Auto-Submitted: auto-replied\r$/m)
  expect(raw).toMatch(/^X-Auto-Response-Suppress: All\r$/m)
  expect(`${raw} ${mail.subject} ${mail.text}`).not.toMatch(/spam|pills/i)
  expect(mail).toMatchObject({ inReplyTo: [id], kind: 'auto-reply' })
  expect(await desk.ticketRow(ticketId)).toMatchObject({ state: 'open', waiting_since: expect.any(Date) })
  expect((await desk.events(ticketId)).map(event => event.kind)).toContain('acknowledged')
})

test('an address gets one acknowledgement a day, in whatever case it writes, and a ticket one for ever', async () => {
  const address = newAddress()

  const first = await acknowledged({ from: { name: null, address } })
  const second = await acknowledged({ from: { name: null, address: address.toUpperCase() } })
  await acknowledgeTicket({ ...desk, ...desk.context }, first)
  await desk.db.deleteFrom('acknowledgement').execute()
  await acknowledgeTicket({ ...desk, ...desk.context }, first)

  const ofFirst = await desk.db
    .selectFrom('message')
    .select('id')
    .where('ticket_id', '=', first.ticketId)
    .where('placed_by', '=', 'acknowledgement')
    .execute()
  expect(second.messageIds).toEqual([])
  expect(ofFirst.map(row => row.id)).toEqual(first.messageIds)
})

test('two tickets of one address at once get one acknowledgement', async () => {
  const from = { name: null, address: newAddress() }

  const both = await Promise.all([acknowledged({ from }), acknowledged({ from })])

  expect(both.flatMap(ticket => ticket.messageIds)).toHaveLength(1)
})

const silent: [string, TicketWish][] = [
  ['an auto-reply', { kind: 'auto-reply' }],
  ['a bounce', { kind: 'bounce' }],
  ['a list', { kind: 'list' }],
  ['ourselves', { from: { name: null, address: 'Support@desk.test' } }],
  ['mailer-daemon', { from: { name: null, address: 'MAILER-DAEMON@example.org' } }],
  ['no-reply', { from: { name: null, address: 'no-reply+17@example.org' } }],
  ['a null sender', { header: 'Return-Path: <>\r\n' }],
  ['auto-submitted', { header: 'Auto-Submitted: auto-generated\r\n' }],
  ['precedence bulk', { header: 'Precedence: bulk\r\n' }],
  ['who asks for silence', { header: 'X-Auto-Response-Suppress: DR, AutoReply\r\n' }],
  ['a list header', { header: 'List-Id: <news.example.org>\r\n' }],
]

test.each(silent)('%s gets no acknowledgement', async (_name, wish) => {
  const { messageIds } = await acknowledged(wish)

  expect(messageIds).toEqual([])
})

test('a mailbox that does not acknowledge stays silent', async () => {
  const quiet = await desk.mailbox('quiet@desk.test')

  const { messageIds } = await acknowledged({ mailboxId: quiet })

  expect(messageIds).toEqual([])
})

test('a flood is not answered beyond fifty a minute', async () => {
  const flooded = await desk.mailbox('flooded@desk.test', { acknowledges: true })
  let answered = 0

  for (let at = 0; at < 55; at++) answered += (await acknowledged({ mailboxId: flooded })).messageIds.length

  expect(answered).toBe(50)
})
