import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mergeTicket, moveMessage } from '../../src/shared/placing.ts'
import { getTicket, sendReply, undoReply, updateTicket, writeNote } from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let support: number
let ada: DeskAgent
let ben: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  ada = await desk.agent('ada', { mailboxIds: [support] })
  ben = await desk.agent('ben', { mailboxIds: [support] })
})

afterAll(async () => await desk.stop())

type Refusal = { code: string; details: { lastEventId: number; changes: { kind: string }[] } }
const problemOf = async (answer: Response) => (await answer.json()) as Refusal
const headers = (key: string) => ({ 'idempotency-key': key })
const messagesOf = async (number: number) => (await ada.call(getTicket, { params: { number } })).messages
const newestEventId = async (number: number) => {
  const { events } = await ada.call(getTicket, { params: { number } })
  return Math.max(...events.map(event => event.id))
}

describe('a reply under an Idempotency-Key', () => {
  test('is sent once, however often it is asked for, also by twenty requests at the same moment', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const ask = () =>
      ada.call(sendReply, { params: { number }, body: { text: 'Once' }, headers: headers('k-1') })

    const answers = await Promise.all(Array.from({ length: 20 }, ask))
    const later = await ask()

    expect(new Set([...answers, later].map(message => message.id)).size).toBe(1)
    expect(await messagesOf(number)).toHaveLength(2)
  })

  test('is refused when the key was given to other words, and belongs to its agent alone', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const call = (text: string) => ({ params: { number }, body: { text }, headers: headers('k-2') })
    const first = await ada.call(sendReply, call('First words'))

    const other = await ada.fetch(sendReply, call('Other words'))
    const bens = await ben.call(sendReply, call('First words'))

    expect([other.status, (await problemOf(other)).code]).toEqual([422, 'idempotency-key-reused'])
    expect(bens.id).not.toBe(first.id)
  })

  test('is not remembered when it was refused', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const ask = (uploadIds: string[]) =>
      ada.fetch(sendReply, {
        params: { number },
        body: { text: 'Hi', uploadIds },
        headers: headers('k-3'),
      })

    const refused = await ask([crypto.randomUUID()])
    const mended = await ask([])

    expect([refused.status, mended.status]).toEqual([422, 200])
  })

  test('is refused by name while a disk is full, keeps nothing, and goes out once there is room', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const { pool } = desk.database
    // Deferred, as where the commit is what finds no room.
    await pool.query(`
      create function no_space() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$;
      create constraint trigger no_space after insert on outbox deferrable initially deferred
      for each row execute function no_space()`)
    const ask = () =>
      ada.fetch(sendReply, { params: { number }, body: { text: 'Full' }, headers: headers('k-5') })

    const refused = await ask()
    const meanwhile = await messagesOf(number)
    await pool.query('drop trigger no_space on outbox')
    const mended = await ask()

    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await refused.json()).toMatchObject({
      code: 'disk-full',
      detail: expect.stringContaining('free some space'),
    })
    expect(meanwhile).toHaveLength(1)
    expect(mended.status).toBe(200)
    expect(await messagesOf(number)).toHaveLength(2)
  })

  test('is a new one after a day', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const call = { params: { number }, body: { text: 'Daily' }, headers: headers('k-4') }
    const first = await ada.call(sendReply, call)
    await sql`update answered_request set answered_at = clock_timestamp() - interval '25 hours'
      where key = 'k-4'`.execute(desk.database.db)

    const second = await ada.call(sendReply, call)

    expect(second.id).not.toBe(first.id)
  })

  test.each(['', 'a b', 'ключ', 'x'.repeat(256)])('cannot be named %j', async key => {
    const { number } = await desk.ticket({ mailboxId: support })

    const answer = await fetch(`${desk.baseUrl}/api/v1/tickets/${number}/replies`, {
      method: 'POST',
      headers: {
        ...ada.headers,
        'content-type': 'application/json',
        'idempotency-key': Buffer.from(key).toString('latin1'),
      },
      body: JSON.stringify({ text: 'Hi' }),
    })

    expect([answer.status, (await problemOf(answer)).code]).toEqual([400, 'bad-idempotency-key'])
  })
})

test('a note under an Idempotency-Key is written once', async () => {
  const { number } = await desk.ticket({ mailboxId: support })
  const ask = () =>
    ada.call(writeNote, { params: { number }, body: { text: 'Remember' }, headers: headers('n-1') })

  const notes = await Promise.all([ask(), ask(), ask()])

  expect(new Set(notes.map(note => note.id)).size).toBe(1)
  expect((await ada.call(getTicket, { params: { number } })).notes).toHaveLength(1)
})

describe('a reply by who has not seen the latest', () => {
  const reply = async (number: number, lastSeenEventId: number) => {
    const answer = await ada.fetch(sendReply, { params: { number }, body: { text: 'Hi', lastSeenEventId } })
    return { status: answer.status, problem: await problemOf(answer) }
  }

  test('is refused with what changed, and sent once that was seen', async () => {
    const { number, ticketId } = await desk.ticket({ mailboxId: support })
    const seen = await newestEventId(number)
    const messageId = await desk.message(ticketId, { text: 'One thing more' })

    const refused = await reply(number, seen)
    const sent = await reply(number, refused.problem.details.lastEventId)

    expect(refused).toMatchObject({
      status: 409,
      problem: {
        code: 'ticket-changed',
        details: { changes: [{ kind: 'message_received', messageId, agentId: null }] },
      },
    })
    expect(sent.status).toBe(200)
    expect(await messagesOf(number)).toHaveLength(3)
  })

  test('is stopped by a colleague’s reply and by a colleague closing', async () => {
    const answered = await desk.ticket({ mailboxId: support })
    const closed = await desk.ticket({ mailboxId: support })
    const seen = [await newestEventId(answered.number), await newestEventId(closed.number)]
    await ben.call(sendReply, { params: { number: answered.number }, body: { text: 'Ben was faster' } })
    await ben.call(updateTicket, { params: { number: closed.number }, body: { state: 'closed' } })

    const refusals = [await reply(answered.number, seen[0] ?? 0), await reply(closed.number, seen[1] ?? 0)]

    expect(refusals.map(one => one.problem.details.changes[0]?.kind)).toEqual([
      'reply_queued',
      'state_changed',
    ])
    expect(refusals.map(one => one.status)).toEqual([409, 409])
  })

  test('is stopped by a colleague who puts another customer’s mail there: it would go to them', async () => {
    const from = 'boris@customer.test'
    const [merged, moved] = [
      await desk.ticket({ mailboxId: support }),
      await desk.ticket({ mailboxId: support }),
    ]
    const other = await desk.ticket({ mailboxId: support, from })
    const others = await desk.ticket({ mailboxId: support, from })
    const messageId = await desk.message(others.ticketId, { from })
    const seen = [await newestEventId(merged.number), await newestEventId(moved.number)]
    await ben.call(mergeTicket, {
      params: { number: other.number },
      body: { intoNumber: merged.number },
    })
    await ben.call(moveMessage, { params: { id: messageId }, body: { toNumber: moved.number } })

    const refusals = [await reply(merged.number, seen[0] ?? 0), await reply(moved.number, seen[1] ?? 0)]

    expect(refusals.map(one => [one.status, one.problem.details?.changes[0]?.kind])).toEqual([
      [409, 'merged'],
      [409, 'message_moved_in'],
    ])
  })

  test('is not stopped by notes, tags, a robot, their own acts or a reply that was taken back', async () => {
    const { number, ticketId } = await desk.ticket({ mailboxId: support })
    const seen = await newestEventId(number)
    await ben.call(writeNote, { params: { number }, body: { text: 'A note' } })
    await ben.call(updateTicket, { params: { number }, body: { addTags: ['refund'] } })
    await desk.message(ticketId, { kind: 'auto-reply', text: 'I am away' })
    const { id } = await ben.call(sendReply, { params: { number }, body: { text: 'Too early' } })
    await ben.call(undoReply, { params: { id } })
    await ada.call(updateTicket, { params: { number }, body: { state: 'closed' } })

    const sent = await reply(number, seen)

    expect(sent.status).toBe(200)
  })

  test('sees in the ticket which events stop it', async () => {
    const { number, ticketId } = await desk.ticket({ mailboxId: support })
    await desk.message(ticketId, { kind: 'auto-reply', text: 'I am away' })
    await ben.call(writeNote, { params: { number }, body: { text: 'A note' } })

    const { events } = await ada.call(getTicket, { params: { number } })

    expect(events.map(event => [event.kind, event.stopsReply])).toEqual([
      ['ticket_opened', false],
      ['message_received', true],
      ['message_received', false],
      ['note_written', false],
    ])
  })
})

test('of two replies at the same moment by agents who saw the same, one is sent', async () => {
  const { number } = await desk.ticket({ mailboxId: support })
  const lastSeenEventId = await newestEventId(number)
  const ask = (agent: DeskAgent) =>
    agent.fetch(sendReply, { params: { number }, body: { text: 'Me first', lastSeenEventId } })

  const answers = await Promise.all([ask(ada), ask(ben)])

  expect(answers.map(answer => answer.status).sort()).toEqual([200, 409])
})

test('a reply is held for as long as its agent chose, and not at all by who chose nothing', async () => {
  const { number } = await desk.ticket({ mailboxId: support })
  const heldMs = async (undoSeconds: number) => {
    await sql`update agent set undo_seconds = ${undoSeconds} where id = ${ada.agentId}`.execute(
      desk.database.db,
    )
    const { delivery, receivedAt } = await ada.call(sendReply, { params: { number }, body: { text: 'Hi' } })
    return Date.parse(delivery?.dueAt ?? '') - Date.parse(receivedAt)
  }

  const windows = [await heldMs(0), await heldMs(30)]

  // Rounded up to whole seconds, as the Date field has no parts of one.
  expect(windows[0]).toBeLessThan(1_000)
  expect(windows[1]).toBeGreaterThanOrEqual(30_000)
  expect(windows[1]).toBeLessThan(31_000)
})
