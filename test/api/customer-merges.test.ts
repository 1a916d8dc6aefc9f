import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findOrAddCustomers } from '../../src/customers/find-customers.ts'
import { inTransaction } from '../../src/db/database.ts'
import {
  getTicketCustomer,
  mergeCustomer,
  previewCustomerMerge,
  suggestCustomers,
  undoCustomerMerge,
  updateCustomer,
} from '../../src/shared/customers.ts'
import { moveMessage } from '../../src/shared/placing.ts'
import { getTicket } from '../../src/shared/tickets.ts'
import { MOST_NOTE_CHARS } from '../../src/shared/vocabulary.ts'
import { openTickets } from '../../src/tickets/open-tickets.ts'
import { type Desk, type DeskAgent, type Received, startDesk } from '../support/desk.ts'
import { openEventStream } from '../support/event-stream.ts'
import type { MailParts } from '../support/mails.ts'
import { waitUntil } from '../support/wait-until.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent
let ben: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
  ben = await desk.agent('ben', { mailboxIds: [support] })
})

afterAll(async () => await desk.stop())

let written = 0

async function write(from: string, mailboxId = support, thread: MailParts = {}): Promise<Received> {
  written += 1
  return await desk.receive(mailboxId, { from, subject: `mail ${written}`, text: 'Hello', ...thread })
}

async function viewOf(number: number, agent = ada) {
  return await agent.call(getTicketCustomer, { params: { number } })
}

async function idOf(number: number): Promise<number> {
  return (await viewOf(number)).customer?.id ?? 0
}

/** Merges the second ticket's customer into the first one's. */
async function merge(into: number, other: number, agent = ada): Promise<number> {
  const [id, otherId] = [await idOf(into), await idOf(other)]
  return (await agent.call(mergeCustomer, { params: { id }, body: { otherId } })).mergeId
}

async function undo(mergeId: number, agent = ada): Promise<void> {
  await agent.call(undoCustomerMerge, { params: { id: mergeId } })
}

async function found(text: string): Promise<unknown[]> {
  const { data } = await ada.call(suggestCustomers, { query: { text } })
  return data.map(({ id, address }) => ({ id, address }))
}

describe('two customers who are one person', () => {
  test('have their tickets, addresses and notes together, and are found by either name and address', async () => {
    const home = await write('Jan Kowalski <jan@home.test>')
    const work = await write('J. Kowalsky <jan@work.test>')
    const [id, otherId] = [await idOf(home.number), await idOf(work.number)]
    await ada.call(updateCustomer, { params: { id }, body: { note: 'Calls on Mondays' } })
    await ada.call(updateCustomer, { params: { id: otherId }, body: { note: 'Pays late', phone: '+48 1' } })

    const preview = await ada.call(previewCustomerMerge, { params: { id }, query: { otherId } })
    await merge(home.number, work.number)

    const view = await viewOf(work.number)
    expect(preview).toMatchObject({ ticketCount: 1, after: { name: 'Jan Kowalski', phone: '+48 1' } })
    expect(view.customer).toMatchObject({
      id,
      name: 'Jan Kowalski',
      addresses: ['jan@home.test', 'jan@work.test'],
      note: 'Calls on Mondays\n\nPays late',
      phone: '+48 1',
    })
    expect(view.tickets.map(one => one.number)).toEqual([home.number])
    expect(view.merged).toMatchObject([{ name: 'J. Kowalsky', addresses: ['jan@work.test'] }])
    expect(await found('jan@work')).toEqual([{ id, address: 'jan@work.test' }])
    expect(await found('kowalsky')).toContainEqual({ id, address: 'jan@work.test' })
  })

  test('are two again with what was each one’s, and what came since from each one’s address', async () => {
    const home = await write('Eva <eva@home.test>')
    const work = await write('Ewa <eva@work.test>')
    const [id, otherId] = [await idOf(home.number), await idOf(work.number)]
    await ada.call(updateCustomer, { params: { id }, body: { note: 'hers' } })
    await ada.call(updateCustomer, { params: { id: otherId }, body: { note: 'theirs' } })
    const before = [await viewOf(home.number), await viewOf(work.number)].map(view => view.customer)
    const mergeId = await merge(home.number, work.number)
    const [laterHome, laterWork] = [await write('eva@home.test'), await write('eva@work.test')]
    const meanwhile = await idOf(laterWork.number)

    await undo(mergeId)

    const after = [await viewOf(home.number), await viewOf(work.number)]
    expect(meanwhile).toBe(id)
    expect(after.map(view => view.customer)).toEqual(before)
    expect(after.map(view => view.tickets.map(one => one.number))).toEqual([
      [laterHome.number],
      [laterWork.number],
    ])
    expect(after.map(view => view.merged)).toEqual([[], []])
    await expect(undo(mergeId)).rejects.toThrow('409')
  })

  test('keep what an agent changed in between', async () => {
    const home = await write('Ola <ola@home.test>')
    const work = await write('Olga <ola@work.test>')
    const mergeId = await merge(home.number, work.number)
    const id = await idOf(work.number)
    await ada.call(updateCustomer, { params: { id }, body: { name: 'Ola Nowak' } })

    await undo(mergeId)

    const names = [await viewOf(home.number), await viewOf(work.number)].map(view => view.customer?.name)
    expect(names).toEqual(['Ola Nowak', 'Olga'])
  })

  test('come apart by steps, whichever is undone first', async () => {
    const [a, b, c] = [await write('a@chain.test'), await write('b@chain.test'), await write('c@chain.test')]
    const ids = [await idOf(a.number), await idOf(b.number), await idOf(c.number)]
    const inner = await merge(b.number, c.number)
    const outer = await merge(a.number, b.number)
    const joined = [await idOf(a.number), await idOf(b.number), await idOf(c.number)]

    await undo(inner)
    const halfway = await viewOf(c.number)
    await undo(outer)

    expect(joined).toEqual([ids[0], ids[0], ids[0]])
    expect(halfway.customer).toMatchObject({ id: ids[2], addresses: ['c@chain.test'] })
    const apart = [await viewOf(a.number), await viewOf(b.number), await viewOf(c.number)]
    expect(apart.map(view => [view.customer?.id, view.customer?.addresses])).toEqual([
      [ids[0], ['a@chain.test']],
      [ids[1], ['b@chain.test']],
      [ids[2], ['c@chain.test']],
    ])
  })
})

describe('a merge of people', () => {
  test('waits for mail of either that is being filed: none is lost, nobody is doubled', async () => {
    const home = await write('Race <race@home.test>')
    const work = await write('Race <race@work.test>')
    const id = await idOf(home.number)
    const { db } = desk.database
    const filing = Promise.withResolvers<void>()
    const address = 'race@work.test'
    const opening = inTransaction(db, async tx => {
      const customerId = (await findOrAddCustomers(tx, [{ address, name: null }])).get(address) ?? null
      await filing.promise
      const wish = { mailboxId: support, subject: 'in between', state: 'open' as const }
      return await openTickets(tx, [{ ...wish, customerId, lastMessageAt: new Date() }])
    })

    const merging = merge(home.number, work.number)
    await waitUntil('the merge waits for the mail', async () => {
      const { rows } = await sql`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
      return rows[0]
    })
    const after = desk.ticket({ mailboxId: billing, from: address })
    filing.resolve()

    const [[during], later] = await Promise.all([opening, after, merging])
    expect([await idOf(during?.number ?? 0), await idOf(later.number)]).toEqual([id, id])
    expect((await viewOf(home.number)).customer?.addresses).toEqual(['race@home.test', 'race@work.test'])
  })

  test('makes nobody belong to a ticket: replies go where they went, and the other address is a stranger there', async () => {
    const hers = await write('Vera <vera@firm.test>', support, { messageId: 'private@firm.test' })
    const other = await write('vera@elsewhere.test')
    await merge(hers.number, other.number)

    await write('vera@elsewhere.test', support, { inReplyTo: 'private@firm.test' })

    const ticket = await ada.call(getTicket, { params: { number: hers.number } })
    expect(ticket.messages.map(message => message.isNewcomer)).toEqual([false, true])
    expect(ticket.replyDefaults?.to.map(one => one.address)).toEqual(['vera@firm.test'])
  })

  test('counts where a message is made a ticket of its own', async () => {
    const hers = await write('Ida <ida@home.test>')
    const theirs = await write('ida@work.test', support, { messageId: 'first@work.test' })
    const second = await write('ida@work.test', support, { inReplyTo: 'first@work.test' })
    const mergeId = await merge(hers.number, theirs.number)

    const split = await ada.call(moveMessage, { params: { id: second.messageId }, body: { toNumber: null } })

    expect(await idOf(split.number)).toBe(await idOf(hers.number))
    await undo(mergeId)
    expect(await idOf(split.number)).toBe(await idOf(theirs.number))
  })
})

test('two notes that do not fit into one are merged by nobody, and stay as they are', async () => {
  const [one, two] = [await write('long@home.test'), await write('long@work.test')]
  const note = 'x'.repeat(MOST_NOTE_CHARS)
  for (const { number } of [one, two])
    await ada.call(updateCustomer, { params: { id: await idOf(number) }, body: { note } })

  const merging = merge(one.number, two.number)

  await expect(merging).rejects.toMatchObject({ status: 409, problem: { code: 'customer-note-too-long' } })
  expect((await viewOf(two.number)).customer).toMatchObject({ note, addresses: ['long@work.test'] })
})

describe('who may merge people', () => {
  test('is who may use every mailbox in which either has a ticket; others learn nothing', async () => {
    const mine = await write('mine@rights.test')
    const half = await write('half@rights.test')
    await write('half@rights.test', billing)
    const hidden = await write('hidden@rights.test', billing)
    const free = await write('free@rights.test')

    const refusals = [
      merge(mine.number, half.number, ben),
      merge(half.number, mine.number, ben),
      merge(mine.number, hidden.number, ben),
      merge(mine.number, mine.number, ben),
    ]

    expect((await Promise.allSettled(refusals)).map(one => 'reason' in one && one.reason)).toMatchObject([
      { status: 403, problem: { code: 'customer-elsewhere' } },
      { status: 403, problem: { code: 'customer-elsewhere' } },
      { status: 404, problem: { code: 'not-found' } },
      { status: 422, problem: { code: 'same-customer' } },
    ])
    const mergeId = await merge(mine.number, free.number, ben)
    await write('free@rights.test', billing)
    await expect(undo(mergeId, ben)).rejects.toThrow('403')
    await undo(mergeId)
  })

  test('tells other screens by a hint of each ticket it concerns', async () => {
    const home = await write('live@home.test')
    const work = await write('live@work.test')
    const stream = await openEventStream(`${desk.baseUrl}/api/v1/events`, ben.headers, '')
    await expect.poll(() => stream.lastId()).not.toBe('')

    await merge(home.number, work.number)

    const heard = () =>
      stream.events
        .filter(one => one.event === 'hint')
        .map(one => one.data as { number: number; kind: string })
        .filter(hint => hint.kind === 'customers_merged')
        .map(hint => hint.number)
        .sort((a, b) => a - b)
    await expect.poll(heard).toEqual([home.number, work.number])
    stream.close()
  })

  test('like a change of a person, is heard once in each mailbox where they wrote, and nowhere else', async () => {
    const [here, there] = [await write('told@home.test'), await write('told@home.test', billing)]
    const newest = await write('told@home.test')
    const hidden = await write('hidden@home.test', billing)
    const streams = await Promise.all(
      [ada, ben].map(agent => openEventStream(`${desk.baseUrl}/api/v1/events`, agent.headers, '')),
    )
    for (const stream of streams) await expect.poll(() => stream.lastId()).not.toBe('')
    const heard = (at: number) =>
      (streams[at]?.events ?? [])
        .filter(one => one.event === 'hint')
        .map(one => one.data as { number: number; changesCustomer: boolean; customerId: number | null })
        .filter(hint => hint.changesCustomer)
        .map(({ number, customerId }) => ({ number, customerId }))
    const [told, secret] = [await idOf(here.number), await idOf(hidden.number)]
    const version = (await ada.call(getTicket, { params: { number: newest.number } })).version

    await ada.call(updateCustomer, { params: { id: secret }, body: { note: 'nobody else' } })
    await ada.call(updateCustomer, { params: { id: told }, body: { note: 'calls on Fridays' } })

    const inBilling = { number: there.number, customerId: told }
    const inSupport = { number: newest.number, customerId: told }
    await expect.poll(() => heard(1)).toEqual([inSupport])
    await expect.poll(() => heard(0)).toHaveLength(3)
    expect(heard(0)).toEqual(
      expect.arrayContaining([{ number: hidden.number, customerId: secret }, inBilling, inSupport]),
    )
    expect((await ada.call(getTicket, { params: { number: newest.number } })).version).toBe(version)
    for (const stream of streams) stream.close()
  })
})
