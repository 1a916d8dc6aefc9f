import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Database } from '../db/database.ts'
import { filedTally } from '../inbound/receive-mail.ts'
import type { Tally } from '../lib/tally.ts'
import { sentTally } from '../outbound/deliver-message.ts'
import { API_BASE } from '../shared/define-route.ts'
import { streamEvents } from '../shared/live.ts'
import type { ApiServer } from './handle.ts'

/** How the connections of a pool stand. */
export type PoolCounts = Pick<Database['pool'], 'totalCount' | 'idleCount' | 'waitingCount'>

// From a keystroke's answer to a slow search.
const requestBucketsS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** What this process knows of itself, whether the database answers or not: requests, streams, connections, mail it moved. */
export function measureProcess(server: ApiServer, registry: Registry, pool: PoolCounts): void {
  timeRequests(server, registry)
  countStreams(server, registry)
  addPool(registry, pool)
  addTally(registry, filedTally, {
    name: 'letterdesk_mail_filed_total',
    help: 'Fetched mails this process filed, by what became of them',
    label: 'outcome',
  })
  addTally(registry, sentTally, {
    name: 'letterdesk_mail_send_total',
    help: 'Tries of this process to send, by how they ended',
    label: 'result',
  })
}

function timeRequests(server: ApiServer, registry: Registry): void {
  const durations = new Histogram({
    name: 'letterdesk_http_request_duration_seconds',
    help: 'How long requests took, by method, route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: requestBucketsS,
    registers: [registry],
  })
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    const labels = { method: request.method, route, status: String(reply.statusCode) }
    durations.observe(labels, reply.elapsedTime / 1000)
  })
}

function countStreams(server: ApiServer, registry: Registry): void {
  const streams = new Gauge({
    name: 'letterdesk_sse_clients',
    help: 'Browsers that follow the live feed of this process',
    registers: [registry],
  })
  server.addHook('preHandler', async (request, reply) => {
    if (request.routeOptions.url !== API_BASE + streamEvents.path) return
    streams.inc()
    reply.raw.once('close', () => streams.dec())
  })
}

function addPool(registry: Registry, pool: PoolCounts): void {
  const states = { open: 'totalCount', idle: 'idleCount', waited_for: 'waitingCount' } as const
  new Gauge({
    name: 'letterdesk_db_pool_connections',
    help: 'Connections of this process to the database, and how many wait for one',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const [state, count] of Object.entries(states)) this.set({ state }, pool[count])
    },
  })
}

function addTally(registry: Registry, tally: Tally, as: { name: string; help: string; label: string }): void {
  new Counter({
    name: as.name,
    help: as.help,
    labelNames: [as.label],
    registers: [registry],
    collect() {
      this.reset()
      for (const [word, times] of tally.read()) this.inc({ [as.label]: word }, times)
    },
  })
}
