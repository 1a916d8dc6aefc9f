import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { migrateJobs } from '../../src/jobs/run-jobs.ts'
import { createLog } from '../../src/lib/log.ts'
import { moveMessage, takeForward, undoForward } from '../../src/shared/placing.ts'
import { getTicket, listTickets, sendReply, type Ticket } from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import type { MailParts } from '../support/mails.ts'

let desk: Desk
let support: number
let sales: number
let ada: DeskAgent
let mails = 0

const OUR_MX = 'mx.desk.test'
const VERDICT = `Authentication-Results: ${OUR_MX}; dmarc=pass`

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  sales = await desk.mailbox('sales@desk.test')
  ada = await desk.agent('ada', { mailboxIds: [support] })
  await desk.agent('olga', { role: 'owner' })
  const gone = await desk.agent('gone', { mailboxIds: [support] })
  await desk.database.pool.query('update mailbox set authserv_id = $1', [OUR_MX])
  await desk.database.db
    .updateTable('agent')
    .set({ state: 'deactivated' })
    .where('id', '=', gone.agentId)
    .execute()
})

afterAll(() => desk.stop())

beforeEach(() => {
  mails += 1
})

const read = (number: number): Promise<Ticket> => ada.call(getTicket, { params: { number } })
const refusal = (code: string) => expect.objectContaining({ problem: expect.objectContaining({ code }) })

/** What Gmail makes of Ann's mail to Ada, with a word of Ada's above; our mail server says whether it is Ada's. */
function forwardOf(parts: MailParts & { author?: string; verdict?: string | null } = {}): MailParts {
  const { author = 'Ann Berg <ann@customer.test>', verdict = VERDICT, headers = [], ...others } = parts
  return {
    from: 'Ada <ada@desk.test>',
    subject: 'Fwd: The lamp',
    messageId: `forward.${mails}@desk.test`,
    headers: verdict === null ? headers : [verdict, ...headers],
    text: `She is angry.\r\n\r\n---------- Forwarded message ---------\r\nFrom: ${author}\r\nDate: Tue, Nov 3, 2026\r\nSubject: The lamp\r\nTo: <ada@desk.test>\r\n\r\nThe lamp came broken.\r\n`,
    ...others,
  }
}

test("a customer's mail that an agent forwards is the customer's ticket, and says who forwarded it", async () => {
  const { number } = await desk.receive(support, forwardOf({ cc: 'boss@desk.test' }))

  const ticket = await read(number)

  expect(ticket).toMatchObject({
    subject: 'The lamp',
    customer: { name: 'Ann Berg', address: 'ann@customer.test' },
    messages: [{ from: { address: 'ada@desk.test' }, forwardedFrom: { address: 'ann@customer.test' } }],
    replyDefaults: { to: [{ name: 'Ann Berg', address: 'ann@customer.test' }], cc: [], replyTo: [] },
  })
  expect(ticket.events).toContainEqual(
    expect.objectContaining({
      kind: 'customer_from_forward',
      data: { name: 'Ann Berg', address: 'ann@customer.test' },
    }),
  )
})

test("the answer carries the customer's words and subject, and nothing the agent wrote above them", async () => {
  const { number } = await desk.receive(
    support,
    forwardOf({ subject: 'angry one', text: forwardOf().text ?? '' }),
  )

  const sent = await ada.call(sendReply, {
    params: { number },
    body: { text: 'We send a new one.', withHistory: true },
  })

  expect(sent.subject).toBe('Re: The lamp')
  expect(sent.text).toContain('Ann Berg')
  expect(sent.text).toContain('> The lamp came broken.')
  expect(sent.text).not.toContain('angry')
})

test('a mail forwarded as a file is answered without what the agent wrote', async () => {
  const file = 'From: Ann <ann@customer.test>\r\nSubject: The lamp\r\n\r\nIt came broken.\r\n'
  const { number } = await desk.receive(
    support,
    forwardOf({
      subject: 'look at this angry one',
      contentType: 'multipart/mixed; boundary=b',
      text: `--b\r\n\r\nShe is angry.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n${file}--b--\r\n`,
    }),
  )

  const sent = await ada.call(sendReply, {
    params: { number },
    body: { text: 'We send a new one.', withHistory: true },
  })

  expect((await read(number)).customer?.address).toBe('ann@customer.test')
  expect(sent.subject).toBe('Re: The lamp')
  expect(sent.text).not.toContain('angry')
})

test("the customer's answer to us is in the ticket, from one who belongs to it", async () => {
  const { number } = await desk.receive(support, forwardOf())
  const sent = await ada.call(sendReply, { params: { number }, body: { text: 'We send a new one.' } })

  const answer = await desk.receive(support, {
    from: 'Ann Berg <ann@customer.test>',
    inReplyTo: sent.internetMessageId ?? '',
    messageId: `answer.${mails}@customer.test`,
  })

  const { messages } = await read(number)
  expect(answer.number).toBe(number)
  expect(messages.at(-1)).toMatchObject({ isNewcomer: false, isUnverified: false })
})

test("taken back, the mail is the agent's own and the answer goes to them; twice is refused", async () => {
  const { number, messageId } = await desk.receive(support, forwardOf())

  await ada.call(undoForward, { params: { id: messageId } })

  expect(await read(number)).toMatchObject({
    subject: 'Fwd: The lamp',
    customer: { address: 'ada@desk.test' },
    messages: [{ forwardedFrom: null }],
    replyDefaults: { to: [{ address: 'ada@desk.test' }] },
  })
  await expect(ada.call(undoForward, { params: { id: messageId } })).rejects.toEqual(
    refusal('already-undone'),
  )
})

test('of an agent who is not proven it is offered, and an agent takes it, takes it back, and takes it again', async () => {
  const { number, messageId } = await desk.receive(support, forwardOf({ verdict: null }))
  const offered = await read(number)

  await ada.call(takeForward, { params: { id: messageId } })
  const taken = await read(number)
  await ada.call(undoForward, { params: { id: messageId } })
  const undone = await read(number)
  await ada.call(takeForward, { params: { id: messageId } })

  const ann = { name: 'Ann Berg', address: 'ann@customer.test' }
  expect(offered).toMatchObject({
    subject: 'Fwd: The lamp',
    customer: { address: 'ada@desk.test' },
    messages: [{ forwardedFrom: null, forwardOffer: ann }],
  })
  expect(taken).toMatchObject({
    subject: 'The lamp',
    customer: ann,
    messages: [{ forwardedFrom: ann, forwardOffer: null }],
    replyDefaults: { to: [ann] },
  })
  expect(taken.events).toContainEqual(
    expect.objectContaining({ kind: 'customer_from_forward', agentId: ada.agentId, data: ann }),
  )
  expect(undone).toMatchObject({ customer: { address: 'ada@desk.test' }, messages: [{ forwardOffer: ann }] })
  expect((await read(number)).customer).toEqual(ann)
})

test("of a mail in an agent's name that fails the check nothing is offered", async () => {
  const verdict = `Authentication-Results: ${OUR_MX}; dmarc=fail (p=REJECT)`
  const { number, messageId } = await desk.receive(support, forwardOf({ verdict }))

  const { customer, messages } = await read(number)

  expect(customer?.address).toBe('ada@desk.test')
  expect(messages).toMatchObject([{ isUnverified: true, forwardedFrom: null, forwardOffer: null }])
  await expect(ada.call(takeForward, { params: { id: messageId } })).rejects.toEqual(refusal('not-found'))
})

test('an owner forwards into any mailbox', async () => {
  const { number } = await desk.receive(support, forwardOf({ from: 'Olga <OLGA@desk.test>' }))

  expect((await read(number)).customer?.address).toBe('ann@customer.test')
})

test.each([
  ['a customer', { from: 'Bob <bob@customer.test>' }, 'bob@customer.test'],
  ['an agent who was deactivated', { from: 'gone@desk.test' }, 'gone@desk.test'],
  ['a mail with two senders', { headers: ['From: bob@customer.test'] }, 'ada@desk.test'],
  ['a robot', { headers: ['Auto-Submitted: auto-generated'] }, 'ada@desk.test'],
  ['an agent, of their own mail', { author: 'Ada <ada@desk.test>' }, 'ada@desk.test'],
  ['an agent, of our own mail', { author: 'Support <support@desk.test>' }, 'ada@desk.test'],
])('%s forwards for nobody', async (_, parts, customer) => {
  const { number } = await desk.receive(support, forwardOf(parts))

  const ticket = await read(number)

  expect(ticket.customer?.address).toBe(customer)
  expect(ticket.messages[0]).toMatchObject({ forwardedFrom: null, forwardOffer: null })
})

test('an agent forwards for nobody into a mailbox they may not use', async () => {
  await desk.receive(sales, forwardOf())

  const { data } = await (await desk.agent('sam', { mailboxIds: [sales] })).call(listTickets, {
    query: { queue: 'all' },
  })

  expect(data.map(row => row.customer?.address)).toEqual(['ada@desk.test'])
})

test('a forward into a ticket that goes on changes nobody', async () => {
  const first = await desk.receive(support, {
    from: 'Bob <bob@customer.test>',
    messageId: `bob.${mails}@customer.test`,
  })

  const next = await desk.receive(support, forwardOf({ inReplyTo: `bob.${mails}@customer.test` }))

  const ticket = await read(first.number)
  expect(next.number).toBe(first.number)
  expect(ticket.customer?.address).toBe('bob@customer.test')
  expect(ticket.replyDefaults.to.map(one => one.address)).toEqual(['bob@customer.test'])
})

test('split off, a forwarded mail takes its customer along', async () => {
  const first = await desk.receive(support, forwardOf())
  await desk.receive(support, {
    ...forwardOf(),
    inReplyTo: `forward.${mails}@desk.test`,
    messageId: `more.${mails}@desk.test`,
  })

  const { number } = await ada.call(moveMessage, {
    params: { id: first.messageId },
    body: { toNumber: null },
  })

  const ticket = await read(number)
  expect(ticket.customer?.address).toBe('ann@customer.test')
  expect(ticket.replyDefaults.to.map(one => one.address)).toEqual(['ann@customer.test'])
})

test('only who writes to us is answered automatically', async () => {
  await migrateJobs({ directUrl: desk.database.url, log: createLog({ level: 'silent' }) })
  await desk.database.pool.query('update mailbox set acknowledges = true where id = $1', [support])

  const forwarded = await desk.receive(support, forwardOf())
  const written = await desk.receive(support, {
    from: 'bob@customer.test',
    messageId: `bob.${mails}@customer.test`,
  })

  const { rows } = await desk.database.pool.query('select payload from graphile_worker._private_jobs')
  const answered = rows.map(row => row.payload.ticketId)
  expect([forwarded, written].map(({ ticketId }) => answered.includes(ticketId))).toEqual([false, true])
})
