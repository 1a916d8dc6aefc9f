import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { getMailboxView } from '../../src/mailboxes/mailbox-view.ts'
import { acknowledgeTicket } from '../../src/outbound/acknowledge-ticket.ts'
import { getAutomaticMail } from '../../src/outbound/automatic-mail-view.ts'
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

const threadIndex = Buffer.from([1, ...Array.from({ length: 21 }, (_, at) => at)]).toString('base64')
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
    header: `Thread-Topic: Cheap pills http://spam.test\r\nThread-Index: ${threadIndex}\r\n`,
  })
  const messageId = messageIds[0] ?? 0
  const before = await desk.ticketRow(ticketId)

  const sender = await desk.sender()

  await desk.reaches(messageId, 'accepted')
  await sender.stop()
  const sent = desk.sink.accepted.find(mail => mail.to.includes(from.address))
  const raw = sent?.raw.toString('latin1') ?? ''
  const mail = await parseMail(sent?.raw ?? Buffer.alloc(0))
  expect(sent).toMatchObject({ from: '', to: [from.address] })
  expect(raw).toMatch(/^Auto-Submitted: auto-replied\r$/m)
  expect(raw).toMatch(/^X-Auto-Response-Suppress: All\r$/m)
  expect(raw).toMatch(/^Thread-Index: /m) // the index of Outlook goes on, its topic does not
  expect(`${raw} ${mail.subject} ${mail.text}`).not.toMatch(/spam|pills/i)
  expect(mail).toMatchObject({ inReplyTo: [id], kind: 'auto-reply' })
  expect(await desk.ticketRow(ticketId)).toMatchObject({
    state: 'open',
    waiting_since: expect.any(Date),
    last_message_at: before.last_message_at,
  })
  expect((await desk.events(ticketId)).map(event => event.kind)).toContain('acknowledged')
})

test('an address gets one acknowledgement a day, in whatever case it writes, and a ticket one for ever', async () => {
  const address = newAddress()

  const first = await acknowledged({ from: { name: null, address } })
  const second = await acknowledged({ from: { name: null, address: address.toUpperCase() } })
  await acknowledgeTicket({ ...desk, ...desk.context }, first)
  await desk.db.deleteFrom('automatic_mail').execute()
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

/** What a mailbox shows of its automatic mail. */
const shown = async (id: number) => ({
  problem: (await getMailboxView(desk.db, id)).problem?.code ?? null,
  ...(await getAutomaticMail(desk.db, id)),
})

/** As if everything decided and held in a mailbox had been so long ago. */
async function letPass(id: number, time: string) {
  const ago = sql`${time}::interval`
  await sql`update automatic_mail set decided_at = decided_at - ${ago} where mailbox_id = ${id}`.execute(
    desk.db,
  )
  await sql`update mailbox set automatic_held_at = automatic_held_at - ${ago},
    automatic_held_until = automatic_held_until - ${ago} where id = ${id}`.execute(desk.db)
}

test('a flood is answered fifty times a minute, then the breaker opens, says so, and closes by itself', async () => {
  const flooded = await desk.mailbox('flooded@desk.test', { acknowledges: true })
  const flood = async (count: number) => {
    const all = await Promise.all(Array.from({ length: count }, () => acknowledged({ mailboxId: flooded })))
    return all.flatMap(one => one.messageIds).length
  }

  const answered = await flood(55)
  const open = await shown(flooded)
  await letPass(flooded, '9 minutes')
  const stillOpen = await flood(1)
  await letPass(flooded, '2 minutes')
  const closed = await shown(flooded)
  const again = await flood(3)

  expect([answered, stillOpen, again]).toEqual([50, 0, 3])
  expect(open).toMatchObject({
    problem: 'automatic-mail-held',
    sent: 50,
    held: [{ by: 'breaker', count: 5 }],
    heldUntil: expect.any(Date),
  })
  expect(closed).toMatchObject({ problem: null, heldUntil: null })
})

test('a machine that floods us alone does not keep others from their acknowledgement', async () => {
  const busy = await desk.mailbox('busy@desk.test', { acknowledges: true })
  const from = { name: null, address: newAddress() }
  await Promise.all(Array.from({ length: 55 }, () => acknowledged({ mailboxId: busy, from })))

  const other = await acknowledged({ mailboxId: busy })

  expect(other.messageIds).toHaveLength(1)
  expect(await shown(busy)).toMatchObject({
    problem: null,
    sent: 2,
    held: [{ by: 'address', count: 54 }],
    insistent: [{ address: from.address, wishes: 55 }],
  })
})

test('an address counts for 24 hours, across midnight, mailboxes and tags', async () => {
  const tagging = await desk.mailbox('tagging@desk.test', { acknowledges: true })
  const wish = (address: string) => acknowledged({ mailboxId: tagging, from: { name: null, address } })

  const first = await wish('anna@tags.example')
  await letPass(tagging, '23 hours')
  const tagged = await wish('anna+2@tags.example')
  const elsewhere = await acknowledged({ from: { name: null, address: 'anna+3@tags.example' } })
  await letPass(tagging, '2 hours')
  const nextDay = await wish('Anna@Tags.example')

  const counts = [first, tagged, elsewhere, nextDay].map(one => one.messageIds.length)
  expect(counts).toEqual([1, 0, 0, 1])
})

test('one domain gets 200 acknowledgements an hour', async () => {
  const targeted = await desk.mailbox('targeted@desk.test', { acknowledges: true })
  const { ticketId } = await desk.ticket(targeted)
  await sql`
    with added as (
      insert into ticket (mailbox_id, subject, state, last_message_at)
      select mailbox_id, subject, state, last_message_at from ticket, generate_series(1, 200) where id = ${ticketId}
      returning id)
    insert into automatic_mail (ticket_id, mailbox_id, address, domain, decided_at)
    select id, ${targeted}, id || '@bombed.example', 'bombed.example', clock_timestamp() - interval '30 minutes'
    from added`.execute(desk.db)
  const wish = (address: string) => acknowledged({ mailboxId: targeted, from: { name: null, address } })

  const bombed = await wish('one-more@bombed.example')
  const other = await wish('somebody@else.example')
  await letPass(targeted, '31 minutes')
  const later = await wish('later@bombed.example')

  expect([bombed, other, later].map(one => one.messageIds.length)).toEqual([0, 1, 1])
})

test('who repeats the subject of our acknowledgement is not acknowledged, from whatever address', async () => {
  const { ticketId } = await acknowledged()
  const { number } = await desk.ticketRow(ticketId)

  const answers = await acknowledged({ subject: `AW: We have received your message [#${number}]` })
  const unknown = await acknowledged({ subject: 'Your order [#99999999]' })

  expect([answers.messageIds.length, unknown.messageIds.length]).toEqual([0, 1])
})
