import { describeError } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Claim } from './claim-mails.queries.ts'
import type { ClaimedMail, Delivery } from './deliver-message.ts'

type Parts = {
  log: Log
  clock: Pick<Clock, 'monotonicMs'>
  /** How many sessions of one account its server allows. */
  sessionsOf: (smtpHost: string | null) => number
  deliver: (mail: ClaimedMail) => Promise<Delivery>
  giveBack: (claims: Claim[]) => Promise<void>
  /** A lane has ended, or has little left to do. */
  onHungry: () => void
}

/** The mails of this node that were taken for sending: on their way, or waiting for one of their mailbox to end. */
export type SendingLanes = {
  add: (mails: readonly ClaimedMail[]) => void
  /** Of everything in hand. */
  claimNos: () => number[]
  /** How many deliveries run. */
  running: () => number
  hasRoom: () => boolean
  /** Mailboxes of which enough waits, or whose sessions all take their time. */
  fullMailboxIds: () => number[]
  busyMailboxIds: () => Set<number>
  /** Gives back what has waited for too long behind mails that take their time. */
  letGoStale: () => Promise<void>
  /** Gives back what waits: somebody changed a mailbox, or this node stops. */
  letGo: () => Promise<void>
  /** When the deliveries under way have ended. */
  ended: () => Promise<unknown>
}

const lanesInAll = 16
// A session more is opened only where so many mails wait for each beyond the first: it costs more than they do.
const mailsForMore = 4
const lanesUnasked = 2
const narrowMs = 10 * 60_000
/** What waits for longer is given back: who writes meanwhile, pauses or undoes must not be held up by what was taken ahead. */
const aheadMs = 10_000

/** All by mailbox, but `active` and `leaving`, which are by claim. */
type State = Parts & {
  waiting: Map<number, ClaimedMail[]>
  lanes: Map<number, number>
  active: Set<number>
  /** Claims whose giving back is under way: in hand until it has ended, so that nobody takes them for abandoned. */
  leaving: Set<number>
  /** Gave so much at the last look that more of them may be due. */
  rich: Set<number>
  /** Their server said that it takes no session more. */
  narrow: Map<number, { lanes: number; untilMs: number }>
  /** What waited for them was given back, and none of their deliveries has ended since. */
  stuck: Set<number>
  runs: Set<Promise<void>>
}

/** Sends what it is given, for each mailbox in the order given, by a few deliveries at once. */
export function createLanes(parts: Parts): SendingLanes {
  const state: State = {
    ...parts,
    waiting: new Map(),
    lanes: new Map(),
    narrow: new Map(),
    active: new Set(),
    leaving: new Set(),
    rich: new Set(),
    stuck: new Set(),
    runs: new Set(),
  }
  const { waiting, active, leaving } = state
  return {
    add: mails => add(state, mails),
    claimNos: () => [...active, ...leaving, ...[...waiting.values()].flat().map(mail => mail.claim.claimNo)],
    running: () => active.size,
    hasRoom: () => countLanes(state) < lanesInAll,
    fullMailboxIds: () => [
      ...state.stuck,
      ...[...waiting.keys()].filter(id => countWaiting(state, id) >= mailsForMore),
    ],
    busyMailboxIds: () => new Set(state.lanes.keys()),
    letGoStale: () => letGoStale(state),
    letGo: () => letGoOf(state, [...waiting.keys()]),
    ended: () => Promise.all(state.runs),
  }
}

function add(state: State, mails: readonly ClaimedMail[]): void {
  const [first] = mails
  if (first === undefined) return
  const { mailboxId } = first.claim
  if (mails.length > lanesUnasked) state.rich.add(mailboxId)
  else state.rich.delete(mailboxId)
  state.waiting.set(mailboxId, [...(state.waiting.get(mailboxId) ?? []), ...mails])
  fill(state)
}

/** Starts lanes where there is work for them. */
function fill(state: State): void {
  for (const mailboxId of state.waiting.keys()) {
    while (countLanes(state) < lanesInAll && wantsLane(state, mailboxId)) startLane(state, mailboxId)
  }
}

function wantsLane(state: State, mailboxId: number): boolean {
  const [mail] = state.waiting.get(mailboxId) ?? []
  if (mail === undefined) return false
  const cap = state.narrow.get(mailboxId)
  const isNarrow = cap !== undefined && state.clock.monotonicMs() < cap.untilMs
  const most = Math.min(state.sessionsOf(mail.claim.smtpHost), isNarrow ? cap.lanes : lanesInAll)
  const running = lanesOf(state, mailboxId)
  const isWorthMore = countWaiting(state, mailboxId) >= mailsForMore * (running - 1)
  return running < most && (running < lanesUnasked || isWorthMore)
}

function startLane(state: State, mailboxId: number): void {
  state.lanes.set(mailboxId, lanesOf(state, mailboxId) + 1)
  const run = runLane(state, mailboxId).finally(() => {
    const left = lanesOf(state, mailboxId) - 1
    if (left > 0) state.lanes.set(mailboxId, left)
    else state.lanes.delete(mailboxId)
    state.runs.delete(run)
    fill(state)
    state.onHungry()
  })
  state.runs.add(run)
}

/** One mail after the other; the end of one may be written while the next goes, no further behind. */
async function runLane(state: State, mailboxId: number): Promise<void> {
  let behind: Promise<unknown> = Promise.resolve()
  for (let mail = takeNext(state, mailboxId); mail !== undefined; mail = takeNext(state, mailboxId)) {
    const delivery = deliver(state, mail)
    if (state.rich.has(mailboxId) && countWaiting(state, mailboxId) < mailsForMore) state.onHungry()
    const { onwards, written } = await delivery
    await behind
    behind = written
    if (onwards === 'let-go') await letGoOf(state, [mailboxId])
    if (onwards !== 'one-less') continue
    makeNarrow(state, mailboxId)
    break
  }
  await behind
}

/** In one go with its delivery: what is neither waiting, active nor leaving counts as abandoned. */
function takeNext(state: State, mailboxId: number): ClaimedMail | undefined {
  const [mail, ...rest] = state.waiting.get(mailboxId) ?? []
  if (mail === undefined) return undefined
  if (isStale(state, mail)) {
    void letGoOf(state, [mailboxId])
    return undefined
  }
  state.active.add(mail.claim.claimNo)
  state.waiting.set(mailboxId, rest)
  return mail
}

function isStale({ clock }: State, mail: ClaimedMail): boolean {
  return clock.monotonicMs() - mail.claimedAtMs >= aheadMs
}

async function letGoStale(state: State): Promise<void> {
  const stale = [...state.waiting].flatMap(([id, [mail]]) => (mail && isStale(state, mail) ? [id] : []))
  for (const id of stale) state.stuck.add(id)
  await letGoOf(state, stale)
}

/** In hand until its end is written. `written` never rejects. */
async function deliver(state: State, mail: ClaimedMail): Promise<Delivery> {
  const { messageId, mailboxId, claimNo } = mail.claim
  const ended = () => state.active.delete(claimNo)
  const brokeOff = (error: unknown) =>
    state.log.error({ messageId, err: describeError(error) }, 'delivery broke off')
  try {
    const { onwards, written } = await state.deliver(mail)
    return { onwards, written: written.catch(brokeOff).finally(ended) }
  } catch (error) {
    brokeOff(error)
    ended()
    return { onwards: 'let-go', written: Promise.resolve() }
  } finally {
    if (state.stuck.delete(mailboxId)) state.onHungry()
  }
}

function makeNarrow(state: State, mailboxId: number): void {
  const untilMs = state.clock.monotonicMs() + narrowMs
  state.narrow.set(mailboxId, { lanes: Math.max(1, lanesOf(state, mailboxId) - 1), untilMs })
}

async function letGoOf(state: State, mailboxIds: readonly number[]): Promise<void> {
  const mails = mailboxIds.flatMap(id => state.waiting.get(id) ?? [])
  for (const id of mailboxIds) state.waiting.delete(id)
  if (mails.length === 0) return
  const claims = mails.map(mail => mail.claim)
  for (const { claimNo } of claims) state.leaving.add(claimNo)
  try {
    await state.giveBack(claims)
  } catch (error) {
    // Not in hand any more: the next look for abandoned mail takes them back.
    state.log.warn({ err: describeError(error) }, 'mail taken ahead was not given back')
  } finally {
    for (const { claimNo } of claims) state.leaving.delete(claimNo)
  }
}

function countWaiting({ waiting }: State, mailboxId: number): number {
  return waiting.get(mailboxId)?.length ?? 0
}

function lanesOf({ lanes }: State, mailboxId: number): number {
  return lanes.get(mailboxId) ?? 0
}

function countLanes({ lanes }: State): number {
  return [...lanes.values()].reduce((sum, count) => sum + count, 0)
}
