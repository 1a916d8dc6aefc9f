import { createStore, del, entries, set } from 'idb-keyval'
import { type ActionResult, actOnTickets } from '../../shared/actions.ts'
import type { BodyOf, ReplyOf } from '../../shared/define-route.ts'
import { type Call, CallFailed } from '../call.ts'
import { createListeners } from '../listeners.ts'
import { leaveUnread, readingsTold } from './readings.ts'

/** What an agent did to tickets, and in which version of each; null where that is not known. */
export type TicketWish = Omit<BodyOf<typeof actOnTickets>, 'versions'> & { versions: (number | null)[] }

type Done = ReplyOf<typeof actOnTickets>
type Kept = { page: string; agentId: number; wish: TicketWish }
/** `hasWaited`: others may have changed its tickets since, so the server compares their versions. */
type Waiting = {
  id: string
  agentId: number
  wish: TicketWish
  hasWaited: boolean
} & PromiseWithResolvers<Done>

/** Changes on their way to the server, oldest first and one after the other. */
export type WaitingChanges = {
  /** Does it, or as soon as the server is reached, after all that were asked for before. Rejects as the server refuses it. */
  act: (agentId: number, wish: TicketWish) => Promise<Done>
  /** Goes on with those that closed pages of this agent left; `onRefused` hears of each that is not done. */
  resume: (agentId: number, onRefused: (refusal: unknown) => void) => void
  /** Forgets all: the agent signs out. */
  forget: () => void
  /** How many wait because the server is not reached. */
  count: () => number
  subscribe: (onChange: () => void) => () => void
}

const TRIED_AGAIN_MS = 10_000
const LOCK = 'letterdesk-page-'
// Not reached, restarting, too busy, or the session has ended: a later try may do it.
const LATER_STATUSES: readonly number[] = [0, 401, 429, 502, 503, 504]

/** Makes the line of changes; those that wait are kept in this browser, so that a closed tab loses none. */
export function createWaitingChanges(call: Call): WaitingChanges {
  const page = Math.random().toString(36).slice(2, 10)
  const store = keptStore(page)
  const line: Waiting[] = []
  const { subscribe, tell } = createListeners()
  /** Tickets that this line has changed since it began to wait: their versions are ours. */
  const ours = new Set<number>()
  let [number, timer, isRunning, isStuck] = [0, undefined as number | undefined, false, false]

  const stick = () => {
    isStuck = true
    for (const waiting of line.filter(one => !one.hasWaited)) {
      waiting.hasWaited = true
      store?.add(waiting)
    }
    timer = window.setTimeout(() => void run(), TRIED_AGAIN_MS)
  }
  // False where it is to be tried again later.
  const handOver = async (first: Waiting): Promise<boolean> => {
    const end = await reach(call, { body: bodyOf(first, ours), idempotencyKey: first.id })
    if (end === 'later') return false
    if (line[0] === first) line.shift() // else it was forgotten meanwhile
    if (first.hasWaited) store?.remove(first.id)
    for (const one of first.wish.numbers) ours.add(one)
    if ('done' in end) first.resolve(end.done)
    else first.reject(end.refusal)
    return true
  }
  const run = async () => {
    window.clearTimeout(timer)
    if (isRunning) return
    isRunning = true
    let first = line[0]
    while (first !== undefined && (await handOver(first))) first = line[0]
    isRunning = false
    if (first !== undefined) stick()
    else {
      isStuck = false
      ours.clear()
    }
    tell()
  }
  window.addEventListener('online', () => void run())

  return {
    act: (agentId, wish) => {
      if (wish.change?.isUnread === true) leaveUnread(wish.numbers)
      const id = `${Date.now().toString(36)}-${page}-${number++}`
      const waiting = addTo(line, { id, agentId, wish, hasWaited: isStuck })
      if (isStuck) {
        store?.add(waiting)
        tell()
      } else void run()
      return waiting.promise
    },
    resume: (agentId, onRefused) => {
      // Of another agent who was here before: theirs stay kept for them.
      line.splice(0, line.length, ...line.filter(one => one.agentId === agentId))
      void store?.takeLeft(agentId).then(left => {
        for (const { id, wish } of left) {
          addTo(line, { id, agentId, wish, hasWaited: true })
            .promise.then(({ results }) => firstRefusal(results))
            .then(refusal => refusal && onRefused(refusal))
            .catch(onRefused)
        }
        void run()
      })
    },
    forget: () => {
      window.clearTimeout(timer)
      for (const { id } of line.splice(0)) store?.remove(id)
      isStuck = false
      tell()
    },
    count: () => (isStuck ? line.length : 0),
    subscribe,
  }
}

function addTo(line: Waiting[], wanted: Pick<Waiting, 'id' | 'agentId' | 'wish' | 'hasWaited'>): Waiting {
  const waiting = { ...wanted, ...Promise.withResolvers<Done>() }
  line.push(waiting)
  return waiting
}

/**
 * A record for each change, with the page it waits in: a page holds a lock as long as it lives, so that what a closed one
 * left is taken by one other. Where the browser has no locks nothing is kept over a reload.
 */
function keptStore(page: string) {
  if (!('locks' in navigator)) return undefined
  const { locks } = navigator
  const store = createStore('letterdesk-changes', 'kept')
  void locks.request(`${LOCK}${page}`, () => new Promise<never>(() => undefined))
  const quietly = (work: Promise<unknown>) => void work.catch(() => undefined) // a full store: it waits in this page alone
  return {
    add: ({ id, agentId, wish }: Waiting) => quietly(set(id, { page, agentId, wish } satisfies Kept, store)),
    remove: (id: string) => quietly(del(id, store)),
    // The changes stay kept, as ours from now on: a page that is closed meanwhile loses none.
    takeLeft: (agentId: number): Promise<{ id: string; wish: TicketWish }[]> =>
      locks.request('letterdesk-changes', async () => {
        const alive = new Set((await locks.query()).held?.map(lock => lock.name))
        const all = (await entries<string, Kept>(store)).toSorted(([one], [other]) => (one < other ? -1 : 1))
        const left = all.filter(([, kept]) => kept.agentId === agentId && !alive.has(`${LOCK}${kept.page}`))
        await Promise.all(left.map(([id, kept]) => set(id, { ...kept, page }, store)))
        return left.map(([id, { wish }]) => ({ id, wish }))
      }),
  }
}

function bodyOf({ wish, hasWaited }: Waiting, ours: ReadonlySet<number>): BodyOf<typeof actOnTickets> {
  const { versions, ...body } = wish
  if (!hasWaited) return body
  return { ...body, versions: body.numbers.map((one, at) => (ours.has(one) ? null : (versions[at] ?? null))) }
}

function firstRefusal(results: readonly ActionResult[]): CallFailed | undefined {
  const code = results.find(result => result.code !== null)?.code
  return typeof code === 'string' ? new CallFailed(code, 409) : undefined
}

async function reach(
  call: Call,
  input: { body: BodyOf<typeof actOnTickets>; idempotencyKey: string },
): Promise<'later' | { done: Done } | { refusal: unknown }> {
  try {
    if (input.body.change?.isUnread === true) await readingsTold()
    return { done: await call(actOnTickets, input) }
  } catch (error) {
    const isLater =
      error instanceof CallFailed &&
      (LATER_STATUSES.includes(error.status) || error.code === 'csrf-token-missing')
    return isLater ? 'later' : { refusal: error }
  }
}
