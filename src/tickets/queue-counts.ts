import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import type { Clock } from '../lib/clock.ts'
import { QUEUES, type QueueName, teamQueue } from '../shared/vocabulary.ts'
import { countLimit, queueRules } from './queues.ts'
import { countTeamQueues } from './team-tickets.queries.ts'
import { countQueue } from './ticket-list.queries.ts'
import { countOfViews, type FoundTexts, type ViewCount } from './view-counts.ts'
import { visibleMailboxIds } from './visible-mailboxes.ts'

/** The numbers beside the queues; null where none is shown. At most `countLimit`. */
export type QueueCounts = { queue: QueueName; count: number | null }[]

/** Counts with a memory of one second. */
export type QueueCounter = {
  count(caller: Caller, mailboxId: number | undefined): Promise<QueueCounts>
  /** The numbers of the caller's views, in their order. */
  countViews(caller: Caller, mailboxId: number | undefined): Promise<ViewCount[]>
  /** Drops what is remembered: some ticket changed. */
  forget(): void
}

const rememberMs = 1000 // a page asks with each change; a number a second old misleads nobody
const rememberedLimit = 10_000 // sets of mailboxes; beyond it all are dropped

/**
 * Makes the counter of this process. It remembers each agent's numbers per set of visible mailboxes
 * for a second, as a promise, so that many screens that ask at once cost one count.
 */
export function createQueueCounter(from: { db: Db; clock: Clock }): QueueCounter {
  const { db, clock } = from
  const queues = createMemory<QueueCounts>(clock)
  const views = createMemory<ViewCount[]>(clock)
  const texts: FoundTexts = new Map()
  return {
    forget: () => {
      queues.forget()
      views.forget()
    },
    async count(caller, mailboxId) {
      const { mailboxIds } = await visibleMailboxIds(db, caller, mailboxId)
      const key = `${caller.agentId}:${mailboxIds.join()}`
      return await queues.get(key, () => countAll(db, caller.agentId, mailboxIds))
    },
    async countViews(caller, mailboxId) {
      const { mailboxIds } = await visibleMailboxIds(db, caller, mailboxId)
      const key = `${caller.agentId}:${mailboxIds.join()}`
      return await views.get(key, () => countOfViews({ db, clock, texts }, caller, mailboxIds))
    },
  }
}

function createMemory<T>(clock: Pick<Clock, 'monotonicMs'>) {
  const remembered = new Map<string, { untilMs: number; counts: Promise<T> }>()
  return {
    forget: () => remembered.clear(),
    get: async (key: string, make: () => Promise<T>): Promise<T> => {
      const nowMs = clock.monotonicMs()
      const known = remembered.get(key)
      if (known !== undefined && known.untilMs > nowMs) return await known.counts
      if (remembered.size >= rememberedLimit) remembered.clear()
      const counts = make()
      remembered.set(key, { untilMs: nowMs + rememberMs, counts })
      return await counts.catch(error => {
        remembered.delete(key)
        throw error
      })
    },
  }
}

async function countAll(db: Db, agentId: number, mailboxIds: readonly number[]): Promise<QueueCounts> {
  const teams = countTeamQueues(db, mailboxIds, countLimit)
  const counts = await Promise.all(
    QUEUES.map(async queue => {
      const rule = queueRules[queue]
      if (!rule.counted) return { queue, count: null }
      return {
        queue,
        count: await countQueue(db, { rule, agentId, mailboxIds, filter: null, rowLimit: countLimit }),
      }
    }),
  )
  return [...counts, ...(await teams).map(({ teamId, count }) => ({ queue: teamQueue(teamId), count }))]
}
