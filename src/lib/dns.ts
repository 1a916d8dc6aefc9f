import { Resolver } from 'node:dns/promises'
import type { Clock } from './clock.ts'

/** Asks DNS; rejects with the codes of node:dns: `ENOTFOUND`, `ENODATA`, `ETIMEOUT` and so on. */
export type DnsResolve = (name: string, type: string) => Promise<unknown[]>

/** Names looked up with a memory, for facts of strangers' domains. */
export type Dns = {
  resolve: DnsResolve
  /** False once five questions in a row had no answer of any kind, until one is answered. */
  isAnswering: () => boolean
  /** Gives up what is still asked. */
  stop: () => void
}

type Answer = { isFound: true; records: unknown[] } | { isFound: false; code: string }
type Entry = { answer: Promise<Answer>; untilMs: number }
type State = { resolver: Resolver; clock: Clock; memory: Map<string, Entry>; unanswered: number }

const TRY_MS = 400 // a resolver that knows answers in 20; the second try helps over a lost packet
const TRIES = 2
const MAX_ENTRIES = 5_000
const FOUND_MS = 5 * 60_000 // policies and keys change by the day; node:dns does not tell the TTL
const MISSING_MS = 60_000
const SILENCES = 5

/**
 * Resolves names over UDP and TCP by `node:dns`. An answer is remembered for five minutes, that there is
 * none for one minute; a question asked twice at a time is sent once.
 *
 * @param options.servers `address` or `address:port`; none: those of the system
 * @param options.tryMs how long each of two tries waits
 */
export function openDns(options: { servers: readonly string[]; clock: Clock; tryMs?: number }): Dns {
  const resolver = new Resolver({ timeout: options.tryMs ?? TRY_MS, tries: TRIES })
  if (options.servers.length > 0) resolver.setServers(options.servers)
  const state: State = { resolver, clock: options.clock, memory: new Map(), unanswered: 0 }
  return {
    resolve: (name, type) => resolve(state, name, type),
    isAnswering: () => state.unanswered < SILENCES,
    stop: () => resolver.cancel(),
  }
}

async function resolve(state: State, name: string, type: string): Promise<unknown[]> {
  const key = `${type} ${name.toLowerCase()}`
  const nowMs = state.clock.monotonicMs()
  const known = state.memory.get(key)
  const entry = known && known.untilMs > nowMs ? known : ask(state, key, name, type)
  const answer = await entry.answer
  if (answer.isFound) return answer.records
  throw Object.assign(new Error(`${answer.code} for ${type}`), { code: answer.code })
}

function ask(state: State, key: string, name: string, type: string): Entry {
  const entry: Entry = { answer: query(state, name, type), untilMs: Number.POSITIVE_INFINITY }
  void entry.answer.then(answer => {
    entry.untilMs = state.clock.monotonicMs() + (answer.isFound ? FOUND_MS : MISSING_MS)
  })
  state.memory.delete(key) // a renewed entry moves to the end: the oldest is first
  state.memory.set(key, entry)
  const oldest = state.memory.size > MAX_ENTRIES ? state.memory.keys().next() : undefined
  if (oldest?.value !== undefined) state.memory.delete(oldest.value)
  return entry
}

/** Never rejects. */
async function query(state: State, name: string, type: string): Promise<Answer> {
  try {
    const records = await state.resolver.resolve(name, type)
    state.unanswered = 0
    return { isFound: true, records: Array.isArray(records) ? records : [records] }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EUNKNOWN'
    const isSilence = code === 'ETIMEOUT' || code === 'ECONNREFUSED' || code === 'ECANCELLED'
    state.unanswered = isSilence ? state.unanswered + 1 : 0
    return { isFound: false, code }
  }
}
