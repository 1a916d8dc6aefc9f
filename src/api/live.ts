import type { FastifyReply } from 'fastify'
import { type Caller, can } from '../agents/can.ts'
import { findSessionCallers } from '../agents/session-callers.ts'
import type { Db } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { type LiveHint, streamEvents } from '../shared/live.ts'
import { hintLimit, type LiveBatch, type LiveFeed, replaySince } from '../tickets/live-feed.ts'
import { endPresence, type PresenceFeed, type TicketPresence } from '../tickets/presence.ts'
import { type SafePoint, writeSafePoint } from '../tickets/safe-point.ts'
import { type ApiServer, handle } from './handle.ts'

type LiveParts = { db: Db; bells: Bells; feed: LiveFeed; presence: PresenceFeed; log: Log }

/** One open stream. Batches wait in `waiting` until what it missed has been replayed. */
type Client = {
  sessionId: number
  agentId: number
  tab: string | undefined
  raw: FastifyReply['raw']
  waiting: LiveBatch[] | null
}

const rightsCheckMs = 2000 // an ended session loses its stream within 5 s
const heartbeatMs = 15_000 // proxies cut connections that are silent for 30 to 60 s
const maxUnsentBytes = 512 * 1024 // two full batches: who reads no more is dropped, and resumes later

/**
 * `GET /events`: server-sent events `hint` and `reset`, `presence`, which is told whole at the start and
 * then by change, and `at`, which only moves the id a client resumes from. Rights are read anew for each
 * batch, and every 2 s between batches; who has lost theirs loses the stream. Rejects nothing mid-stream: on
 * any trouble it closes, and the client's own reconnection resumes from its last id.
 */
export function registerLive(server: ApiServer, parts: LiveParts): void {
  const clients = new Set<Client>()
  const unsubscribes = [
    parts.feed.subscribe(batch => broadcast(parts, clients, batch)),
    parts.presence.subscribe(changed => void tellPresence(parts, greeted(clients), changed)),
  ]
  const rightsTimer = setInterval(() => void dropTheUnentitled(parts, clients), rightsCheckMs)
  const heartbeatTimer = setInterval(() => beat(parts.feed, clients), heartbeatMs)
  server.addHook('preClose', async () => {
    for (const unsubscribe of unsubscribes) unsubscribe()
    clearInterval(rightsTimer)
    clearInterval(heartbeatTimer)
    for (const client of clients) client.raw.end()
  })
  handle(server, streamEvents, async ({ caller, query, request, reply }) => {
    const { sessionId, agentId } = caller
    const client: Client = { sessionId, agentId, tab: query.tab, raw: reply.raw, waiting: [] }
    const lastId = request.headers['last-event-id']
    open(reply)
    clients.add(client)
    reply.raw.on('close', () => {
      clients.delete(client)
      void forgetTab(parts, clients, client)
    })
    await greet(parts, client, typeof lastId === 'string' ? lastId : (query.since ?? ''))
  })
}

function open(reply: FastifyReply): void {
  reply.hijack()
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no', // nginx would hold hints back
  })
  reply.raw.write('retry: 2000\n\n')
}

/** What the client missed; then the batches that came meanwhile; then the id from which it may resume. */
async function greet(parts: LiveParts, client: Client, lastId: string): Promise<void> {
  try {
    const start = parts.feed.point()
    const missed = lastId === '' ? { hints: [], point: start } : await replaySince(parts.db, lastId)
    if (missed === undefined) write(client, [eventOf('reset', {}, start)])
    else await send(parts, [client], missed)
    for (let next = client.waiting?.shift(); next; next = client.waiting?.shift()) {
      await send(parts, [client], next)
    }
    client.waiting = null
    write(client, [eventOf('at', {}, (missed ?? { point: start }).point)])
    await tellPresence(parts, [client], parts.presence.now())
  } catch (error) {
    parts.log.warn({ err: describeError(error) }, 'live client not greeted, it will come back')
    client.raw.destroy()
  }
}

async function broadcast(parts: LiveParts, clients: ReadonlySet<Client>, batch: LiveBatch): Promise<void> {
  for (const client of clients) client.waiting?.push(batch)
  const ready = greeted(clients)
  if (ready.length > 0) await send(parts, ready, batch)
}

function greeted(clients: ReadonlySet<Client>): Client[] {
  return [...clients].filter(client => client.waiting === null)
}

/** Sends hints. The id comes last, so that a cut loses nothing. */
async function send(parts: LiveParts, clients: readonly Client[], batch: LiveBatch): Promise<void> {
  await tell(parts, clients, caller => eventsFor(caller, batch))
}

/** Who is where has no id: whoever misses it is told anew when it comes back. */
async function tellPresence(
  parts: LiveParts,
  clients: readonly Client[],
  tickets: readonly TicketPresence[],
): Promise<void> {
  if (clients.length === 0 || tickets.length === 0) return
  await tell(parts, clients, caller =>
    tickets
      .filter(({ mailboxId }) => can(caller, { wish: 'use-mailbox', mailboxId }))
      .map(({ number, agents }) => eventOf('presence', { number, agents }, undefined)),
  )
}

/** The stream is the surest sign that a tab is there: with its last one goes what it announced. */
async function forgetTab(parts: LiveParts, clients: ReadonlySet<Client>, gone: Client): Promise<void> {
  const { tab, agentId } = gone
  const isBack = [...clients].some(client => client.agentId === agentId && client.tab === tab)
  if (tab === undefined || isBack) return
  try {
    await endPresence(parts, agentId, tab)
  } catch (error) {
    parts.log.warn({ err: describeError(error) }, 'presence of a closed tab not ended, it runs out')
  }
}

/** Sends to each what its rights of this moment let it see. */
async function tell(
  parts: LiveParts,
  clients: readonly Client[],
  events: (caller: Caller) => string[],
): Promise<void> {
  try {
    const callers = await findSessionCallers(parts.db, sessionsOf(clients))
    for (const client of clients) {
      const caller = callers.get(client.sessionId) ?? null
      if (caller === null) client.raw.end()
      else write(client, events(caller))
    }
  } catch (error) {
    parts.log.warn({ err: describeError(error) }, 'live rights unknown, clients will come back')
    for (const client of clients) client.raw.destroy()
  }
}

function eventsFor(caller: Caller, batch: LiveBatch): string[] {
  const allowed = batch.hints.filter(hint => can(caller, { wish: 'use-mailbox', mailboxId: hint.mailboxId }))
  if (allowed.length > hintLimit) return [eventOf('reset', {}, batch.point)]
  const last = allowed.at(-1)
  return allowed.map(hint => eventOf('hint', hintFor(caller, hint), hint === last ? batch.point : undefined))
}

function hintFor(caller: Caller, { lead, ...hint }: LiveBatch['hints'][number]): LiveHint {
  const seesLead = lead !== null && can(caller, { wish: 'use-mailbox', mailboxId: lead.mailboxId })
  return { ...hint, leadNumber: seesLead ? lead.number : null }
}

async function dropTheUnentitled(parts: LiveParts, clients: Set<Client>): Promise<void> {
  if (clients.size === 0) return
  try {
    const callers = await findSessionCallers(parts.db, sessionsOf(clients))
    for (const client of clients) {
      if (!callers.has(client.sessionId)) client.raw.end()
    }
  } catch (error) {
    // Nothing is sent without a check of its own, so a check that fails here only waits for the next.
    parts.log.warn({ err: describeError(error) }, 'live rights not checked')
  }
}

/** Keeps the connections open, and the point to resume from young. */
function beat(feed: LiveFeed, clients: Iterable<Client>): void {
  const event = eventOf('at', {}, feed.point())
  for (const client of clients) write(client, client.waiting === null ? [event] : [])
}

function sessionsOf(clients: Iterable<Client>): number[] {
  return [...new Set([...clients].map(client => client.sessionId))]
}

function eventOf(
  name: 'hint' | 'reset' | 'at' | 'presence',
  data: object,
  point: SafePoint | undefined,
): string {
  const id = point === undefined ? '' : `id: ${writeSafePoint(point)}\n`
  return `event: ${name}\n${id}data: ${JSON.stringify(data)}\n\n`
}

function write(client: Client, events: readonly string[]): void {
  if (events.length === 0 || client.raw.writableEnded || client.raw.destroyed) return
  client.raw.write(events.join(''))
  if (client.raw.writableLength > maxUnsentBytes) client.raw.destroy()
}
