import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { AppError, describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'

/** What can be rung for. A bell says "look", never what: whoever hears it asks the database. */
export const BELL_CHANNELS = [
  'ledger',
  'outbox',
  'live',
  'mailboxes',
  'practice',
  'presence',
  'keys',
] as const
export type BellChannel = (typeof BELL_CHANNELS)[number]

/** The bells of this process. Every listener also polls, so a lost bell costs one poll. */
export type Bells = {
  /** Rings on every node, at most once per channel and 20 ms. Call it after the commit. */
  ring: (channel: BellChannel) => void
  /** Calls `listener` for each bell and after each reconnection. @returns how to stop that */
  on: (channel: BellChannel, listener: () => void) => () => void
  close: () => Promise<void>
}

type Options = { directUrl: string; log: Log }

type State = Options & {
  listeners: Map<BellChannel, Set<() => void>>
  pending: Set<BellChannel>
  client: pg.Client | undefined
  /** One query at a time on the connection. */
  isBusy: boolean
  isClosed: boolean
  rungAtMs: number
  timers: Set<NodeJS.Timeout>
}

const mergeMs = 20
const echoTimeoutMs = 2_000
const retryMs = 500
const pingMs = 15_000 // a dead connection says nothing by itself; with the ping's own limit: heard of within 20 s
const echoChannel = 'letterdesk_echo'

/**
 * Opens the one connection that rings and listens, and proves that it hears itself.
 *
 * @throws AppError `bells-unheard` when LISTEN hears nothing within 2 s, as behind a transaction pooler
 */
export async function openBells(options: Options): Promise<Bells> {
  const state: State = {
    ...options,
    listeners: new Map(BELL_CHANNELS.map(channel => [channel, new Set()])),
    pending: new Set(),
    client: undefined,
    isBusy: false,
    isClosed: false,
    rungAtMs: 0,
    timers: new Set(),
  }
  await connect(state)
  return {
    ring: channel => {
      if (state.pending.size === 0) flushSoon(state)
      state.pending.add(channel)
    },
    on: (channel, listener) => {
      const ofChannel = state.listeners.get(channel)
      ofChannel?.add(listener)
      return () => ofChannel?.delete(listener)
    },
    close: () => close(state),
  }
}

async function connect(state: State): Promise<void> {
  const client = new pg.Client({
    connectionString: state.directUrl,
    application_name: 'letterdesk bells',
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    keepAlive: true,
  })
  const lost = (reason: string) => {
    if (state.client !== client) return
    state.client = undefined
    state.log.warn({ reason }, 'bell connection lost')
    reconnectLater(state)
  }
  client.on('error', error => lost(error.message))
  client.on('end', () => lost('ended'))
  try {
    await client.connect()
    await proveEcho(client)
    for (const channel of BELL_CHANNELS) await client.query(`listen letterdesk_${channel}`)
  } catch (error) {
    await end(client)
    throw error
  }
  if (state.isClosed) return await end(client)
  client.on('notification', notice => hear(state, notice.channel))
  state.client = client
  pingLater(state, client, lost)
}

/** Ends a connection that may be dead: a frozen server never answers the goodbye. */
async function end(client: pg.Client): Promise<void> {
  const ended = client.end().catch(error => error instanceof Error)
  await Promise.race([ended, wait(1_000, undefined, { ref: false })])
}

async function proveEcho(client: pg.Client): Promise<void> {
  await client.query(`listen ${echoChannel}`)
  const heard = Promise.withResolvers<void>()
  let token: string | undefined
  const early = new Set<string | undefined>()
  const onNotice = (notice: pg.Notification) => {
    early.add(notice.payload)
    if (token !== undefined && early.has(token)) heard.resolve()
  }
  client.on('notification', onNotice)
  const asked = await client.query<{ token: string }>('select gen_random_uuid()::text as token')
  token = asked.rows[0]?.token
  await client.query('select pg_notify($1, $2)', [echoChannel, token])
  const timer = setTimeout(() => heard.reject(unheard()), echoTimeoutMs)
  try {
    await heard.promise
  } finally {
    clearTimeout(timer)
    client.off('notification', onNotice)
  }
  await client.query(`unlisten ${echoChannel}`)
}

function unheard(): AppError {
  return new AppError(
    'bells-unheard',
    'LISTEN does not hear its own NOTIFY: the database is behind a transaction pooler; set DATABASE_DIRECT_URL to Postgres itself or to a session pooler',
  )
}

function hear(state: State, channel: string): void {
  for (const [name, listeners] of state.listeners) {
    if (channel === `letterdesk_${name}`) for (const listener of listeners) listener()
  }
}

function flushSoon(state: State): void {
  const sinceMs = performance.now() - state.rungAtMs
  later(state, Math.max(0, mergeMs - sinceMs), () => void flush(state))
}

/** While the connection is away the bells stay pending; the reconnection rings them. */
async function flush(state: State): Promise<void> {
  if (state.client === undefined || state.isBusy || state.pending.size === 0) return
  const channels = [...state.pending]
  state.pending.clear()
  state.rungAtMs = performance.now()
  const names = channels.map(channel => `letterdesk_${channel}`)
  try {
    state.isBusy = true
    await state.client.query("select pg_notify(channel, '') from unnest($1::text[]) as channel", [names])
  } catch (error) {
    state.log.warn({ err: describeError(error) }, 'bells not rung yet')
    for (const channel of channels) state.pending.add(channel)
  } finally {
    state.isBusy = false
  }
  if (state.pending.size > 0) flushSoon(state)
}

function reconnectLater(state: State): void {
  later(state, retryMs, () => void reconnect(state))
}

/** Rings for all channels here: what happened meanwhile was not heard. */
async function reconnect(state: State): Promise<void> {
  try {
    await connect(state)
  } catch (error) {
    state.log.debug({ err: describeError(error) }, 'bell connection still away')
    return reconnectLater(state)
  }
  state.log.info({}, 'bell connection back')
  for (const channel of BELL_CHANNELS) hear(state, `letterdesk_${channel}`)
  await flush(state)
}

function pingLater(state: State, client: pg.Client, lost: (reason: string) => void): void {
  later(state, pingMs, () => void ping(state, client, lost))
}

async function ping(state: State, client: pg.Client, lost: (reason: string) => void): Promise<void> {
  if (state.client !== client) return
  if (state.isBusy) return pingLater(state, client, lost)
  try {
    state.isBusy = true
    await client.query('select 1')
    pingLater(state, client, lost)
  } catch (error) {
    lost(describeError(error))
    await end(client)
  } finally {
    state.isBusy = false
  }
  if (state.pending.size > 0) flushSoon(state)
}

async function close(state: State): Promise<void> {
  await flush(state)
  state.isClosed = true
  for (const timer of state.timers) clearTimeout(timer)
  const client = state.client
  state.client = undefined
  if (client !== undefined) await end(client)
}

/** A timer that neither keeps the process alive nor fires after `close`. */
function later(state: State, delayMs: number, work: () => void): void {
  if (state.isClosed) return
  const timer = setTimeout(() => {
    state.timers.delete(timer)
    if (!state.isClosed) work()
  }, delayMs)
  timer.unref()
  state.timers.add(timer)
}
