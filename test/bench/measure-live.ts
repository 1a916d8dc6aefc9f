import { once } from 'node:events'
import { Agent, type ClientRequest, get } from 'node:http'
import { setTimeout as rest } from 'node:timers/promises' // time passes: memory is looked at once all is settled
import { API_BASE } from '../../src/shared/define-route.ts'
import { streamEvents } from '../../src/shared/live.ts'
import { listTickets, updateTicket } from '../../src/shared/tickets.ts'
import type { ApiClient } from '../support/api.ts'
import { eventReader } from '../support/event-stream.ts'
import { waitUntil } from '../support/wait-until.ts'
import { type Spread, spreadOf } from './percentiles.ts'
import { proportionalMb, watchProcesses } from './process-use.ts'

/**
 * Many screens on the live feed. `kbPerClient`: what the product's Node process grew by; `last`: from asking for a change
 * to its hint at the last of all clients; `lost`: hints that some client never got; CPU is of all processes, for a change.
 */
export type LiveResult = {
  clients: number
  changes: number
  connectedMs: number
  kbPerClient: number
  last: Spread
  lost: number
  cpuMsPerChange: number
}

type Screen = { request: ClientRequest; seen: Set<string> }

const openedAtOnce = 50
const settleMs = 2_000
const patienceMs = 30_000

/** Opens so many streams as this agent, changes tickets one after the other, and waits each time for the last client. */
export async function measureLive(
  agent: ApiClient,
  wish: { pid: number; clients: number; changes: number },
): Promise<LiveResult> {
  const { pid, clients, changes } = wish
  const before = proportionalMb(pid).node
  const beganMs = performance.now()
  const screens = await openScreens(agent, clients)
  const connectedMs = performance.now() - beganMs
  try {
    await rest(settleMs)
    const kbPerClient = ((proportionalMb(pid).node - before) * 1024) / clients
    const watch = watchProcesses(pid)
    const timesMs: number[] = []
    const { data } = await agent.call(listTickets, { query: { queue: 'all', limit: 50 } })
    let lost = 0
    for (let at = 0; at < changes; at++) {
      const number = data[at % data.length]?.number ?? 0
      const { tookMs, missing } = await changeOne(agent, screens, { number, at })
      timesMs.push(tookMs)
      lost += missing
    }
    const { cpuMs } = watch.end()
    const cpuMsPerChange = (cpuMs.node + cpuMs.postgres) / changes
    return { clients, changes, connectedMs, kbPerClient, last: spreadOf(timesMs), lost, cpuMsPerChange }
  } finally {
    for (const { request } of screens) request.destroy()
  }
}

async function changeOne(
  agent: ApiClient,
  screens: readonly Screen[],
  { number, at }: { number: number; at: number },
): Promise<{ tookMs: number; missing: number }> {
  const priority = at % 2 === 0 ? 'high' : 'low'
  const beganMs = performance.now()
  const { version } = await agent.call(updateTicket, { params: { number }, body: { priority } })
  const isMissing = ({ seen }: Screen): boolean => !seen.has(`${number}:${version}`)
  await waitUntil('the hint at every client', () => !screens.some(isMissing) || undefined, {
    withinMs: patienceMs,
    everyMs: 1,
  }).catch(() => undefined)
  return { tookMs: performance.now() - beganMs, missing: screens.filter(isMissing).length }
}

async function openScreens(agent: ApiClient, count: number): Promise<Screen[]> {
  const sockets = new Agent({ keepAlive: false, maxSockets: count })
  const screens: Screen[] = []
  while (screens.length < count) {
    const some = Math.min(openedAtOnce, count - screens.length)
    screens.push(...(await Promise.all(Array.from({ length: some }, () => openScreen(agent, sockets)))))
  }
  return screens
}

/** A stream as a browser opens it; resolves with its first event, from which on it is told of every change. */
async function openScreen(agent: ApiClient, sockets: Agent): Promise<Screen> {
  const headers = { cookie: agent.cookie(), accept: 'text/event-stream' }
  const request = get(`${agent.baseUrl}${API_BASE}${streamEvents.path}`, { headers, agent: sockets })
  const [response] = await once(request, 'response')
  if (response.statusCode !== 200) throw new Error(`no event stream: ${response.statusCode}`)
  const screen: Screen = { request, seen: new Set() }
  const ready = Promise.withResolvers<void>()
  request.on('error', ready.reject) // also of one that is closed by us, when nobody waits any more
  response.setEncoding('utf8')
  const read = eventReader(({ event, data }) => {
    if (event === 'at') ready.resolve()
    if (event === 'hint') screen.seen.add(`${data.number}:${data.version}`)
  })
  response.on('data', read)
  await ready.promise
  return screen
}
