import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { changeState } from '../../src/tickets/change-state.ts'
import { leaveTwins } from '../../src/tickets/leave-twins.ts'
import { mergeTickets } from '../../src/tickets/merge-tickets.ts'
import { moveTicket } from '../../src/tickets/move-ticket.ts'
import { takeOverTicket } from '../../src/tickets/take-over-ticket.ts'
import { writeNote } from '../../src/tickets/write-note.ts'
import { type FiledReader, readFiled } from '../support/filed.ts'
import { type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { type MailParts, rawMail, seededRandom, shuffled } from '../support/mails.ts'

const seed = Number(process.env.SEED ?? 20_261_125)

let desk: FilingDesk
let filed: FiledReader
let support: number
let billing: number
let sales: number

beforeAll(async () => {
  desk = await startFilingDesk()
  filed = readFiled(desk.db)
  support = desk.mailboxId
  billing = await desk.addMailbox({ address: 'billing@desk.test', aliases: ['invoices@desk.test'] })
  sales = await desk.addMailbox({ address: 'sales@desk.test' })
})

beforeEach(async () => {
  await desk.query('truncate ticket, mail_key, twin cascade')
})

afterAll(() => desk.stop())

let count = 0
const toBoth = { to: 'Support <support@desk.test>', cc: 'billing@desk.test' }
const newId = () => `mail-${++count}@customer.test`

/** Files one copy of a mail in each of the mailboxes, one after the other. @returns the tickets' ids */
async function fileIn(mailboxIds: readonly number[], parts: MailParts): Promise<number[]> {
  const raw = rawMail({ messageId: newId(), ...parts })
  const tickets: number[] = []
  for (const mailboxId of mailboxIds) tickets.push(await fileOne({ raw, mailboxId }))
  return tickets
}

async function fileOne(arrival: { raw: Buffer; mailboxId: number; receivedAt?: Date }): Promise<number> {
  const [row] = await desk.store([arrival])
  await desk.fileAll()
  return (await filed.message(row)).ticket_id
}

/** Who leads each ticket. */
async function leads(...ticketIds: number[]) {
  return await Promise.all(ticketIds.map(async id => (await filed.ticket(id)).twin_of_id))
}

async function closeAs(agentId: number, ticketId: number): Promise<void> {
  const happening = { by: 'agent', to: 'closed' } as const
  await inTransaction(desk.db, tx => changeState(tx, { ticketId, happening, agentId }))
}

async function states(...ticketIds: number[]) {
  return await Promise.all(ticketIds.map(async id => (await filed.ticket(id)).state))
}

const bells = { ring: () => undefined }

describe('who leads', () => {
  test('the first of our addresses in To, then Cc, leads, whichever copy is filed first', async () => {
    const [a = 0, b = 0] = await fileIn([support, billing], toBoth)
    const [d = 0, c = 0] = await fileIn([billing, support], toBoth)

    expect(await leads(a, b)).toEqual([null, a])
    expect(await leads(c, d)).toEqual([null, c])
    expect((await filed.ticket(b)).twin_mailbox_id).toBe(support)
  })

  test('of three copies the two others follow the one, also when it comes last', async () => {
    const parts = { to: 'sales@desk.test, support@desk.test', cc: 'billing@desk.test' }

    const [b = 0, a = 0, lead = 0] = await fileIn([billing, support, sales], parts)

    expect(await leads(lead, a, b)).toEqual([null, lead, lead])
  })

  test('a ticket an agent acted on keeps the lead when the copy of the first address comes late', async () => {
    const raw = rawMail({ messageId: newId(), ...toBoth })
    const first = await fileOne({ raw, mailboxId: billing })
    const agentId = await desk.addAgent()
    await inTransaction(desk.db, tx => writeNote(tx, { ticketId: first, agentId, text: 'mine' }))

    const late = await fileOne({ raw, mailboxId: support })

    expect(await leads(first, late)).toEqual([null, first])
  })

  test('a copy that comes after its lead was closed is closed too', async () => {
    const raw = rawMail({ messageId: newId(), ...toBoth })
    const lead = await fileOne({ raw, mailboxId: support })
    await closeAs(await desk.addAgent(), lead)

    const late = await fileOne({ raw, mailboxId: billing })

    expect(await states(lead, late)).toEqual(['closed', 'closed'])
    expect((await filed.ticket(late)).waiting_since).toBeNull()
  })

  test('a mail to a list that names neither has the older mailbox as its lead', async () => {
    const [b = 0, a = 0] = await fileIn([sales, support], { to: 'list@elsewhere.test' })

    expect(await leads(a, b)).toEqual([null, a])
  })
})

describe('no twins', () => {
  test.each([
    ['a blind copy', { to: 'support@desk.test' }],
    ['a mail redirected to another mailbox', { to: 'support@desk.test', cc: 'ann@elsewhere.test' }],
  ])('%s stands for itself', async (_name, parts) => {
    const [a = 0, b = 0] = await fileIn([support, billing], parts)

    expect(await leads(a, b)).toEqual([null, null])
    expect(b).not.toBe(a)
  })

  test('a mail to a mailbox and its alias is one message', async () => {
    const raw = rawMail({ messageId: newId(), to: 'billing@desk.test', cc: 'invoices@desk.test' })
    const rows = await desk.store([
      { raw, mailboxId: billing },
      { raw, mailboxId: billing },
    ])

    await desk.fileAll()

    expect((await filed.row(rows[0])).state).toBe('filed')
    expect(await filed.row(rows[1])).toMatchObject({ state: 'same', same_as_id: rows[0] })
    expect(await filed.ticketSizes()).toEqual([1])
  })

  test('who resends a mail of others with another mailbox in front does not take it away', async () => {
    const messageId = newId()
    const theirs = await fileOne({
      raw: rawMail({ messageId, to: 'billing@desk.test' }),
      mailboxId: billing,
    })

    const forged = await fileOne({ raw: rawMail({ messageId, ...toBoth }), mailboxId: support })

    expect(await leads(theirs, forged)).toEqual([null, null])
  })

  test('a mail that named nobody and is resent a day later is not hidden behind the first', async () => {
    const raw = rawMail({ messageId: newId(), to: 'list@elsewhere.test' })
    const first = await fileOne({ raw, mailboxId: support, receivedAt: new Date(Date.UTC(2026, 10, 1)) })

    const later = await fileOne({ raw, mailboxId: billing, receivedAt: new Date(Date.UTC(2026, 10, 2)) })

    expect(await leads(first, later)).toEqual([null, null])
  })

  test('two tickets that stand for themselves are not joined by an answer to both', async () => {
    const [a, b] = [newId(), newId()]
    const one = await fileOne({ raw: rawMail({ messageId: a }), mailboxId: support })
    const raw = rawMail({ messageId: b, to: 'billing@desk.test' })
    const two = await fileOne({ raw, mailboxId: billing })

    await fileIn([support, billing], { ...toBoth, references: [a, b], inReplyTo: a })

    expect(await leads(one, two)).toEqual([null, null])
    expect(await filed.ticketSizes()).toEqual([2, 2])
  })
})

describe('later mail', () => {
  test('an answer to all is filed in each, and one to a single mailbox in that one', async () => {
    const messageId = newId()
    const [a = 0, b = 0] = await fileIn([support, billing], { ...toBoth, messageId })

    const all = await fileIn([support, billing], { ...toBoth, inReplyTo: messageId })
    const single = await fileIn([billing], { to: 'billing@desk.test', inReplyTo: messageId })

    expect(all).toEqual([a, b])
    expect(single).toEqual([b])
    expect(await filed.ticketSizes()).toEqual([2, 3])
  })

  test('an answer to our mail that names that mail alone is filed in each', async () => {
    const [a = 0, b = 0] = await fileIn([support, billing], toBoth)
    const sent = await desk.answer(a)

    const answered = await fileIn([billing, support], { ...toBoth, inReplyTo: sent.id })

    expect(answered).toEqual([b, a])
  })

  test('an answer to a twin opens the group again, and its lead waits and rises', async () => {
    const messageId = newId()
    const [a = 0, b = 0] = await fileIn([support, billing], { ...toBoth, messageId })
    await closeAs(await desk.addAgent(), a)
    expect(await states(a, b)).toEqual(['closed', 'closed'])

    const receivedAt = new Date(Date.UTC(2027, 0, 1))
    await fileOne({
      raw: rawMail({ messageId: newId(), to: 'billing@desk.test', inReplyTo: messageId, text: 'CANARY' }),
      mailboxId: billing,
      receivedAt,
    })

    const lead = await filed.ticket(a)
    expect(await states(a, b)).toEqual(['open', 'open'])
    expect(lead).toMatchObject({ waiting_since: receivedAt, last_message_at: receivedAt, message_count: 1 })
    expect(lead.snippet).not.toContain('CANARY')
    expect((await filed.ticket(b)).waiting_since).toBeNull()
  })

  test('a second copy that comes after the lead was closed does not open it again', async () => {
    const messageId = newId()
    const [a = 0, b = 0] = await fileIn([support, billing], { ...toBoth, messageId })
    const raw = rawMail({ messageId: newId(), ...toBoth, inReplyTo: messageId })
    await fileOne({ raw, mailboxId: support })
    await closeAs(await desk.addAgent(), a)

    await fileOne({ raw, mailboxId: billing })

    expect(await states(a, b)).toEqual(['closed', 'closed'])
    expect((await filed.ticket(a)).waiting_since).toBeNull()
  })

  test('a mailbox that is brought in by an answer follows the ticket that was there', async () => {
    const messageId = newId()
    const [a = 0] = await fileIn([support], { messageId })

    const [first = 0, again] = await fileIn([billing, support], {
      to: 'billing@desk.test',
      cc: 'support@desk.test',
      inReplyTo: messageId,
    })

    expect(again).toBe(a)
    expect(await leads(a, first)).toEqual([null, a])
  })

  test('the group is the same in whatever order a mail and its answer reach the two mailboxes', async () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 6; round++) {
      await desk.query('truncate ticket, mail_key, twin cascade')
      const messageId = newId()
      const raws = [
        rawMail({ messageId, ...toBoth }),
        rawMail({ messageId: newId(), ...toBoth, inReplyTo: messageId }),
      ]
      const arrivals = raws.flatMap(raw => [support, billing].map(mailboxId => ({ raw, mailboxId })))

      for (const arrival of shuffled(arrivals, random)) await fileOne(arrival)

      const tickets = await desk.query(
        'select mailbox_id, message_count, twin_mailbox_id from ticket order by 1',
      )
      expect(tickets).toEqual([
        { mailbox_id: support, message_count: 2, twin_mailbox_id: null },
        { mailbox_id: billing, message_count: 2, twin_mailbox_id: support },
      ])
    }
  })
})

describe('what agents do', () => {
  test('a twin cannot be moved by itself, and after take over it leads with its state', async () => {
    const [a = 0, b = 0] = await fileIn([support, billing], toBoth)
    const agentId = await desk.addAgent()

    const refused = closeAs(agentId, b)
    await expect(refused).rejects.toMatchObject({ code: 'twin-follows' })
    await takeOverTicket({ db: desk.db, bells }, { ticketId: b, agentId })
    await closeAs(agentId, b)

    expect(await leads(a, b)).toEqual([b, null])
    expect(await states(a, b)).toEqual(['closed', 'closed'])
    const history = await desk.db
      .selectFrom('ticket_event')
      .select(['kind', 'agent_id', 'data'])
      .where('ticket_id', '=', a)
      .orderBy('id')
      .execute()
    expect(history.filter(event => event.agent_id !== null)).toEqual([])
    expect(history.map(event => event.kind)).toEqual(['ticket_opened', 'lead_given', 'state_changed'])
  })

  test('a lead that leaves hands on to the next, and a later copy finds that one', async () => {
    const parts = { to: 'support@desk.test, billing@desk.test', cc: 'sales@desk.test' }
    const raw = rawMail({ messageId: newId(), ...parts })
    const a = await fileOne({ raw, mailboxId: support })
    const b = await fileOne({ raw, mailboxId: billing })
    await inTransaction(desk.db, tx => leaveTwins(tx, a))

    const c = await fileOne({ raw, mailboxId: sales })

    expect(await leads(a, b, c)).toEqual([null, null, b])
  })
})

describe('what agents put elsewhere', () => {
  test('a lead that is merged away leaves its twin to lead itself, and the survivor keeps its own', async () => {
    const [a = 0, b = 0] = await fileIn([support, billing], toBoth)
    const [c = 0, d = 0] = await fileIn([support, billing], toBoth)

    await inTransaction(desk.db, tx => mergeTickets(tx, { survivorId: c, mergedId: a, agentId: null }))

    expect(await leads(a, b, c, d)).toEqual([null, null, null, c])
    expect((await filed.ticket(b)).state).toBe('open')
  })

  test('what a merge opens is open in the twins of the survivor too', async () => {
    const [a = 0, b = 0] = await fileIn([support, billing], toBoth)
    const [other = 0] = await fileIn([billing], { to: 'billing@desk.test' })
    await closeAs(await desk.addAgent(), a)

    await inTransaction(desk.db, tx => mergeTickets(tx, { survivorId: b, mergedId: other, agentId: null }))

    expect(await states(a, b)).toEqual(['open', 'open'])
  })

  test('a twin that moves to another mailbox stands for itself there', async () => {
    const [a = 0, b = 0] = await fileIn([support, billing], toBoth)
    const agentId = await desk.addAgent()

    await inTransaction(desk.db, tx => moveTicket(tx, { ticketId: b, mailboxId: sales, agentId }))
    await closeAs(agentId, a)

    expect(await leads(a, b)).toEqual([null, null])
    expect(await states(a, b)).toEqual(['closed', 'open'])
    expect((await filed.ticket(b)).waiting_since).not.toBeNull()
  })
})

describe('at the same time', () => {
  test(`two mailboxes filed by four workers at once have one lead for each mail (seed ${seed})`, async () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 4; round++) {
      await desk.query('truncate ticket, mail_key, twin cascade')
      const raws = Array.from({ length: 60 }, () => rawMail({ messageId: newId(), ...toBoth }))
      const arrivals = raws.flatMap(raw => [support, billing].map(mailboxId => ({ raw, mailboxId })))
      await desk.store(shuffled(arrivals, random))
      const workers = await Promise.all(Array.from({ length: 4 }, () => desk.addWorker()))

      await Promise.all(workers.map(worker => desk.fileAll(worker)))

      const found = await desk.query(
        'select mailbox_id, twin_mailbox_id, count(*) as n from ticket group by 1, 2 order by 1',
      )
      expect(found).toEqual([
        { mailbox_id: support, twin_mailbox_id: null, n: 60 },
        { mailbox_id: billing, twin_mailbox_id: support, n: 60 },
      ])
    }
  }, 120_000)

  test('answers, closing and taking over at once leave every twin in the state of its lead', async () => {
    const ids = Array.from({ length: 12 }, newId)
    const raws = ids.map(messageId => rawMail({ messageId, ...toBoth }))
    await desk.store(raws.flatMap(raw => [support, billing].map(mailboxId => ({ raw, mailboxId }))))
    await desk.fileAll()
    const answers = ids.map(inReplyTo => rawMail({ messageId: newId(), ...toBoth, inReplyTo }))
    await desk.store(answers.flatMap(raw => [billing, support].map(mailboxId => ({ raw, mailboxId }))))
    const workers = await Promise.all(Array.from({ length: 3 }, () => desk.addWorker()))
    const agentId = await desk.addAgent()
    const tickets = await desk.query('select id, twin_of_id from ticket order by id')
    const takeOvers = tickets.filter(one => one.twin_of_id !== null).map(one => Number(one.id))
    const closings = tickets.filter(one => one.twin_of_id === null).map(one => Number(one.id))

    const work = await Promise.allSettled([
      ...workers.map(worker => desk.fileAll(worker)),
      ...takeOvers.map(ticketId => takeOverTicket({ db: desk.db, bells }, { ticketId, agentId })),
      ...closings.map(ticketId => closeAs(agentId, ticketId)),
    ])

    const faults = work.flatMap(one => (one.status === 'rejected' ? [one.reason.code] : []))
    expect(faults.filter(code => code !== 'twin-follows')).toEqual([])
    expect(
      await desk.query(
        'select t.id from ticket t join ticket l on l.id = t.twin_of_id where l.state <> t.state or l.twin_of_id is not null',
      ),
    ).toEqual([])
    expect(await filed.ticketSizes()).toEqual(Array.from({ length: 24 }, () => 2))
  }, 60_000)
})
