import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { announcePresence, type TicketPresence } from '../../src/shared/presence.ts'
import { ApiRefusal } from '../support/api.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { type EventStream, openEventStream } from '../support/event-stream.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent
let ben: DeskAgent
const streams: EventStream[] = []

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
  ben = await desk.agent('ben', { mailboxIds: [support] })
})

afterEach(() => {
  for (const stream of streams.splice(0)) stream.close()
})

afterAll(async () => await desk.stop())

async function listen(agent: DeskAgent, tab = ''): Promise<EventStream> {
  const query = tab === '' ? '' : `?tab=${tab}`
  const stream = await openEventStream(`${desk.baseUrl}/api/v1/events${query}`, agent.headers)
  streams.push(stream)
  await expect.poll(() => stream.lastId()).not.toBe('')
  return stream
}

async function announce(
  agent: DeskAgent,
  tab: string,
  number: number | null,
  doing: 'viewing' | 'noting' | 'replying' = 'viewing',
) {
  await agent.call(announcePresence, { params: { tab }, body: { number, doing } })
}

/** What the stream last said of a ticket, as `name doing`; undefined where it said nothing. */
function whoIsOn(stream: EventStream, number: number): string[] | undefined {
  const told = stream.events
    .filter(one => one.event === 'presence')
    .map(one => one.data as unknown as TicketPresence)
  return told.findLast(one => one.number === number)?.agents.map(one => `${one.name} ${one.doing}`)
}

async function expectOn(stream: EventStream, number: number, agents: string[] | undefined) {
  await expect.poll(() => whoIsOn(stream, number), { timeout: 2000, interval: 10 }).toEqual(agents)
}

test('colleagues see within two seconds who opens a ticket and who answers it, and that they left', async () => {
  const { number } = await desk.ticket({ mailboxId: support })
  const colleague = await listen(ben)

  await announce(ada, 'ada-tab-1', number)
  await expectOn(colleague, number, ['ada viewing'])
  await announce(ada, 'ada-tab-1', number, 'replying')
  await expectOn(colleague, number, ['ada replying'])
  await announce(ada, 'ada-tab-1', null)

  await expectOn(colleague, number, [])
})

test('whoever connects later is told who is there', async () => {
  const { number } = await desk.ticket({ mailboxId: support })
  await announce(ada, 'ada-tab-2', number, 'noting')
  await announce(ben, 'ben-tab-2', number)

  const late = await listen(ada)

  await expectOn(late, number, ['ada noting', 'ben viewing'])
})

test('of two tabs on one ticket the one that answers counts', async () => {
  const { number } = await desk.ticket({ mailboxId: support })
  const colleague = await listen(ben)
  await announce(ada, 'ada-tab-3', number, 'replying')

  await announce(ada, 'ada-tab-4', number, 'viewing')
  await announce(ben, 'ben-tab-4', number, 'viewing')

  await expectOn(colleague, number, ['ada replying', 'ben viewing'])
})

test('a tab that is closed or killed is gone with its stream, unless it came back meanwhile', async () => {
  const { number } = await desk.ticket({ mailboxId: support })
  const colleague = await listen(ben)
  const first = await listen(ada, 'ada-tab-5')
  const second = await listen(ada, 'ada-tab-5')
  await announce(ada, 'ada-tab-5', number)
  await expectOn(colleague, number, ['ada viewing'])

  first.close()
  await announce(ben, 'ben-tab-5', number)
  await expectOn(colleague, number, ['ada viewing', 'ben viewing'])
  second.close()

  await expectOn(colleague, number, ['ben viewing'])
})

test('a tab that says nothing for 25 seconds is gone, and back with its next word', async () => {
  const { number } = await desk.ticket({ mailboxId: support })
  const colleague = await listen(ben)
  await announce(ada, 'ada-tab-6', number)
  await expectOn(colleague, number, ['ada viewing'])

  await sql`update presence set seen_at = seen_at - interval '26 seconds' where tab = 'ada-tab-6'`.execute(
    desk.database.db,
  )
  desk.bells.ring('presence')
  await expectOn(colleague, number, [])
  await announce(ada, 'ada-tab-6', number)

  await expectOn(colleague, number, ['ada viewing'])
})

test('nobody learns of a ticket in a mailbox they may not use, nor announces themselves there', async () => {
  const hidden = await desk.ticket({ mailboxId: billing })
  const shown = await desk.ticket({ mailboxId: support })
  const colleague = await listen(ben)

  await announce(ada, 'ada-tab-7', hidden.number)
  await announce(ada, 'ada-tab-8', shown.number)
  const refused = announce(ben, 'ben-tab-8', hidden.number)

  await expect(refused).rejects.toThrow(ApiRefusal)
  await expectOn(colleague, shown.number, ['ada viewing'])
  expect(whoIsOn(colleague, hidden.number)).toBeUndefined()
})
