import { createStore, get, set } from 'idb-keyval'
import { type ActionResult, actOnTickets } from '../../shared/actions.ts'
import type { BodyOf, ReplyOf } from '../../shared/define-route.ts'
import { type Call, CallFailed } from '../call.ts'

/** What an agent did to tickets, as the API takes it. */
export type TicketWish = BodyOf<typeof actOnTickets>

type Done = ReplyOf<typeof actOnTickets>
type Left = { agentId: number; wish: TicketWish }
type Waiting = Left & { settle: PromiseWithResolvers<Done> }

/** Changes that could not reach the server yet, oldest first. */
export type WaitingChanges = {
  /** Does it, or as soon as the server is reached, after all that wait already. Rejects as the server refuses it. */
  act: (agentId: number, wish: TicketWish) => Promise<Done>
  /** Goes on with those that an earlier page of this agent left; `onRefused` hears of each that is not done. */
  resume: (agentId: number, onRefused: (refusal: unknown) => void) => void
  /** Forgets all: the agent signs out. */
  forget: () => void
  count: () => number
  subscribe: (onChange: () => void) => () => void
}

const KEY = 'changes'
const TRIED_AGAIN_MS = 10_000

/** Makes the line in which changes wait; kept in this browser, so that a closed tab loses none. */
export function createWaitingChanges(call: Call): WaitingChanges {
  const store = createStore('letterdesk-changes', 'kept')
  const line: Waiting[] = []
  const listeners = new Set<() => void>()
  let timer: number | undefined
  let isTrying = false

  const changed = () => {
    for (const listener of listeners) listener()
    void set(
      KEY,
      line.map(({ agentId, wish }) => ({ agentId, wish })),
      store,
    ).catch(() => undefined)
  }
  // Hands over the oldest; false where the server is not reached.
  const handOver = async (first: Waiting): Promise<boolean> => {
    const end = await reach(call, first.wish)
    if (end === 'unreachable') return false
    if (line[0] === first) line.shift() // else it was forgotten meanwhile
    changed()
    if ('done' in end) first.settle.resolve(end.done)
    else first.settle.reject(end.refusal)
    return true
  }
  const tryAgain = async () => {
    window.clearTimeout(timer)
    timer = undefined
    if (isTrying) return
    isTrying = true
    let first = line[0]
    while (first !== undefined && (await handOver(first))) first = line[0]
    isTrying = false
    if (first !== undefined) timer = window.setTimeout(() => void tryAgain(), TRIED_AGAIN_MS)
  }
  window.addEventListener('online', () => void tryAgain())

  const wait = (waiting: Waiting) => {
    line.push(waiting)
    changed()
    if (!isTrying) timer ??= window.setTimeout(() => void tryAgain(), TRIED_AGAIN_MS)
    return waiting.settle.promise
  }
  return {
    act: async (agentId, wish) => {
      const settle = Promise.withResolvers<Done>()
      if (line.length > 0) return await wait({ agentId, wish, settle })
      const end = await reach(call, wish)
      if (end === 'unreachable') return await wait({ agentId, wish, settle })
      if ('done' in end) return end.done
      throw end.refusal
    },
    resume: (agentId, onRefused) => {
      const left = get<Left[]>(KEY, store).catch(() => undefined)
      void left.then(found => {
        const own = (found ?? []).filter(one => one.agentId === agentId)
        if (own.length === 0 || line.length > 0) return
        for (const { wish } of own) {
          const settle = Promise.withResolvers<Done>()
          settle.promise
            .then(done => firstRefusal(done.results))
            .then(refusal => refusal && onRefused(refusal))
            .catch(onRefused)
          line.push({ agentId, wish, settle })
        }
        changed()
        void tryAgain()
      })
    },
    forget: () => {
      window.clearTimeout(timer)
      line.length = 0
      changed()
    },
    count: () => line.length,
    subscribe: onChange => {
      listeners.add(onChange)
      return () => listeners.delete(onChange)
    },
  }
}

function firstRefusal(results: readonly ActionResult[]): CallFailed | undefined {
  const code = results.find(result => result.code !== null)?.code
  return typeof code === 'string' ? new CallFailed(code, 409) : undefined
}

async function reach(
  call: Call,
  wish: TicketWish,
): Promise<'unreachable' | { done: Done } | { refusal: unknown }> {
  try {
    return { done: await call(actOnTickets, { body: wish }) }
  } catch (error) {
    if (error instanceof CallFailed && error.status === 0) return 'unreachable'
    return { refusal: error }
  }
}
