import { API_BASE } from '../../src/shared/define-route.ts'
import { type LiveHint, streamEvents } from '../../src/shared/live.ts'
import { listTickets } from '../../src/shared/tickets.ts'
import { allPages } from '../support/all-pages.ts'
import { type EventStream, openEventStream, type StreamedEvent } from '../support/event-stream.ts'
import type { Letterdesk } from '../support/letterdesk.ts'
import type { Sight } from './history.ts'
import type { Stage } from './stage.ts'

/** What a browser was told of each ticket: its highest version, by number. */
export type Told = Map<number, number>

type Eyes = { told: Told; sights: Sight[] }
type Ground = Pick<Stage, 'nodes' | 'held' | 'narrow'>

/**
 * Follows the live feed as a browser does: goes on at another node when one is gone, from where it was, and reads all
 * lists again when it is told to. Ends with `signal`.
 */
export async function watchLive(ground: Ground, eyes: Eyes, signal: AbortSignal): Promise<void> {
  let lastId = ''
  for (let at = 0; !signal.aborted; at += 1) {
    const node = ground.nodes[at % ground.nodes.length]
    const stream = node && !ground.held.has(node) ? await open(ground, node, lastId) : undefined
    if (node && stream) {
      await follow(ground, { node, stream }, eyes, signal)
      lastId = stream.lastId()
      stream.close()
    }
    await aMoment()
  }
}

async function open({ narrow }: Ground, node: Letterdesk, lastId: string): Promise<EventStream | undefined> {
  const url = `${node.baseUrl}${API_BASE}${streamEvents.path}`
  // A node that is gone or has no database: the next one is asked.
  return await openEventStream(url, { cookie: narrow.cookie() }, lastId).then(
    stream => stream,
    () => undefined,
  )
}

type Following = { node: Letterdesk; stream: EventStream }

/** Until the stream ends, the nemesis takes its node, or the watch is over. */
async function follow(
  ground: Ground,
  { node, stream }: Following,
  eyes: Eyes,
  signal: AbortSignal,
): Promise<void> {
  const state = { isEnded: false, seen: 0 }
  const takeFresh = async () => {
    const fresh = stream.events.slice(state.seen)
    state.seen += fresh.length
    for (const event of fresh) await take(ground, event, eyes)
  }
  const ended = stream.ended.then(() => {
    state.isEnded = true
  })
  while (!state.isEnded && !ground.held.has(node) && !signal.aborted) {
    await takeFresh()
    await Promise.race([ended, aMoment()])
  }
  await takeFresh()
}

async function take(ground: Ground, { event, data }: StreamedEvent, eyes: Eyes): Promise<void> {
  if (event === 'hint') takeHint(data as LiveHint, eyes)
  // While no node answers nothing can be read: the feed says so again where it is resumed.
  if (event === 'reset') await readLists(ground, eyes)
}

function takeHint({ number, mailboxId, version }: LiveHint, { told, sights }: Eyes): void {
  sights.push({ mailboxId, what: `a live hint of ticket ${number}` })
  told.set(number, Math.max(told.get(number) ?? 0, version))
}

async function readLists({ narrow }: Ground, { told }: Eyes): Promise<void> {
  for (const queue of ['all', 'closed'] as const) {
    for (const row of await allPages(narrow, listTickets, { queue })) {
      told.set(row.number, Math.max(told.get(row.number) ?? 0, row.version))
    }
  }
}

async function aMoment(): Promise<void> {
  // time passes: between one look and the next
  await new Promise(resolve => setTimeout(resolve, 100))
}
