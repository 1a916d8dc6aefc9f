import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { getMailboxView } from '../../src/mailboxes/mailbox-view.ts'
import { acknowledgeTicket } from '../../src/outbound/acknowledge-ticket.ts'
import { mailTemplateTest } from '../../src/outbound/mail-template-test.ts'
import { saveTemplate } from '../../src/outbound/save-template.ts'
import { getTemplate } from '../../src/outbound/template-view.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

let desk: SendingDesk

beforeAll(async () => {
  desk = await startSendingDesk()
})

afterAll(() => desk.stop())

let count = 0

/** A mailbox with an agent and a ticket in it. */
async function newPlace() {
  count += 1
  const mailboxId = await desk.mailbox(`words${count}@desk.test`, { name: 'Billing', acknowledges: true })
  const agent = await desk.agent(`writer${count}`, [mailboxId])
  const from = { name: '{{number}} <b>', address: `customer${count}@example.org` }
  const ticket = await desk.ticket(mailboxId, { from })
  return { mailboxId, agent, ticket }
}

const replyIn = (mailboxId: number) => ({ mailboxId, name: 'reply', language: 'en' }) as const

async function sentText(messageId: number): Promise<string> {
  const row = await desk.db
    .selectFrom('message_body')
    .select('text')
    .where('message_id', '=', messageId)
    .executeTakeFirstOrThrow()
  return row.text
}

test('a reply goes out in the words of its mailbox, and in the default ones again when they are taken back', async () => {
  const { mailboxId, agent, ticket } = await newPlace()
  const which = replyIn(mailboxId)
  const content = { subject: null, text: '{{text}}\n\n{{agentName}}, ticket {{number}}', html: null }
  const save = { agentId: agent.agentId }

  await saveTemplate(desk.db, which, { after: 0, change: { content }, ...save })
  const own = await desk.send(agent, { ticketId: ticket.ticketId, text: 'Yes {{#if number}}.' })
  await saveTemplate(desk.db, which, { after: 1, change: { useDefault: true }, ...save })
  const plain = await desk.send(agent, { ticketId: ticket.ticketId, text: 'Yes.' })
  await saveTemplate(desk.db, which, { after: 2, change: { restore: 1 }, ...save })
  const again = await desk.send(agent, { ticketId: ticket.ticketId, text: 'Again.' })

  const signature = `writer${count}, ticket ${ticket.number}\n`
  expect(await sentText(own)).toBe(`Yes {{#if number}}.\n\n${signature}`)
  expect((await sentText(plain)).trim()).toBe('Yes.')
  expect(await sentText(again)).toBe(`Again.\n\n${signature}`)
  expect((await getTemplate(desk, which)).versions).toMatchObject([
    { version: 3, restoredFrom: 1, isDefault: false, agentId: agent.agentId },
    { version: 2, isDefault: true },
    { version: 1, isDefault: false },
  ])
})

test('of two who save at once one is told, and no version is lost', async () => {
  const { mailboxId, agent } = await newPlace()
  const content = { subject: null, text: '{{text}}', html: null }
  const save = () =>
    saveTemplate(desk.db, replyIn(mailboxId), { after: 0, change: { content }, agentId: agent.agentId })

  const ends = await Promise.allSettled([save(), save(), save()])

  const codes = ends.map(end => (end.status === 'fulfilled' ? 'saved' : end.reason.code)).sort()
  expect(codes).toEqual(['saved', 'template-changed', 'template-changed'])
})

test('words that do not hold any more lose no reply: the default goes out, and the mailbox says so', async () => {
  const { mailboxId, agent, ticket } = await newPlace()
  const row = { mailbox_id: mailboxId, name: 'reply', language: 'en' as const, version: 1 }
  await desk.db
    .insertInto('mail_template')
    .values({ ...row, agent_id: agent.agentId, text: '{{text}} {{goneVariable}}' })
    .execute()

  const messageId = await desk.send(agent, { ticketId: ticket.ticketId, text: 'Still here.' })

  expect((await sentText(messageId)).trim()).toBe('Still here.')
  expect(await getTemplate(desk, replyIn(mailboxId))).toMatchObject({
    brokenSince: expect.any(String),
    problem: expect.stringContaining('unknown-variable goneVariable'),
  })
  expect((await getMailboxView(desk.db, mailboxId)).problem).toMatchObject({ code: 'template-broken' })
})

test('an acknowledgement in own words shows nothing a stranger wrote, and its own subject', async () => {
  const { mailboxId, agent, ticket } = await newPlace()
  const which = { mailboxId, name: 'acknowledgement', language: 'en' } as const
  const content = {
    subject: 'Got it: {{number}}',
    text: 'Hello from {{mailboxName}}, {{mailboxAddress}}.',
    html: null,
  }
  await saveTemplate(desk.db, which, { after: 0, change: { content }, agentId: agent.agentId })

  await acknowledgeTicket({ ...desk, ...desk.context }, ticket)

  const sent = await desk.db
    .selectFrom('message')
    .innerJoin('message_body', 'message_body.message_id', 'message.id')
    .select(['subject', 'text'])
    .where('ticket_id', '=', ticket.ticketId)
    .where('placed_by', '=', 'acknowledgement')
    .execute()
  expect(sent).toEqual([
    { subject: `Got it: ${ticket.number}`, text: `Hello from Billing, words${count}@desk.test.\n` },
  ])
})

test('a test mail comes through the mailbox to the own address, with the values of its newest ticket', async () => {
  const { mailboxId, agent, ticket } = await newPlace()
  const content = { subject: null, text: '{{text}}\n{{agentName}} {{number}}', html: null }
  const context = { ...desk, clock: systemClock, practice: () => null }
  const wish = { ...replyIn(mailboxId), content, agentId: agent.agentId, now: new Date() }

  const address = await mailTemplateTest(context, wish)

  const mail = await desk.sink.waitFor(one => one.to.includes(address))
  expect(address).toBe(`writer${count}@desk.test`)
  const raw = mail.raw.toString()
  expect(raw).toContain(`writer${count} ${ticket.number}`)
  expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m)
})
