import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { writeNote } from '../../src/tickets/write-note.ts'
import type { FiledReader } from '../support/filed.ts'
import type { FilingDesk } from '../support/filing.ts'
import { rawMail, seededRandom, shuffled } from '../support/mails.ts'
import { newId, startTwinDesk, type TwinDesk, toBoth } from './twin-desk.ts'

const seed = Number(process.env.SEED ?? 20_261_125)

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

  test('a lead that changes while copies come in is told by the ticket that led, and by no other', async () => {
    const parts = { to: 'sales@desk.test, support@desk.test', cc: 'billing@desk.test' }

    const [b = 0, a = 0, lead = 0] = await fileIn([billing, support, sales], parts)

    const told = await Promise.all([b, a, lead].map(id => filed.events(id)))
    expect(told).toEqual([
      ['ticket_opened', 'lead_given'],
      ['ticket_opened', 'lead_given'],
      ['ticket_opened'],
    ])
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

  test.each(['first', 'last'])(
    'a copy that its server took for spam, filed %s, follows the one that another server did not, and is none',
    async when => {
      const raw = rawMail({ messageId: newId(), ...toBoth })
      const fileJunk = () => fileOne({ raw, mailboxId: support, role: 'junk' })
      const early = when === 'first' ? await fileJunk() : undefined

      const seen = await fileOne({ raw, mailboxId: billing })

      const junked = early ?? (await fileJunk())
      expect(await leads(junked, seen)).toEqual([seen, null])
      expect(await states(junked, seen)).toEqual(['open', 'open'])
    },
  )

  test('copies without a Message-ID find each other though each server wrote its own lines above', async () => {
    const raw = rawMail({ messageId: null, ...toBoth })
    const received = (by: string) => Buffer.concat([Buffer.from(`Received: by ${by}\r\n`), raw])

    const lead = await fileOne({ raw: received('one'), mailboxId: support })
    const twin = await fileOne({ raw: received('two'), mailboxId: billing })

    expect(await leads(lead, twin)).toEqual([null, lead])
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

  test('a mail whose sender failed the check takes no ticket behind the one that it names', async () => {
    const firstId = newId()
    const first = await fileOne({
      raw: rawMail({ messageId: firstId, to: 'support@desk.test' }),
      mailboxId: support,
    })
    await closeAs(await desk.addAgent(), first)
    const from = 'Ann <ann@customer.test>, Eve <eve@evil.test>'

    const [known = 0, other = 0] = await fileIn([support, billing], { from, inReplyTo: firstId, ...toBoth })

    expect([known, await leads(first, other)]).toEqual([first, [null, null]])
    expect(await states(first, other)).toEqual(['closed', 'open'])
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
      await clear()
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
