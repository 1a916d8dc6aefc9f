import { get, type IncomingMessage } from 'node:http'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { getMe } from '../../src/shared/session.ts'
import { updateTicket } from '../../src/shared/tickets.ts'
import { assignTicket } from '../../src/tickets/assign-ticket.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { type EventStream, openEventStream } from '../support/event-stream.ts'
import { createDatabase } from '../support/postgres.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent
const streams: EventStream[] = []

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
})

afterEach(() => {
  for (const stream of streams.splice(0)) stream.close()
})

afterAll(async () => await desk.stop())

/** Opens the feed and waits until the server has said where it stands. */
async function listen(agent: DeskAgent, lastId = ''): Promise<EventStream> {
  const stream = await openEventStream(`${desk.baseUrl}/api/v1/events`, agent.headers, lastId)
  streams.push(stream)
  await expect.poll(() => stream.lastId() !== lastId || stream.events.length > 0).toBe(true)
  return stream
}

function hintsOf(stream: EventStream): { number: unknown; kind: unknown; version: unknown }[] {
  return stream.events.filter(one => one.event === 'hint').map(one => one.data as never)
}

function numbersOf(stream: EventStream): unknown[] {
  return hintsOf(stream).map(hint => hint.number)
}

/** Tickets whose closing was heard of; that they were opened may be heard of as well, a poll later. */
function closedIn(stream: EventStream): unknown[] {
  return hintsOf(stream)
    .filter(hint => hint.kind === 'state_changed')
    .map(hint => hint.number)
}

/** Opens the feed and reads nothing of it until told to. */
async function openPaused(agent: DeskAgent) {
  const { promise, resolve } = Promise.withResolvers<IncomingMessage>()
  get(`${desk.baseUrl}/api/v1/events`, { headers: agent.headers }, resolve)
  const response = await promise
  const ended = new Promise<void>(resolve => response.on('close', resolve))
  return {
    wasCut: () => !response.complete,
    readToEnd: async () => {
      response.on('error', () => response.destroy())
      response.resume()
      await ended
    },
  }
}

async function close(number: number) {
  return await ada.call(updateTicket, { params: { number }, body: { state: 'closed' } })
}

describe('the live feed', () => {
  test('says at once which ticket is at which version, and nothing of its content', async () => {
    const { number, ticketId } = await desk.ticket({ mailboxId: support })
    const stream = await listen(ada)

    const { version } = await close(number)

    await expect
      .poll(() => hintsOf(stream), { timeout: 900, interval: 10 })
      .toContainEqual({
        ticketId,
        number,
        mailboxId: support,
        kind: 'state_changed',
        version,
        leadNumber: null,
        customerId: expect.any(Number),
        changesCustomer: false,
      })
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    expect(stream.headers.get('x-accel-buffering')).toBe('no')
    expect(stream.headers.get('cache-control')).toContain('no-store')
  })

  test('needs no bell', async () => {
    const stream = await listen(ada)

    const { number } = await desk.ticket({ mailboxId: support }) // written without ringing

    await expect.poll(() => numbersOf(stream), { timeout: 2500 }).toContain(number)
  })

  test('goes on where a client broke off, without a gap', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const before = await listen(ada)
    before.close()
    await before.ended
    await close(number)
    const other = await desk.ticket({ mailboxId: support })

    const after = await listen(ada, before.lastId())

    await expect.poll(() => numbersOf(after)).toEqual(expect.arrayContaining([number, other.number]))
  })

  test('a change committed late is seen by who was connected, and by who resumes past younger ones', async () => {
    const late = await desk.ticket({ mailboxId: support })
    const younger = await desk.ticket({ mailboxId: support })
    const connected = await listen(ada)
    const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>()
    const { promise: isWritten, resolve: written } = Promise.withResolvers<void>()
    const lateChange = inTransaction(desk.database.db, async tx => {
      await assignTicket(tx, { ticketId: late.ticketId, assigneeId: ada.agentId, agentId: ada.agentId })
      written()
      await mayCommit
    })
    await isWritten
    await close(younger.number)
    await expect.poll(() => closedIn(connected)).toContain(younger.number)

    const resumed = await listen(ada, connected.lastId())
    commit()
    await lateChange
    const resumedLater = await listen(ada, connected.lastId())

    await expect.poll(() => numbersOf(connected)).toContain(late.number)
    await expect.poll(() => numbersOf(resumed)).toContain(late.number)
    await expect.poll(() => numbersOf(resumedLater)).toContain(late.number)
    expect(closedIn(connected).filter(number => number === younger.number)).toHaveLength(1)
  })

  test('a transaction left open in another database delays nothing', async () => {
    const elsewhere = await createDatabase()
    const client = new pg.Client({ connectionString: elsewhere.url })
    await client.connect()
    await client.query('begin; select pg_current_xact_id()')
    const stream = await listen(ada)
    const { number } = await desk.ticket({ mailboxId: support })

    await close(number)

    await expect.poll(() => numbersOf(stream), { timeout: 1000, interval: 10 }).toContain(number)
    const resumed = await listen(ada, stream.lastId())
    await expect.poll(() => numbersOf(resumed)).toContain(number)
    await client.end()
    await elsewhere.drop()
  })

  test.each([
    ['of another history', () => '00000000-0000-4000-8000-000000000000-5-1780000000'],
    [
      'that is two days old',
      (id: string) => id.replace(/\d+$/, seconds => `${Number(seconds) - 2 * 86_400}`),
    ],
    ['from the future of a restored database', (id: string) => id.replace(/-\d+-(\d+)$/, '-999999999999-$1')],
    ['we did not make', () => "x' or 1=1 --"],
  ])('an id %s is answered with reset and a new id', async (_what, forge) => {
    const genuine = (await listen(ada)).lastId()

    const stream = await listen(ada, forge(genuine))

    await expect.poll(() => stream.events[0]).toMatchObject({ event: 'reset' })
    expect(stream.lastId().slice(0, 36)).toBe(genuine.slice(0, 36))
  })
})

test('a stream opened late tells of all that happened since its page asked who it is', async () => {
  const { liveFrom } = await ada.call(getMe)
  const stream = await listen(ada)
  const { number } = await desk.ticket({ mailboxId: support })
  await close(number)
  await expect.poll(() => closedIn(stream)).toContain(number)

  const late = await openEventStream(`${desk.baseUrl}/api/v1/events?since=${liveFrom}`, ada.headers)
  streams.push(late)

  await expect.poll(() => closedIn(late)).toContain(number)
})

describe('a stream under strain', () => {
  test('goes on after the database was away', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const stream = await listen(ada)

    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(desk.database.db)

    await expect.poll(() => close(number).catch(() => undefined)).toBeDefined()
    const resumed = await listen(ada, stream.lastId())
    await expect.poll(() => [...closedIn(stream), ...closedIn(resumed)]).toContain(number)
  })

  test('a client that stops reading is dropped, and one that reads hears everything', async () => {
    const mailboxId = await desk.mailbox('bulk@desk.test')
    await sql`insert into ticket (mailbox_id, subject, state, last_message_at)
      select ${mailboxId}, 'bulk', 'open', now() from generate_series(1, 1500)`.execute(desk.database.db)
    const sleeper = await openPaused(ada)
    const reader = await listen(ada)
    const changeAll = (version: number) =>
      sql`insert into live_event (mailbox_id, ticket_id, kind, version)
        select mailbox_id, id, 'tagged', ${version} from ticket where mailbox_id = ${mailboxId}`.execute(
        desk.database.db,
      )
    const heardOf = (version: number) =>
      hintsOf(reader).filter(hint => hint.version === version && hint.kind === 'tagged').length

    for (let version = 100; version < 140; version++) {
      await changeAll(version)
      desk.bells.ring('live')
      await expect.poll(() => heardOf(version), { timeout: 3000, interval: 10 }).toBe(1500)
    }

    await sleeper.readToEnd()
    expect(sleeper.wasCut()).toBe(true)
  })

  test('so much at once that it is not worth telling is a reset', async () => {
    const mailboxId = await desk.mailbox('flood@desk.test')
    const stream = await listen(ada)
    await sql`with opened as (insert into ticket (mailbox_id, subject, state, last_message_at)
        select ${mailboxId}, 'flood', 'open', now() from generate_series(1, 2001) returning id)
      insert into live_event (mailbox_id, ticket_id, kind, version)
      select ${mailboxId}, id, 'ticket_opened', 1 from opened`.execute(desk.database.db)

    desk.bells.ring('live')

    await expect.poll(() => stream.events.map(one => one.event)).toContain('reset')
    expect(hintsOf(stream)).toEqual([])
    // A transaction open elsewhere in the cluster keeps a later stream's start before the flood.
    await sql`delete from live_event where mailbox_id = ${mailboxId}`.execute(desk.database.db)
  })
})

describe('the rights of a stream', () => {
  test('an agent hears nothing of a mailbox that is not theirs, live or replayed', async () => {
    const ben = await desk.agent('ben', { mailboxIds: [support] })
    const stream = await listen(ben)
    const start = stream.lastId()
    const hidden = await desk.ticket({ mailboxId: billing })
    const visible = await desk.ticket({ mailboxId: support })

    await close(hidden.number)
    await close(visible.number)

    await expect.poll(() => numbersOf(stream)).toContain(visible.number)
    const resumed = await listen(ben, start)
    await expect.poll(() => numbersOf(resumed)).toContain(visible.number)
    expect([...numbersOf(stream), ...numbersOf(resumed)]).not.toContain(hidden.number)
  })

  test('a mailbox taken away is silent from the next hint on', async () => {
    const eva = await desk.agent('eva', { mailboxIds: [support, billing] })
    const first = await desk.ticket({ mailboxId: billing })
    const second = await desk.ticket({ mailboxId: billing })
    const marker = await desk.ticket({ mailboxId: support })
    const stream = await listen(eva)
    await close(first.number)
    await expect.poll(() => closedIn(stream)).toContain(first.number)

    await sql`delete from agent_mailbox where agent_id = ${eva.agentId} and mailbox_id = ${billing}`.execute(
      desk.database.db,
    )
    await close(second.number)
    await close(marker.number)

    await expect.poll(() => closedIn(stream)).toContain(marker.number)
    expect(closedIn(stream)).not.toContain(second.number)
  })

  test.each([
    ['a session ends', (agent: DeskAgent) => sql`delete from session where id = ${agent.sessionId}`],
    [
      'an agent is deactivated',
      (agent: DeskAgent) => sql`update agent set state = 'deactivated' where id = ${agent.agentId}`,
    ],
  ])('when %s, the stream ends within 5 s', async (what, end) => {
    const agent = await desk.agent(what.replaceAll(' ', '-'), { mailboxIds: [support] })
    const stream = await listen(agent)
    const startMs = performance.now()

    await end(agent).execute(desk.database.db)
    await stream.ended

    expect(performance.now() - startMs).toBeLessThan(5000)
  })

  test('a stranger gets none', async () => {
    const response = await fetch(`${desk.baseUrl}/api/v1/events`)

    expect(response.status).toBe(401)
  })
})
