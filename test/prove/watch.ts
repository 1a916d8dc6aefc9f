import { listTickets } from '../../src/shared/tickets.ts'
import type { ApiClient } from '../support/api.ts'
import { isAlive } from '../support/is-alive.ts'
import type { Letterdesk } from '../support/letterdesk.ts'
import { processorTime } from '../support/processor-time.ts'
import type { Breath, Sight } from './history.ts'
import type { Stage } from './stage.ts'
import { type Told, watchLive } from './watch-live.ts'

/** Eyes on the nodes while things break. */
export type Watch = {
  breaths: Breath[]
  sights: Sight[]
  told: Told
  deaths: string[]
  stop: () => Promise<void>
}

const everyMs = 250
const lateMs = 100 // our own timer came so late: what we measure then is our own breath
const calmMs = 3_000 // for so long nothing was done to a node whose silence counts

/**
 * Asks every node's door whether it lives, and the lists what they show to somebody who may see one mailbox. A node that
 * the nemesis holds, or held a moment ago, is left out.
 */
export function startWatch(stage: Pick<Stage, 'nodes' | 'held' | 'touchedMs' | 'narrow'>): Watch {
  const watch: Omit<Watch, 'stop'> = { breaths: [], sights: [], told: new Map(), deaths: [] }
  const stopped = new AbortController()
  const beganMs = performance.now()
  const works = [
    ...stage.nodes.map((node, n) =>
      watchNode(stage, { node, name: `node ${n + 1}`, beganMs }, watch, stopped.signal),
    ),
    watchLists(stage.narrow, watch.sights, stopped.signal),
    watchLive(stage, watch, stopped.signal),
  ]
  return {
    ...watch,
    stop: async () => {
      stopped.abort()
      await Promise.all(works)
    },
  }
}

type Watched = { node: Letterdesk; name: string; beganMs: number }

async function watchNode(
  { held, touchedMs }: Pick<Stage, 'held' | 'touchedMs'>,
  { node, name, beganMs }: Watched,
  { breaths, deaths }: Omit<Watch, 'stop'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const dueMs = performance.now() + everyMs
    await aMoment()
    const askedMs = performance.now()
    if (held.has(node)) continue
    const isOurs = askedMs - dueMs > lateMs
    const queuedBeforeMs = processorTime(node.pid()).queuedMs
    const answered = await fetch(`${node.baseUrl}/healthz`).then(
      response => response.arrayBuffer().then(() => true),
      () => false,
    )
    const endedMs = performance.now()
    // Taken while we waited for its answer, or a moment before we asked: that is no silence of its own.
    if (held.has(node) || (touchedMs.get(node) ?? Number.NEGATIVE_INFINITY) > askedMs - calmMs) continue
    if (!answered && !isAlive(node.pid())) {
      deaths.push(`${name} ended by itself`)
      return
    }
    const queuedMs = processorTime(node.pid()).queuedMs - queuedBeforeMs
    if (!isOurs) breaths.push({ atMs: askedMs - beganMs, tookMs: endedMs - askedMs, queuedMs, node: name })
  }
}

async function watchLists(narrow: ApiClient, sights: Sight[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const queue of ['all', 'closed'] as const) {
      const query = { queue, order: 'newest', limit: 100 } as const
      // No answer while a node is down: the next look is soon enough.
      const rows = await narrow.call(listTickets, { query }).then(
        page => page.data,
        () => [],
      )
      for (const { mailboxId, number, twins } of rows) {
        sights.push({ mailboxId, what: `ticket ${number} in ${queue}` })
        sights.push(
          ...twins.map(twin => ({ mailboxId: twin.mailboxId, what: `twin ${twin.number} in ${queue}` })),
        )
      }
    }
    await aMoment()
    await aMoment()
  }
}

async function aMoment(): Promise<void> {
  // time passes: between one look and the next
  await new Promise(resolve => setTimeout(resolve, everyMs))
}
