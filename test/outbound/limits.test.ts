import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { listOutboxMailboxes, retryNow } from '../../src/outbound/outbox.ts'
import { listTickets } from '../../src/tickets/list-tickets.ts'
import { answerAt } from '../support/sink-rules.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

let desk: SendingDesk
let count = 0

beforeAll(async () => {
  desk = await startSendingDesk()
})

afterEach(async () => await desk.calm())

afterAll(async () => {
  await desk.stop()
})

/** A mailbox with an agent and what they send; times are those of the database. */
async function startMailbox() {
  const name = `m${++count}`
  const mailboxId = await desk.mailbox(`${name}@desk.test`)
  const agent = await desk.agent(name, [mailboxId])
  const { ticketId } = await desk.ticket(mailboxId)
  const send = (who: string) => desk.send(agent, { ticketId, to: [`${who}.${name}@example.org`] })
  const sentTo = () =>
    desk.sink.accepted.flatMap(mail => mail.to).filter(address => address.includes(`.${name}@`))
  const hold = async () => {
    const rows = await listOutboxMailboxes(desk.db)
    const row = rows.find(one => one.mailboxId === mailboxId)
    return { code: row?.heldCode ?? null, minutes: minutesFromNow(row?.heldUntil ?? null) }
  }
  return { mailboxId, agent, ticketId, send, sentTo, hold }
}

function minutesFromNow(at: Date | null): number | null {
  return at === null ? null : Math.round((at.getTime() - Date.now()) / 60_000)
}

test('a reply that no server took for 15 minutes is marked in lists, until one does', async () => {
  const { agent, send } = await startMailbox()
  desk.sink.behave(answerAt('final', { reply: 451, text: '4.7.1 greylisted' }, { times: 1 }))
  const messageId = await send('ann')
  await desk.sender()
  await desk.reaches(messageId, 'deferred')
  const marks = async () => {
    const { rows } = await listTickets(desk.db, agent, { queue: 'all', limit: 50 })
    return rows.map(row => row.hasLateReply)
  }
  const fresh = await marks()
  await sql`update message set sent_at = sent_at - interval '16 minutes' where id = ${messageId}`.execute(
    desk.db,
  )

  const late = await marks()

  await sql`update outbox set due_at = clock_timestamp() where message_id = ${messageId}`.execute(desk.db)
  await desk.reaches(messageId, 'accepted')
  expect([fresh, late, await marks()]).toEqual([[false], [true], [false]])
})

test.each([
  ['550', '5.4.5 Daily user sending limit exceeded', 'quota', 60],
  ['421', '4.7.0 Try again later, closing connection', 'busy', 1],
  ['454', '4.7.0 Cannot authenticate due to a temporary system problem', 'busy', 1],
] as const)(
  'a server that answers %s %s holds the mailbox until a time that is shown, and fails nothing',
  async (code, text, held, minutes) => {
    const { send, sentTo, hold } = await startMailbox()
    desk.sink.behave(answerAt('final', { reply: Number(code), text }, { times: 1 }))
    const first = await send('first')
    const sender = await desk.sender()
    await desk.reaches(first, 'deferred')

    const second = await send('second')

    const other = await startMailbox()
    await desk.reaches(await other.send('other'), 'accepted')
    await vi.waitFor(() => expect(sender.status().sending).toBe(0), 10_000)
    expect(await hold()).toEqual({ code: held, minutes })
    expect(await desk.outbox(second)).toMatchObject({ state: 'held', attempts: 0 })
    expect(sentTo()).toEqual([])
    await sender.stop()
  },
)

test('after the hold people’s replies leave before automatic mail, which an admin may ask for at once', async () => {
  const { mailboxId, agent, send, sentTo } = await startMailbox()
  desk.sink.behave(answerAt('final', { reply: 550, text: '5.4.5 quota' }, { times: 1 }))
  const first = await send('first')
  const sender = await desk.sender()
  await desk.reaches(first, 'deferred')
  await sender.stop()
  const automatic = await send('automatic')
  await sql`update outbox set lane = 1 where message_id = ${automatic}`.execute(desk.db)
  const second = await send('second')

  await retryNow(desk, agent, first)
  await desk.sender()

  for (const id of [first, second, automatic]) await desk.reaches(id, 'accepted')
  // Two may be on their way at once: what counts is which began first.
  const began = await Promise.all(
    [first, second, automatic].map(async id => (await desk.outbox(id)).claim_no ?? 0),
  )
  expect(began).toEqual(began.toSorted((a, b) => a - b))
  expect(sentTo()).toHaveLength(3)
  const mailbox = await sql<{ held: Date | null; code: string | null }>`
    select sending_held_until as held, state_code as code from mailbox where id = ${mailboxId}`.execute(
    desk.db,
  )
  expect(mailbox.rows).toEqual([{ held: null, code: null }])
})

test.each([
  ['messages of a day', { messagesPerDay: 2 }, 24 * 60],
  ['messages of a minute', { messagesPerMinute: 2 }, 1],
  ['people outside of a day', { outsidersPerDay: 2 }, 24 * 60],
] as const)('a mailbox at its limit of %s waits until it may send again', async (_what, limits, minutes) => {
  const { send, sentTo, hold } = await startMailbox()
  const ids = [await send('a'), await send('b'), await send('c')]

  const sender = await desk.sender({ limitsOf: () => limits })

  await vi.waitFor(async () => expect((await hold()).code).toBe('limit'), 10_000)
  await vi.waitFor(() => expect(sender.status().sending).toBe(0), 10_000)
  await sender.stop()
  const states = (await Promise.all(ids.map(desk.outbox))).map(row => row.state)
  // Two at once may begin before the first of them is counted.
  expect(sentTo().length).toBe(states.filter(state => state === 'accepted').length)
  expect(states.filter(state => state === 'held').length).toBeLessThanOrEqual(1)
  expect((await hold()).minutes).toBe(minutes)
})

test('a provider that takes fewer recipients in a mail than others is not asked to take more', async () => {
  const { mailboxId, agent, ticketId } = await startMailbox()
  await sql`update mailbox set smtp_host = 'smtp.yandex.com' where id = ${mailboxId}`.execute(desk.db)
  const to = Array.from({ length: 36 }, (_, at) => `a${at}@example.org`)

  const sent = desk.send(agent, { ticketId, to })

  await expect(sent).rejects.toMatchObject({ code: 'too-many-recipients', details: { limit: 35 } })
})

test('an operator who says so has less patience, counted from when a reply was first due', async () => {
  const { send } = await startMailbox()
  desk.sink.behave(answerAt('rcpt', { reply: 451, text: '4.7.1 later' }))
  const late = await send('late')
  const fresh = await send('fresh')
  await sql`update message set sent_at = sent_at - interval '4 hours' where id = ${late}`.execute(desk.db)

  await desk.sender({ timing: { patienceMs: 4 * 3_600_000 } })

  await desk.reaches(late, 'failed')
  await desk.reaches(fresh, 'deferred')
})
