import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LANES } from '../../src/shared/vocabulary.ts'
import { type FiledReader, readFiled } from '../support/filed.ts'
import { type Arrival, type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { type MailParts, rawMail } from '../support/mails.ts'
import { eventuallyRows, startSyncDesk } from '../support/sync-desk.ts'

let desk: FilingDesk
let filed: FiledReader

beforeAll(async () => {
  desk = await startFilingDesk()
  filed = readFiled(desk.db)
})

afterAll(() => desk.stop())

let count = 0
const newAddress = () => `stormy${++count}@storm.test`

/** A mail as fetching stores what floods a mailbox. */
const flooding = (parts: MailParts, receivedAt?: Date): Arrival => ({
  raw: rawMail({ subject: `mail ${++count}`, ...parts }),
  lane: LANES.storm,
  ...(receivedAt && { receivedAt }),
})

/** Files the mails and gives their messages, in order. */
async function receive(arrivals: readonly Arrival[]) {
  const rows = await desk.store(arrivals)
  await desk.fileAll()
  return await Promise.all(rows.map(row => filed.message(row)))
}

const ticketsOf = (messages: readonly { ticket_id: number }[]) => [
  ...new Set(messages.map(one => one.ticket_id)),
]

describe('what floods a mailbox', () => {
  test('is one ticket of its sender, with every mail a message of its own', async () => {
    const from = newAddress()

    const messages = await receive(Array.from({ length: 120 }, () => flooding({ from })))

    const [ticketId = 0, ...others] = ticketsOf(messages)
    expect(others).toEqual([])
    expect(messages.every(one => one.placed_by === 'storm' && !one.is_newcomer)).toBe(true)
    expect(await filed.ticket(ticketId)).toMatchObject({ state: 'open', message_count: 120 })
    expect(await filed.participants(ticketId)).toEqual({ [from]: 'customer' })
  })

  test('joins the ticket it answers, and never a storm', async () => {
    const from = newAddress()
    const [first] = await receive([{ raw: rawMail({ from, messageId: `${count}-first@storm.test` }) }])
    const sent = await desk.answer(first?.ticket_id ?? 0, { to: from })

    const [answer, other] = await receive([flooding({ from, inReplyTo: sent.id }), flooding({ from })])

    expect(answer).toMatchObject({ ticket_id: first?.ticket_id, placed_by: 'reply-token' })
    expect(other?.ticket_id).not.toBe(first?.ticket_id)
  })

  test('asks no agent whether each of its mails is another topic', async () => {
    const from = newAddress()

    const messages = await receive(['Order', 'Invoice', 'Parcel'].map(subject => flooding({ from, subject })))

    expect(ticketsOf(messages)).toHaveLength(1)
    const ids = messages.map(one => one.id).join(',')
    expect(await desk.query(`select kind from message_hint where message_id in (${ids})`)).toEqual([])
  })

  test('shares no ticket with mail whose answers would go to others', async () => {
    const from = newAddress()
    const forged = { from, headers: ['Reply-To: thief@evil.test'] }

    const messages = await receive([
      flooding({ from }),
      flooding(forged),
      flooding({ from }),
      flooding(forged),
    ])

    const [mine, theirs] = messages.map(one => one.ticket_id)
    expect(messages.map(one => one.ticket_id)).toEqual([mine, theirs, mine, theirs])
    expect(mine).not.toBe(theirs)
  })

  test('brings nobody it copies into the ticket, not even the first of it', async () => {
    const from = newAddress()

    const messages = await receive([
      flooding({ from, cc: 'a@victim.test' }),
      flooding({ from, cc: 'b@victim.test' }),
    ])

    expect(await filed.participants(messages[0]?.ticket_id ?? 0)).toEqual({ [from]: 'customer' })
  })

  test('from a thousand mail systems about mail we never sent is one ticket of nobody', async () => {
    const bounce = (host: number) =>
      flooding({
        from: `MAILER-DAEMON@mx${host}.test`,
        subject: 'Undelivered Mail Returned to Sender',
        headers: ['Return-Path: <>'],
      })

    const messages = await receive([bounce(1), bounce(2), bounce(3)])

    const [ticketId = 0, ...others] = ticketsOf(messages)
    expect(others).toEqual([])
    expect(await filed.ticket(ticketId)).toMatchObject({ customer_id: null })
    expect(await filed.participants(ticketId)).toEqual({})
  })

  test('goes on in another ticket after five hundred mails', async () => {
    const from = newAddress()

    const messages = await receive(Array.from({ length: 520 }, () => flooding({ from })))

    const sizes = Map.groupBy(messages, one => one.ticket_id)
    expect([...sizes.values()].map(list => list.length)).toEqual([500, 20])
  })

  test('begins another ticket after a quiet hour, and one that was merged away takes no more', async () => {
    const from = newAddress()
    const at = (minutes: number) => new Date(Date.UTC(2026, 10, 2, 9, minutes))
    const [first] = await receive([flooding({ from }, at(0))])
    const [soon] = await receive([flooding({ from }, at(50))])
    const [late] = await receive([flooding({ from }, at(111))])
    await desk.query(`update ticket set merged_into_id = ${first?.ticket_id} where id = ${late?.ticket_id}`)

    const [after] = await receive([flooding({ from }, at(112))])

    expect(soon?.ticket_id).toBe(first?.ticket_id)
    expect(ticketsOf([first, late, after].flatMap(one => one ?? []))).toHaveLength(3)
  })

  test('opens its closed ticket again, on top, and one that is spam stays spam', async () => {
    const [from, spammer] = [newAddress(), newAddress()]
    const [mine, spam] = await receive([flooding({ from }), flooding({ from: spammer })])
    await desk.query(`update ticket set state = 'closed', closed_at = now() where id = ${mine?.ticket_id}`)
    await desk.query(`update ticket set state = 'spam' where id = ${spam?.ticket_id}`)

    const [, last] = await receive([flooding({ from: spammer }), flooding({ from })])

    expect(await filed.ticket(mine?.ticket_id ?? 0)).toMatchObject({
      state: 'open',
      last_message_at: last?.received_at,
    })
    expect(await filed.ticket(spam?.ticket_id ?? 0)).toMatchObject({ state: 'spam', message_count: 2 })
  })
})

describe('filing what floods a mailbox', () => {
  test('comes after everybody else, also after who came later', async () => {
    const from = newAddress()
    await desk.store(Array.from({ length: 120 }, () => flooding({ from })))
    const [later] = await desk.store([rawMail({ from: newAddress(), subject: 'came last' })])

    const [firstBatch] = await desk.fileAll()

    expect(firstBatch?.filed.map(one => one.id)).toContain(later)
  })

  test('raises a ticket and hints at it once a batch, however many mails the batch has', async () => {
    const from = newAddress()

    const messages = await receive(Array.from({ length: 100 }, () => flooding({ from })))

    const [hints] = await desk.query(
      `select count(*)::int as count from live_event where ticket_id = ${messages[0]?.ticket_id}`,
    )
    expect(hints?.count).toBe(2)
  })
})

describe('fetching', () => {
  test('puts what one sender sends beyond twenty at once behind others, by sender and not by name', async () => {
    const sync = await startSyncDesk()
    const { dovecot } = sync
    const mailboxId = await sync.addMailbox({ address: 'flooded@desk.test' })
    const deliver = (from: string, mails: number) =>
      dovecot.deliverMany(
        Array.from({ length: mails }, () => ({
          raw: rawMail({ from, subject: `mail ${++count}` }),
          to: ['flooded@desk.test'],
        })),
      )
    await sync.startNode()
    await eventuallyRows(sync, mailboxId, 0)
    await deliver('"Storm" <One@storm.test>', 15)
    await deliver('Other <other@storm.test>', 15)
    await deliver('=?utf-8?q?Another_name?= <one@STORM.test>', 15)

    const rows = await eventuallyRows(sync, mailboxId, 45)

    await sync.close()
    const behind = rows.filter(row => row.lane === LANES.storm).map(row => row.uid)
    expect(behind).toHaveLength(10)
    expect(behind.filter(uid => uid > 15 && uid <= 30)).toEqual([]) // Other’s
  })
})
