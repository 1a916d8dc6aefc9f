import { afterAll, beforeAll, expect, test } from 'vitest'
import { findOrAddCustomers } from '../../src/customers/find-customers.ts'
import { inTransaction } from '../../src/db/database.ts'
import { addMessages, type NewMessage } from '../../src/tickets/add-messages.ts'
import { openTickets } from '../../src/tickets/open-tickets.ts'
import { writeTicketEvents } from '../../src/tickets/ticket-events.ts'
import { type FiledReader, readFiled } from '../support/filed.ts'
import { type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { newMessage } from '../support/new-message.ts'

let desk: FilingDesk
let filed: FiledReader

beforeAll(async () => {
  desk = await startFilingDesk()
  filed = readFiled(desk.db)
})

afterAll(() => desk.stop())

test('tickets opened together come back in the order given', async () => {
  const subjects = Array.from({ length: 50 }, (_, n) => `subject ${n}`)

  const opened = await inTransaction(desk.db, tx => openTickets(tx, subjects.map(newTicket)))

  const stored = await Promise.all(opened.map(ticket => filed.ticket(ticket.id)))
  expect(stored.map(ticket => ticket.subject)).toEqual(subjects)
  expect(stored.map(ticket => ticket.number)).toEqual(opened.map(ticket => ticket.number))
  expect(stored.map(ticket => ticket.reply_key)).toEqual(opened.map(ticket => ticket.replyKey))
})

test('the latest message by its time gives time and snippet, whatever the order of writing', async () => {
  const ticketId = await openOne()

  await add(message(ticketId, { receivedAt: at(20), snippet: 'latest' }))
  await add(message(ticketId, { receivedAt: at(10), snippet: 'earlier' }))

  const ticket = await filed.ticket(ticketId)
  expect(ticket).toMatchObject({ message_count: 2, snippet: 'latest', last_message_at: at(20) })
})

test('an acknowledgement is counted, and lists go on showing what the customer wrote', async () => {
  const ticketId = await openOne()
  await add(message(ticketId, { receivedAt: at(1), snippet: 'where is it?' }))

  await add(answer(ticketId, { receivedAt: at(2), snippet: 'We got it.', placedBy: 'acknowledgement' }))

  const expected = { message_count: 2, snippet: 'where is it?', last_message_at: at(1), waiting_since: at(1) }
  expect(await filed.ticket(ticketId)).toMatchObject(expected)
})

test('waiting begins with the first unanswered mail of a person and ends with an answer of an agent', async () => {
  const [ticketId, agentId] = [await openOne(), await desk.addAgent()]
  const waits: (Date | null)[] = []
  const steps = [
    message(ticketId, { receivedAt: at(1), kind: 'auto-reply' }),
    message(ticketId, { receivedAt: at(3) }),
    message(ticketId, { receivedAt: at(2) }),
    answer(ticketId, { receivedAt: at(4), authorId: null, placedBy: 'acknowledgement' }),
    answer(ticketId, { receivedAt: at(5), authorId: agentId }),
    message(ticketId, { receivedAt: at(6) }),
  ]

  for (const step of steps) {
    await add(step)
    waits.push((await filed.ticket(ticketId)).waiting_since)
  }

  expect(waits).toEqual([null, at(3), at(2), at(2), null, at(6)])
})

test('an answer and the mail after it in one call leave the ticket waiting since that mail', async () => {
  const [ticketId, agentId] = [await openOne(), await desk.addAgent()]

  await add(
    message(ticketId, { receivedAt: at(1) }),
    answer(ticketId, { receivedAt: at(2), authorId: agentId }),
    message(ticketId, { receivedAt: at(3) }),
  )

  expect((await filed.ticket(ticketId)).waiting_since).toEqual(at(3))
})

test('a message that is an id takes it from one that mentions it, and never from its owner', async () => {
  const ticketId = await openOne()
  const id = 'contested@customer.test'

  const [mention, owner] = await add(
    message(ticketId, { refs: [{ id, owned: false }] }),
    message(ticketId, { refs: [{ id, owned: true }] }),
  )
  await add(message(ticketId, { refs: [{ id, owned: true }] }))

  const rows = await desk.query(
    `select message_id, owned from thread_ref where message_id in (${mention}, ${owner})`,
  )
  expect(rows).toEqual([{ message_id: owner, owned: true }])
})

test('events written at the same moment never give a ticket one version twice', async () => {
  const [first, second] = [await openOne(), await openOne()]
  const rounds = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? [first, second] : [second, first]))

  await Promise.all(
    rounds.map(ids =>
      inTransaction(desk.db, tx =>
        writeTicketEvents(
          tx,
          ids.map(ticketId => ({ ticketId, kind: 'tagged', data: { tag: 'x' } })),
        ),
      ),
    ),
  )

  for (const id of [first, second]) {
    const hints = await desk.query(`select version from live_event where ticket_id = ${id} order by version`)
    expect(hints.map(hint => hint.version)).toEqual(Array.from({ length: 20 }, (_, n) => n + 2))
    expect(await filed.events(id)).toHaveLength(20)
  }
})

test('a customer added by several transactions at once exists once', async () => {
  const people = Array.from({ length: 30 }, (_, n) => ({
    address: `race-${n}@customer.test`,
    name: `N ${n}`,
  }))

  const maps = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      inTransaction(desk.db, tx => findOrAddCustomers(tx, n % 2 === 0 ? people : people.toReversed())),
    ),
  )

  const [first] = maps
  expect(first?.size).toBe(30)
  for (const map of maps) expect(new Map([...map].sort())).toEqual(new Map([...(first ?? [])].sort()))
  expect(await desk.query('select count(*) as n from customer')).toEqual([{ n: 30 }])
})

function at(minute: number): Date {
  return new Date(Date.UTC(2026, 10, 2, 9, minute))
}

function newTicket(subject: string) {
  return {
    mailboxId: desk.mailboxId,
    customerId: null,
    subject,
    state: 'open' as const,
    lastMessageAt: at(0),
  }
}

async function openOne(): Promise<number> {
  const [ticket] = await inTransaction(desk.db, tx => openTickets(tx, [newTicket('one')]))
  return ticket?.id ?? 0
}

async function add(...messages: NewMessage[]): Promise<number[]> {
  return await inTransaction(desk.db, tx => addMessages(tx, messages))
}

function message(ticketId: number, parts: Partial<NewMessage>): NewMessage {
  return newMessage({ ticketId, mailboxId: desk.mailboxId, receivedAt: at(0), ...parts })
}

function answer(ticketId: number, parts: Partial<NewMessage>): NewMessage {
  return message(ticketId, { direction: 'outbound', placedBy: 'agent-reply', ...parts })
}
