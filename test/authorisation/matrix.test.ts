import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { saveDraft } from '../../src/shared/drafts.ts'
import { streamEvents } from '../../src/shared/live.ts'
import { announcePresence } from '../../src/shared/presence.ts'
import { updateTicket, writeNote } from '../../src/shared/tickets.ts'
import { draftContent } from '../support/draft-content.ts'
import { openEventStream } from '../support/event-stream.ts'
import { waitUntil } from '../support/wait-until.ts'
import { loseRights } from './hire.ts'
import { replyIn, ticket } from './objects.ts'
import { PRINCIPAL_NAMES, PRINCIPALS, type PrincipalName, rolesWithoutPrincipal } from './principals.ts'
import type { Row } from './row.ts'
import { nameOf, ROWS } from './rows.ts'
import { startWorld, type World } from './world.ts'
import { takeWrites, watchWrites } from './writes.ts'

let world: World

/** What says nothing of anybody: the page and its files, whether the server is well, how the API is called. */
const SAYS_NOTHING =
  /^GET (\/|\/assets\/.*|\/[\w.-]+\.\w+|\/healthz|\/readyz|\/api\/v1\/openapi\.json|\/api\/docs.*)$/

/** Routes whose answer is told apart in tests of their own below. */
const APART = [`GET /metrics`, nameOf({ route: streamEvents })]

beforeAll(async () => {
  world = await startWorld()
  await leaveTraces()
  await loseRights(world.db, world.staff)
  await watchWrites(world.db)
})

afterAll(async () => await world.stop())

/** In the closed mailbox each of those who may use it now has a ticket, a mention, a draft, a reply that left and one that failed. */
async function leaveTraces(): Promise<void> {
  const { owner } = world.staff
  for (const name of ['former', 'insider'] as const) {
    const { number } = await ticket(world)
    const call = { params: { number } }
    const { agentId } = world.staff[name]
    await owner.call(updateTicket, { ...call, body: { assigneeId: agentId } })
    const html = `<p><span data-mention="${agentId}">@x</span> look</p>`
    await owner.call(writeNote, { ...call, body: { html } })
    await world.staff[name].call(saveDraft, {
      ...call,
      body: { content: draftContent('half', { mode: 'note' }), revision: 0 },
    })
    await replyIn(world, 'failed', name)
  }
  const { number } = await ticket(world)
  await owner.call(updateTicket, { params: { number }, body: { teamId: world.teamId } })
}

/** The status a cell must have; undefined: any of success. */
function expected({ route, reach, answers, but }: Row, name: PrincipalName): number | undefined {
  const { isSignedIn, role, mayUseMailbox } = PRINCIPALS[name]
  if (route.access === 'anyone') return answers
  if (!isSignedIn) return 401
  if (route.access !== 'agent' && role === 'agent') return 403
  if (route.access === 'owner' && role !== 'owner') return 403
  if (but?.[name] !== undefined) return but[name]
  if (reach === 'mailbox' && !mayUseMailbox) return 404
  if (reach === 'author' && name !== 'insider') return 404
  return answers
}

function isShown({ reach }: Row, name: PrincipalName): boolean {
  return reach === 'own-contents' ? name === 'insider' : PRINCIPALS[name].mayUseMailbox
}

/** Whether the same prepared thing serves the next call: nothing was to be done with it. */
const isRefusal = (status: number | undefined) => status !== undefined && [401, 403, 404].includes(status)

/** What is wrong with the cells of a row, in words. */
async function faultsOf(row: Row): Promise<string[]> {
  const faults: string[] = []
  let call = await row.prepare(world)
  let isSpent = false
  for (const name of PRINCIPAL_NAMES) {
    if (isSpent) call = await row.prepare(world)
    const wanted = expected(row, name)
    await takeWrites(world.db)
    const answer = await world.ask(name).fetch(row.route, call)
    const text = await answer.text()
    const written = await takeWrites(world.db)
    faults.push(...judge(row, name, { status: answer.status, wanted, text, written }))
    isSpent = !isRefusal(wanted)
  }
  if (row.spendsSession) await world.renew()
  return faults
}

type Seen = { status: number; wanted: number | undefined; text: string; written: string[] }

function judge(row: Row, name: PrincipalName, { status, wanted, text, written }: Seen): string[] {
  const faults: string[] = []
  const isRight = wanted === undefined ? status < 300 : status === wanted
  if (!isRight) faults.push(`${name}: ${status} in place of ${wanted ?? '2xx'}: ${text.slice(0, 300)}`)
  const hasContents = row.reach.endsWith('contents') && !isRefusal(wanted)
  if (hasContents && row.shows(text) !== isShown(row, name)) {
    faults.push(
      `${name}: ${isShown(row, name) ? 'is not shown' : 'is shown'} what is in it: ${text.slice(0, 300)}`,
    )
  }
  const mayWrite = row.route.method !== 'GET' && !isRefusal(status) && (!hasContents || isShown(row, name))
  if (!mayWrite && written.length > 0) faults.push(`${name}: ${status}, and wrote ${written.join(', ')}`)
  return faults
}

test('there is somebody of every role', () => {
  expect(rolesWithoutPrincipal()).toEqual([])
})

test('every route of the server has a row', () => {
  const described = new Set([...ROWS.map(nameOf), ...APART])

  const missing = world.routes
    .map(({ method, path }) => `${method} ${path}`)
    .filter(name => !described.has(name) && !SAYS_NOTHING.test(name))

  expect([...new Set(missing)]).toEqual([])
})

/** Those who have a session, so a stream. */
const LISTENERS = PRINCIPAL_NAMES.filter(name => PRINCIPALS[name].isSignedIn)

test('the live stream tells of the closed mailbox only those who may use it', async () => {
  const streams = await Promise.all(
    LISTENERS.map(async name => ({
      name,
      stream: await openEventStream(`${world.baseUrl}/api/v1/events`, world.staff[name].headers),
    })),
  )
  const heard = (stream: (typeof streams)[number]['stream'], number: number) =>
    stream.events.some(({ data }) => data.number === number)

  const secret = await ticket(world)
  const tab = {
    params: { tab: 'a-tab-that-listens' },
    body: { number: secret.number, doing: 'viewing' as const },
  }
  await world.staff.owner.call(announcePresence, tab)
  await world.staff.owner.call(updateTicket, {
    params: { number: secret.number },
    body: { priority: 'high' },
  })
  const last = await world.ticket({ mailboxId: world.common, state: 'closed' })
  await world.staff.owner.call(updateTicket, { params: { number: last.number }, body: { priority: 'high' } })

  for (const { name, stream } of streams) {
    await waitUntil(`${name} hears of the mailbox that is everybody's`, () =>
      Promise.resolve(heard(stream, last.number) || undefined),
    )
  }
  const told = streams.filter(({ stream }) => heard(stream, secret.number)).map(({ name }) => name)
  for (const { stream } of streams) stream.close()
  expect(told).toEqual(LISTENERS.filter(name => PRINCIPALS[name].mayUseMailbox))
})

test.each(PRINCIPAL_NAMES.filter(name => !PRINCIPALS[name].isSignedIn))(
  'there is no stream for %s',
  async name => {
    const answer = await world.ask(name).fetch(streamEvents)

    expect(answer.status).toBe(401)
  },
)

test.each(PRINCIPAL_NAMES)('a session opens no metrics: %s', async name => {
  const headers = name === 'nobody' ? {} : world.staff[name].headers

  const answer = await fetch(`${world.baseUrl}/metrics`, { headers })

  expect(answer.status).toBe(401)
})

describe('every cell is answered as it should be', () => {
  test.each(ROWS.map(row => [`${nameOf(row)}${row.of === undefined ? '' : `, ${row.of}`}`, row] as const))(
    '%s',
    async (_name, row) => {
      expect(await faultsOf(row)).toEqual([])
    },
  )
})
