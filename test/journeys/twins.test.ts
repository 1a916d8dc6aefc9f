import { afterAll, beforeAll, expect, test } from 'vitest'
import { inviteAgent } from '../../src/shared/agents.ts'
import { updateMailbox } from '../../src/shared/mailboxes.ts'
import { useLink } from '../../src/shared/session.ts'
import {
  getMessageRaw,
  getTicket,
  listQueues,
  listTickets,
  sendReply,
  type Ticket,
  takeOver,
  updateTicket,
  writeNote,
} from '../../src/shared/tickets.ts'
import type { Queue } from '../../src/shared/vocabulary.ts'
import { type HostileDesk, startHostileDesk } from '../abuse/hostile-desk.ts'
import { type ApiClient, apiClient } from '../support/api.ts'
import { openEventStream } from '../support/event-stream.ts'
import { rawMail } from '../support/mails.ts'
import { startProduct } from '../support/product.ts'
import { waitUntil } from '../support/wait-until.ts'

// One story, told in order: a customer writes to support@ and billing@ at once. Ada sees both mailboxes,
// Sam support@ alone and Bea billing@ alone.
const firstId = 'both.1@customer.test'
const subject = 'My invoice and my parcel'
const supportSecret = 'КАНАРЧЕ-4417 he is a rude one'
const billingSecret = 'КАНАРЧЕ-9050 he never pays'

let desk: HostileDesk
let ada: ApiClient
let sam: ApiClient
let bea: ApiClient
let lead: Ticket
let twin: Ticket

beforeAll(async () => {
  desk = await startHostileDesk({ start: startProduct })
  ada = desk.owner
  bea = desk.outsider
  sam = await invite('sam@desk.test', [desk.support.id])
  for (const { id } of [desk.support, desk.billing]) {
    await ada.call(updateMailbox, { params: { id }, body: { acknowledges: true } })
  }
}, 180_000)

afterAll(async () => await desk?.stop(), 60_000)

test('a mail to both mailboxes is one row for who sees both, and one in each mailbox for who sees one', async () => {
  // The copy of the second address first: arrival decides nothing.
  await deliver({ messageId: firstId }, ['billing@desk.test'])
  await waitUntil('the copy of billing@', async () => (await rowsOf(bea))[0])
  await deliver({ messageId: firstId }, ['support@desk.test'])
  const row = await waitUntil('the copy of support@', async () => (await rowsOf(sam))[0])

  const [forAda, forBea] = [await rowsOf(ada), await rowsOf(bea)]

  lead = await open(sam, row.number)
  twin = await open(bea, forBea[0]?.number ?? 0)
  expect(forAda).toMatchObject([
    {
      number: lead.number,
      mailboxId: desk.support.id,
      isTwin: false,
      twins: [{ number: twin.number, mailboxId: desk.billing.id, isLead: false }],
    },
  ])
  expect(row).toMatchObject({ mailboxId: desk.support.id, isTwin: false, twins: [] })
  expect(forBea).toMatchObject([{ mailboxId: desk.billing.id, isTwin: true, twins: [] }])
})

test('who does not see the lead learns nothing of it, nor the other way round', async () => {
  const forBea = JSON.stringify([await rowsOf(bea), await open(bea, twin.number)])
  const forSam = JSON.stringify([await rowsOf(sam), await open(sam, lead.number)])

  const refusals = [
    await bea.fetch(getTicket, { params: { number: lead.number } }),
    await bea.fetch(takeOver, { params: { number: lead.number } }),
    await sam.fetch(getTicket, { params: { number: twin.number } }),
    await sam.fetch(takeOver, { params: { number: twin.number } }),
    await sam.fetch(getMessageRaw, { params: { id: twin.messages[0]?.id ?? 0 } }),
  ]

  expect(refusals.map(answer => answer.status)).toEqual([404, 404, 404, 404, 404])
  expect(forBea).not.toMatch(new RegExp(`"mailboxId":${desk.support.id}\\b|"number":${lead.number}\\b`))
  expect(forSam).not.toMatch(new RegExp(`"mailboxId":${desk.billing.id}\\b|"number":${twin.number}\\b`))
})

test('only the lead counts, and the customer gets one acknowledgement', async () => {
  await desk.sink.waitFor(({ to }) => to.includes('ivana@customer.test'), 20_000)

  const counts = [await countOf(ada), await countOf(sam), await countOf(bea)]

  expect(counts).toEqual([1, 1, 0])
  expect(desk.sink.accepted.filter(({ to }) => to.includes('ivana@customer.test'))).toHaveLength(1)
})

test('the lead shows the mail once, and nothing of the notes, tags and assignee of the twin', async () => {
  await ada.call(writeNote, { params: { number: lead.number }, body: { text: supportSecret } })
  await bea.call(writeNote, { params: { number: twin.number }, body: { text: billingSecret } })
  await bea.call(updateTicket, {
    params: { number: twin.number },
    body: { addTags: ['debtor'], assigneeId: desk.outsiderId },
  })

  const [atLead, atTwin] = [await open(ada, lead.number), await open(bea, twin.number)]

  expect(atLead.messages.filter(message => message.direction === 'inbound')).toHaveLength(1)
  expect(atLead).toMatchObject({ assigneeId: null, tags: [], notes: [{ text: supportSecret }] })
  expect(JSON.stringify(atLead)).not.toMatch(/9050|debtor/)
  expect(atTwin).toMatchObject({ tags: ['debtor'], notes: [{ text: billingSecret }] })
  expect(JSON.stringify(atTwin)).not.toMatch(/4417/)
})

test('a twin follows its lead: it cannot be closed by itself and is closed with it', async () => {
  const refused = await bea.fetch(updateTicket, {
    params: { number: twin.number },
    body: { state: 'closed' },
  })

  await sam.call(updateTicket, { params: { number: lead.number }, body: { state: 'closed' } })

  expect(refused.status).toBe(409)
  const now = await open(bea, twin.number)
  expect(now.state).toBe('closed')
  expect(now.events.filter(event => event.kind === 'state_changed')).toMatchObject([{ agentId: null }])
})

test('an answer to billing@ alone opens both, is shown to who sees both, and wakes the screens of either', async () => {
  const streams = await Promise.all([ada, sam, bea].map(listen))
  const text = 'For the accountant alone: КАНАРЧЕ-2288'
  await deliver({ messageId: 'both.2@customer.test', inReplyTo: firstId, text, cc: undefined }, [
    'billing@desk.test',
  ])
  await waitUntil(
    'the twin is open',
    async () => (await open(bea, twin.number)).state === 'open' || undefined,
  )

  const [forAda, forSam] = [await open(ada, lead.number), await open(sam, lead.number)]

  expect(forAda.state).toBe('open')
  // Not the last: the acknowledgement is ordered by when its server took it, which may be later.
  const shown = forAda.messages.find(message => message.internetMessageId === 'both.2@customer.test')
  expect(shown).toMatchObject({ mailboxId: desk.billing.id, isNewcomer: false })
  expect(shown?.text).toContain('2288')
  expect(forSam.state).toBe('open')
  expect(JSON.stringify(forSam)).not.toContain('2288')
  const [hintsOfAda, hintsOfSam, hintsOfBea] = streams.map(stream => stream.events)
  await waitUntil(
    'both hear of it',
    async () =>
      [hintsOfAda, hintsOfBea].every(hints => hints?.some(({ data }) => data.number === twin.number)) ||
      undefined,
  )
  expect(hintsOfAda?.find(({ data }) => data.number === twin.number)?.data).toMatchObject({
    leadNumber: lead.number,
  })
  expect(JSON.stringify(hintsOfSam)).not.toMatch(new RegExp(`"number":${twin.number}\\b`))
  expect(hintsOfBea?.filter(({ data }) => data.number === lead.number || data.leadNumber)).toEqual([])
  for (const stream of streams) stream.close()
})

test('a reply of the lead quotes nothing of the twin, and the answer to all is filed in each, shown once', async () => {
  const reply = await ada.call(sendReply, {
    params: { number: lead.number },
    body: { text: 'We look into it.', withHistory: true },
  })
  const mail = await desk.sink.waitFor(({ raw }) => raw.includes('We look into it.'), 30_000)
  const messageId = 'both.3@customer.test'

  await deliver({ messageId, inReplyTo: reply.internetMessageId ?? '', text: 'Thank you both.\r\n' }, [
    'billing@desk.test',
    'support@desk.test',
  ])

  const hasIt = (ticket: Ticket) =>
    ticket.messages.filter(message => message.internetMessageId === messageId).length
  const counts = await waitUntil('both have the answer', async () => {
    const tickets = [await open(sam, lead.number), await open(bea, twin.number)]
    return tickets.every(ticket => hasIt(ticket) === 1) ? tickets.map(hasIt) : undefined
  })
  expect(counts).toEqual([1, 1])
  expect(hasIt(await open(ada, lead.number))).toBe(1)
  expect(mail.raw.toString()).not.toMatch(/2288|4417|9050|debtor/)
  expect(await rowsOf(ada)).toHaveLength(1)
})

test('after taking over, the twin leads and the former lead tells only that another mailbox does', async () => {
  const row = await bea.call(takeOver, { params: { number: twin.number } })

  const forSam = await open(sam, lead.number)
  const again = await bea.fetch(takeOver, { params: { number: twin.number } })

  expect(row).toMatchObject({ isTwin: false, state: 'open' })
  expect(forSam).toMatchObject({ isTwin: true, twins: [], state: 'open' })
  expect(forSam.events.at(-1)).toMatchObject({ kind: 'lead_given', agentId: null, data: {} })
  expect([await countOf(ada), await countOf(sam), await countOf(bea, 'mine')]).toEqual([0, 0, 1])
  expect(await rowsOf(ada)).toMatchObject([{ number: twin.number }])
  expect(again.status).toBe(409)
})

test('no word of a note, a tag or the other mailbox ever left', async () => {
  const sent = [...desk.sink.accepted].map(({ raw }) => raw.toString())

  expect(sent.length).toBeGreaterThan(1)
  expect(sent.filter(raw => /4417|9050|debtor|2288/.test(raw))).toEqual([])
})

async function invite(email: string, mailboxIds: number[]): Promise<ApiClient> {
  const { link } = await ada.call(inviteAgent, {
    body: { email, name: email, role: 'agent', language: 'en', mailboxIds, sendMail: false },
  })
  const client = apiClient(ada.baseUrl)
  const token = String(link).split('/link/')[1] ?? ''
  await client.call(useLink, { params: { token }, body: { password: 'another long password' } })
  return client
}

/** A mail of Ivana's to both mailboxes, whoever really gets it. */
async function deliver(
  parts: { messageId: string; inReplyTo?: string; text?: string; cc?: string | undefined },
  to: string[],
): Promise<void> {
  const cc = 'cc' in parts ? {} : { cc: 'Billing <billing@desk.test>' }
  const raw = rawMail({
    from: 'Ivana <ivana@customer.test>',
    to: 'cc' in parts ? 'billing@desk.test' : 'support@desk.test',
    ...cc,
    subject,
    messageId: parts.messageId,
    ...(parts.inReplyTo === undefined ? {} : { inReplyTo: parts.inReplyTo }),
    ...(parts.text === undefined ? {} : { text: parts.text }),
  })
  await desk.dovecot.deliver(raw, to)
}

async function open(client: ApiClient, number: number): Promise<Ticket> {
  return await client.call(getTicket, { params: { number } })
}

async function rowsOf(client: ApiClient) {
  return (await client.call(listTickets, { query: { queue: 'all' } })).data
}

async function countOf(client: ApiClient, queue: Queue = 'unassigned') {
  const { data } = await client.call(listQueues, { query: {} })
  return data.find(row => row.queue === queue)?.count
}

async function listen(client: ApiClient) {
  return await openEventStream(`${client.baseUrl}/api/v1/events`, { cookie: client.cookie() })
}
