import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import {
  getTicket,
  listTickets,
  type Message,
  sendReply,
  type Ticket,
  updateTicket,
} from '../../src/shared/tickets.ts'
import type { ApiClient } from '../support/api.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { openBrowser } from '../support/chromium.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import type { Letterdesk } from '../support/letterdesk.ts'
import { rawMail } from '../support/mails.ts'
import { startProduct } from '../support/product.ts'
import { complaint, exchangeReport, gmailReport, postfixReport, type Reported } from '../support/reports.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { waitUntil } from '../support/wait-until.ts'

// Replies sent, each ticket closed with it; then what servers and customers mail about them.
const support = 'support@desk.test'
const names = ['hard', 'typo', 'soft', 'plain', 'late', 'forged', 'away', 'kind', 'angry'] as const
type Name = (typeof names)[number]

let certificates: Certificates
let dovecot: Dovecot
let sink: SmtpSink
let desk: Letterdesk
let ada: ApiClient
let replies: Record<Name, Message>
let numbers: Record<Name, number>

beforeAll(async () => {
  certificates = await makeCertificates()
  ;[dovecot, sink] = await Promise.all([startDovecot({ certificates }), startSmtpSink({ certificates })])
  desk = await startProduct({ caFile: certificates.caFile })
  ada = await desk.hastyOwner()
  const servers = { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }
  await connect(ada, servers, { address: support, name: 'Support' })
  const told = await Promise.all(names.map(answer))
  replies = Object.fromEntries(told.map(one => [one.name, one.reply])) as Record<Name, Message>
  numbers = Object.fromEntries(told.map(one => [one.name, one.number])) as Record<Name, number>
}, 240_000)

afterAll(async () => {
  await desk?.stop()
  await Promise.all([dovecot?.stop(), sink?.stop()])
  await certificates?.remove()
})

test('a report of Postfix marks the recipient, opens the ticket and gives it to the author', async () => {
  const words = '550 5.1.1 <hard@customer.test>: no such user here'
  await deliver(postfixReport(await reported('hard'), { action: 'failed', status: '5.1.1', words }))

  const ticket = await becomes('hard', one => one.state === 'open')

  expect(deliveryOf(ticket, 'hard')).toMatchObject({
    state: 'accepted',
    recipients: [
      {
        address: 'hard@customer.test',
        state: 'bounced',
        reason: 'unknown-address',
        severity: 'hard',
        replyText: words,
      },
    ],
  })
  expect(ticket).toMatchObject({ hasFailedReply: true, assigneeId: replies.hard.authorId })
  expect(ticket.messages.at(-1)).toMatchObject({ kind: 'bounce', placedBy: 'returned-mail' })
  expect(ticket.events.find(event => event.kind === 'reply_bounced')).toMatchObject({
    messageId: replies.hard.id,
    data: { recipients: [{ address: 'hard@customer.test', status: '5.1.1', severity: 'hard' }] },
  })
})

test('in Not delivered an agent mends the address, and the reply goes to the right one', async () => {
  await deliver(
    postfixReport(await reported('typo'), {
      action: 'failed',
      status: '5.1.1',
      words: '550 5.1.1 <typo@customer.test>: no such user here',
    }),
  )
  await becomes('typo', one => one.hasFailedReply)
  const browser = await openBrowser()
  onTestFinished(async () => await browser.close())
  const visitor = await browser.newAgent(ada)
  const page = await visitor.newPage()
  await page.goto(`${desk.baseUrl}/queue/undelivered`)
  await page.getByRole('link', { name: /typo/ }).first().click()

  await page.getByRole('button', { name: 'Fix the address' }).click()
  const to = page.getByRole('combobox', { name: 'To', exact: true })
  await expect.poll(() => to.evaluate(field => field.matches(':focus'))).toBe(true)
  await page.keyboard.press('Backspace')
  await page.keyboard.type('right@customer.test')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Enter')

  const { raw } = await sink.waitFor(mail => mail.to.includes('right@customer.test'))
  expect(raw.toString()).toContain('About typo.')
  expect(raw.toString()).toContain('> Good morning, my parcel has not come.') // quoted, as it was before
  await becomes('typo', one => !one.hasFailedReply)
  await page.getByRole('button', { name: 'Fix the address' }).waitFor({ state: 'detached' })
}, 60_000)

test('a report of Exchange says that the mailbox is full, and that a later mail may arrive', async () => {
  const said = { status: '5.2.2', words: 'STOREDRV.Deliver; mailbox is over its quota' }
  await deliver(exchangeReport(await reported('soft'), said))

  const ticket = await becomes('soft', one => one.state === 'open')

  expect(deliveryOf(ticket, 'soft')?.recipients).toMatchObject([
    { state: 'bounced', reason: 'mailbox-full', severity: 'soft' },
  ])
})

test('a bounce of Gmail in plain words does the same', async () => {
  await deliver(
    gmailReport(await reported('plain'), '550 5.7.1 Our system has detected that this message is spam'),
  )

  const ticket = await becomes('plain', one => one.state === 'open')

  expect(deliveryOf(ticket, 'plain')?.recipients).toMatchObject([{ state: 'bounced', reason: 'spam' }])
})

test('who comes back to several replies that did not arrive is told in one line, which leads to them; a report is nobody who joins', async () => {
  const browser = await openBrowser()
  onTestFinished(async () => await browser.close())
  const page = await (await browser.newAgent(ada)).newPage()
  await page.goto(`${desk.baseUrl}/queue/mine`)

  const told = page.getByText(/^Not delivered or in doubt: \d+ of your replies$/)
  await told.waitFor()
  const lines = await page.getByRole('button', { name: 'Look', exact: true }).count()
  await page.getByRole('button', { name: 'Look', exact: true }).click()
  await page.getByRole('link', { name: /hard/ }).first().click()
  await page.getByRole('feed').getByText('A report that a mail was not delivered').waitFor()

  expect([lines, new URL(page.url()).pathname]).toEqual([1, `/queue/undelivered/${numbers.hard}`])
  const strangers = page.getByRole('feed').getByText('This sender was not part of the ticket before.')
  expect(await strangers.count()).toBe(0)
}, 60_000)

test('a delay is shown and wakes nobody, and a delivery after it clears it', async () => {
  const mail = await reported('late')
  await deliver(postfixReport(mail, { action: 'delayed', status: '4.4.1', words: 'connect: timed out' }))
  const late = await becomes('late', one => deliveryOf(one, 'late')?.recipients[0]?.state === 'delayed')
  await deliver(postfixReport(mail, { action: 'delivered', status: '2.0.0', words: '250 2.0.0 Ok' }))

  const ticket = await becomes('late', one => deliveryOf(one, 'late')?.recipients[0]?.state === 'delivered')

  expect([late.state, ticket.state]).toEqual(['closed', 'closed'])
  expect(deliveryOf(late, 'late')?.recipients[0]).toMatchObject({ severity: 'delayed', reason: 'expired' })
  expect(deliveryOf(ticket, 'late')?.recipients[0]).toMatchObject({ severity: null, reason: null })
  expect(ticket).toMatchObject({ hasFailedReply: false, waitingSince: null })
})

test('a forged report that names no mail of ours is a mail like any other and changes nothing', async () => {
  const { sent, ...rest } = await reported('forged')
  const guessed = Buffer.from(
    sent
      .toString('latin1')
      .replace(/^(message-id|x-letterdesk-ref):.*(?:\r\n[ \t].*)*/gim, '$1: <guessed@desk.test>'),
  )
  const said = { action: 'failed', status: '5.1.1', words: '550 5.1.1 forged' } as const
  await deliver(postfixReport({ ...rest, sent: guessed }, said))

  const found = await waitUntil('a ticket of its own', async () => {
    const { data } = await ada.call(listTickets, { query: { queue: 'unassigned' } })
    return data.find(row => row.subject === 'Undelivered Mail Returned to Sender')
  })

  const ticket = await ticketOf('forged')
  expect(found.messageCount).toBe(1)
  expect(ticket).toMatchObject({ state: 'closed', hasFailedReply: false, messageCount: 2 })
  expect(deliveryOf(ticket, 'forged')?.recipients).toMatchObject([{ state: 'accepted', reason: null }])
})

test('an absence notice is kept and marked, and neither opens the ticket nor starts a wait', async () => {
  await answerBack('away', {
    subject: 'Out of office: Re: away',
    text: 'I am back on Monday.\r\n',
    headers: ['Auto-Submitted: auto-replied'],
  })

  const ticket = await becomes('away', one => one.messageCount === 3)

  expect(ticket).toMatchObject({ state: 'closed', waitingSince: null })
  expect(ticket.messages.at(-1)).toMatchObject({ kind: 'auto-reply', direction: 'inbound' })
})

test('a thanks leaves the ticket closed and says so, and a click opens it', async () => {
  await answerBack('kind', { subject: 'Re: kind', text: 'Thank you so much, have a nice day!\r\n' })

  const thanked = await becomes('kind', one => one.messageCount === 3)
  await ada.call(updateTicket, { params: { number: numbers.kind }, body: { state: 'open' } })
  const opened = await ticketOf('kind')

  expect(thanked).toMatchObject({ state: 'closed', waitingSince: null })
  expect(thanked.events.find(event => event.kind === 'stayed_closed')).toMatchObject({
    messageId: thanked.messages.at(-1)?.id,
    data: { why: 'thanks' },
  })
  expect(opened.state).toBe('open')
})

test('a complaint is tied to the mail it speaks of by our signed reference alone', async () => {
  await deliver(complaint(await reported('angry')))

  const ticket = await becomes('angry', one => one.messageCount === 3)

  expect(ticket).toMatchObject({ state: 'closed' })
  expect(ticket.messages.at(-1)).toMatchObject({ kind: 'complaint', placedBy: 'returned-mail' })
  expect(ticket.events.find(event => event.kind === 'reply_complained')?.messageId).toBe(replies.angry.id)
})

async function answer(name: Name) {
  await deliver(
    rawMail({ from: `${name}@customer.test`, subject: name, messageId: `${name}.1@customer.test` }),
  )
  const { number } = await waitUntil(`the ticket ${name}`, async () => {
    const { data } = await ada.call(listTickets, { query: { queue: 'unassigned' } })
    return data.find(row => row.subject === name)
  })
  const body = { text: `About ${name}.`, stateAfter: 'closed', withHistory: name === 'typo' } as const
  const { id } = await ada.call(sendReply, { params: { number }, body })
  const reply = await waitUntil(
    `the reply to ${name} is accepted`,
    async () => {
      const { messages } = await ada.call(getTicket, { params: { number } })
      return messages.find(message => message.id === id && message.delivery?.state === 'accepted')
    },
    { withinMs: 60_000, everyMs: 500 },
  )
  return { name, number, reply }
}

async function reported(name: Name): Promise<Reported> {
  const recipient = `${name}@customer.test`
  const { raw } = await sink.waitFor(mail => mail.to.includes(recipient))
  return { sent: raw, to: support, recipient }
}

async function answerBack(name: Name, mail: { subject: string; text: string; headers?: string[] }) {
  const inReplyTo = replies[name].internetMessageId ?? ''
  await deliver(rawMail({ from: `${name}@customer.test`, inReplyTo, ...mail }))
}

async function deliver(raw: Buffer | string): Promise<void> {
  await dovecot.deliver(raw, [support])
}

async function ticketOf(name: Name): Promise<Ticket> {
  return await ada.call(getTicket, { params: { number: numbers[name] } })
}

async function becomes(name: Name, is: (ticket: Ticket) => boolean): Promise<Ticket> {
  return await waitUntil(
    `the ticket ${name} as expected`,
    async () => {
      const ticket = await ticketOf(name)
      return is(ticket) ? ticket : undefined
    },
    { withinMs: 20_000, everyMs: 100 },
  )
}

function deliveryOf(ticket: Ticket, name: Name) {
  return ticket.messages.find(message => message.id === replies[name].id)?.delivery
}
