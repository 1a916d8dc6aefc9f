import { getTicket, listQueues, listTickets, type TicketRow } from '../../src/shared/tickets.ts'
import type { Queue } from '../../src/shared/vocabulary.ts'
import type { ApiClient } from '../support/api.ts'
import { seededRandom, shuffled } from '../support/mails.ts'
import { type Spread, spreadOf } from './percentiles.ts'

/** How long one kind of page takes over HTTP, one request after the other. */
export type PageTime = { page: string; kind: 'list' | 'ticket' | 'counts' | 'search' | 'write' } & Spread

const queues: readonly Queue[] = ['mine', 'unassigned', 'all', 'closed']
const pageRows = 50
const deepestPage = 40 // 2,000 tickets down: further than anybody scrolls

type Walk = { cursors: string[]; numbers: number[] }

/**
 * Times lists of 50 (first page, and pages further down by their cursors), the queue counts and
 * ticket pages, as this agent. All queues are walked through before any is timed: none finds either side colder than another.
 */
export async function measurePages(
  agent: ApiClient,
  wish: { requests: number; seed: number },
): Promise<PageTime[]> {
  const times: PageTime[] = []
  const numbers = new Set<number>()
  const walks: { queue: Queue; walk: Walk }[] = []
  for (const queue of queues) walks.push({ queue, walk: await walkDown(agent, queue) })
  for (const { queue, walk } of walks) {
    for (const number of walk.numbers) numbers.add(number)
    const load = (cursor?: string) => () =>
      agent.call(listTickets, {
        query: { queue, limit: pageRows, ...(cursor === undefined ? {} : { cursor }) },
      })
    const first = await timeEach(Array.from({ length: wish.requests }, () => load()))
    times.push({ page: `${queue}, first page`, kind: 'list', ...first })
    const { cursors } = walk
    if (cursors.length === 0) continue
    const deep = await timeEach(
      Array.from({ length: wish.requests }, (_, at) =>
        load(cursors[cursors.length - 1 - (at % cursors.length)]),
      ),
    )
    times.push({ page: `${queue}, page 2 to ${cursors.length + 1}`, kind: 'list', ...deep })
  }
  const counts = await timeEach(
    Array.from({ length: wish.requests }, () => () => agent.call(listQueues, { query: {} })),
  )
  times.push({ page: 'queue counts', kind: 'counts', ...counts })
  const chosen = shuffled([...numbers], seededRandom(wish.seed)).slice(0, wish.requests)
  const tickets = await timeEach(chosen.map(number => () => agent.call(getTicket, { params: { number } })))
  times.push({ page: 'ticket', kind: 'ticket', ...tickets })
  return times
}

/** Turns the pages of a queue. */
async function walkDown(agent: ApiClient, queue: Queue): Promise<Walk> {
  const walk: Walk = { cursors: [], numbers: [] }
  let cursor: string | null = null
  for (let page = 1; page <= deepestPage; page++) {
    const query = { queue, limit: pageRows, ...(cursor === null ? {} : { cursor }) }
    const reply: { data: TicketRow[]; nextCursor: string | null } = await agent.call(listTickets, { query })
    walk.numbers.push(...reply.data.map(row => row.number))
    cursor = reply.nextCursor
    if (cursor === null) return walk
    if (page < deepestPage) walk.cursors.push(cursor)
  }
  return walk
}

/** Runs requests one after the other. */
export async function timeEach(requests: readonly (() => Promise<unknown>)[]): Promise<Spread> {
  const timesMs: number[] = []
  for (const request of requests) {
    const beganMs = performance.now()
    await request()
    timesMs.push(performance.now() - beganMs)
  }
  return spreadOf(timesMs)
}
