import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { joinTwins } from '../../src/tickets/join-twins.ts'
import { leaveTwins } from '../../src/tickets/leave-twins.ts'
import { mergeTickets } from '../../src/tickets/merge-tickets.ts'
import { moveTicket } from '../../src/tickets/move-ticket.ts'
import { takeOverTicket } from '../../src/tickets/take-over-ticket.ts'
import type { FiledReader } from '../support/filed.ts'
import type { FilingDesk } from '../support/filing.ts'
import { waitUntilHeldUp } from '../support/held-up.ts'
import { rawMail, seededRandom, shuffled } from '../support/mails.ts'
import { newId, startTwinDesk, type TwinDesk, toBoth } from './twin-desk.ts'

const seed = Number(process.env.SEED ?? 20_261_125)
const bells = { ring: () => undefined }

let desk: FilingDesk
let filed: FiledReader
let [support, billing, sales] = [0, 0, 0]
let { fileIn, fileOne, leads, states, closeAs, clear, stop } = {} as TwinDesk

beforeAll(async () => {
  ;({ desk, filed, support, billing, sales, fileIn, fileOne, leads, states, closeAs, clear, stop } =
    await startTwinDesk())
})

beforeEach(() => clear())

afterAll(() => stop())

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
  test('the second of two mailboxes waits for the commit of the first, and finds its ticket', async () => {
    const raw = rawMail({ messageId: newId(), ...toBoth })
    const first = await fileOne({ raw, mailboxId: support })
    const [row] = await desk.query("delete from twin returning encode(key, 'hex') as key")
    const [entered, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const mail = { order: [support, billing], isNamed: true, isRoot: true, isOpener: true }
    const held = inTransaction(desk.db, async tx => {
      await joinTwins(tx, [{ ...mail, key: String(row?.key), ticketId: first, receivedAt: new Date() }])
      entered.resolve()
      await released.promise
    })
    await entered.promise

    const second = fileOne({ raw, mailboxId: billing })
    await waitUntilHeldUp(desk.db)
    released.resolve()

    await held
    expect(await leads(first, await second)).toEqual([null, first])
  })

  test(`two mailboxes filed by four workers at once have one lead for each mail (seed ${seed})`, async () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 4; round++) {
      await clear()
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
