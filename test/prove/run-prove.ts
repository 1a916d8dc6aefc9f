import { keepParts } from '../support/kept-parts.ts'
import { seededRandom } from '../support/mails.ts'
import { processorTime } from '../support/processor-time.ts'
import { type Desk, startAgents } from './agents.ts'
import { makeAnswers } from './answer-back.ts'
import { checkHistory } from './check-history.ts'
import { type Driver, startDriver } from './driver.ts'
import { gather } from './gather.ts'
import type { FaultRecord, History, Violation } from './history.ts'
import { applyFault } from './nemesis.ts'
import { boundOf, describeFault, type Fault, planFaults } from './plan-faults.ts'
import { planMails } from './plan-mails.ts'
import { measureRecovery } from './recovery.ts'
import { type Rest, settle } from './settle.ts'
import type { Size } from './sizes.ts'
import { agentAddresses, type Stage, setStage, usualRule } from './stage.ts'
import { startWatch, type Watch } from './watch.ts'

export type ProveOptions = {
  seed: number
  size: Size
  /** A changed copy of the product to prove in place of this one, ending in `/`. */
  root?: string | undefined
  /** Given what ends everything at once: the run then breaks off. */
  onStart?: (stop: () => Promise<void>) => void
  /** Told about each step as it happens. */
  say?: (line: string) => void
}

/** What one run found. It is good when `violations` is empty. */
export type ProveReport = {
  history: History
  rest: Rest
  violations: Violation[]
  canFillDisk: boolean
  skewSeconds: number
  /** What each node printed. */
  outputs: string[]
  tookMs: number
}

type Run = ProveOptions & { stage: Stage; driver: Driver; desk: Desk; random: () => number }

/** How far ahead the clock of the second node may be; certificates of tests last thirty days. */
const skews = [0, 600, 9 * 86_400]

/**
 * Mail comes, agents answer, customers answer back, and things break, all by the seed. Then all comes to rest, and the
 * checker compares what the API shows and what the sink took with what was delivered and acknowledged.
 */
export async function runProve(options: ProveOptions): Promise<ProveReport> {
  const startedAtMs = performance.now()
  const { seed, size } = options
  const random = seededRandom(seed)
  const skewSeconds = size.nodes > 1 ? (skews[Math.floor(random() * skews.length)] ?? 0) : 0
  const parts = keepParts()
  options.onStart?.(parts.stop)
  const { nodes, diskMb } = size
  const stage = await setStage({ nodes, diskMb, skewSeconds, root: options.root }, parts)
  try {
    const driver = startDriver(stage.dovecot)
    const desk = startAgents(stage.agents, seededRandom(seed + 1))
    const run: Run = { ...options, stage, driver, desk, random }
    const watch = startWatch(stage)
    const faults = await breakThings(run)
    options.say?.('no more faults; the agents finish')
    stage.sink.behave(usualRule)
    await desk.finish()
    const rest = await settle(stage, { limitMs: size.settleMs })
    await watch.stop()
    options.say?.('at rest; reading all tickets')
    const history = await makeHistory(run, { faults, rest, watch })
    const violations = checkHistory(history)
    const outputs = stage.nodes.map(node => node.output())
    const facts = { canFillDisk: stage.disk.canFill, skewSeconds, outputs }
    return { history, rest, violations, ...facts, tookMs: performance.now() - startedAtMs }
  } catch (cause) {
    const said = stage.nodes.map(node => node.output().split('\n').slice(-8).join('\n')).join('\n')
    throw new Error(`the run broke off; the nodes said last:\n${said}`, { cause })
  } finally {
    await stage.stop()
  }
}

const leastFaults = 3 // however slow the machine

/** With each fault comes a wave of mail, of work and of answers, and the fault while they are under way. */
async function breakThings(run: Run): Promise<FaultRecord[]> {
  const { stage, driver, desk, size, random, say } = run
  const mails = planMails(
    stage.mailboxes.map(({ address }) => address),
    seededRandom(run.seed + 2),
  )
  const answers = makeAnswers(stage.mailboxes.map(({ address }) => address))
  const ground = { nodes: size.nodes, canFillDisk: stage.disk.canFill, kinds: size.kinds }
  const plan = planFaults(ground, random)
  const records: FaultRecord[] = []
  const slowness = await measureSlowness(run)
  say?.(`a mail with nothing wrong: bounds × ${slowness.toFixed(1)}`)
  const untilMs = performance.now() + size.limitMs
  const isDue = () => records.length < leastFaults || performance.now() < untilMs
  while (records.length < size.faults && isDue()) {
    const wave = Array.from({ length: size.mailsEach }, () => mails.next())
    wave.push(...answers(stage.sink.accepted))
    const delivering = deliverAll(driver, wave)
    delivering.catch(() => undefined) // heard below, once the fault is over: what was stopped must go on
    desk.allow(size.deedsEach)
    // time passes: the moment of a fault is random, by the seed
    await new Promise(resolve => setTimeout(resolve, Math.round(200 + random() * 1_200)))
    const beside = plan.beside()
    if (beside !== undefined) await applyFault({ stage, driver, random }, beside)
    const record = await suffer(run, plan.next(), { n: records.length, slowness, beside })
    await delivering
    records.push(record)
    const took =
      record.healedMs === null
        ? 'not healed'
        : `healed after ${Math.round(record.healedMs - record.fromMs)} ms`
    say?.(`fault ${records.length}: ${record.words}: ${took}`)
  }
  return records
}

const usualMs = 1_000 // from the mail server's yes to a ticket, on two cores with nothing else to do: 0.7 s
const mostSlowness = 3

/**
 * How much slower than usual this machine is just now, from 1 to 3: bounds are times on a wall clock, and other work may
 * take the processors. The middle of five mails, before anything is broken.
 */
async function measureSlowness({ stage, driver }: Run): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < 5; n += 1) {
    const { takenMs, healedMs } = await measureRecovery(stage, driver, { name: `calm${n}`, withinMs: 60_000 })
    times.push((healedMs ?? Number.POSITIVE_INFINITY) - takenMs)
  }
  const middleMs = times.sort((a, b) => a - b)[2] ?? 0
  return Math.min(mostSlowness, Math.max(1, middleMs / usualMs))
}

async function deliverAll(driver: Driver, wave: Parameters<Driver['deliver']>[0][]): Promise<void> {
  for (const mail of wave) await driver.deliver(mail)
}

/** The fault, and how soon mail flows again. */
async function suffer(
  run: Run,
  fault: Fault,
  { n, slowness, beside }: { n: number; slowness: number; beside: Fault | undefined },
): Promise<FaultRecord> {
  const { stage, driver, random } = run
  const bound = boundOf(fault)
  const words = [fault, ...(beside === undefined ? [] : [beside])].map(describeFault).join(' beside ')
  const before = processorTime('self')
  const beganMs = performance.now()
  const breaking = applyFault({ stage, driver, random }, fault)
  breaking.catch(() => undefined) // heard below
  if (bound.from === 'end') await breaking
  const fromMs = bound.from === 'end' ? performance.now() : beganMs
  const withinMs = bound.boundMs * mostSlowness
  const { takenMs, healedMs } = await measureRecovery(stage, driver, { name: `f${n}`, withinMs })
  const boundMs = bound.boundMs * Math.max(slowness, crowding(before))
  await breaking
  const record = { kind: fault.kind, beside: beside?.kind ?? null, words, endedMs: performance.now() }
  return { ...record, fromMs: Math.max(fromMs, takenMs), healedMs, boundMs }
}

/** How many times as long as it ran our own process was away from a processor meanwhile: others take as many turns. */
function crowding(before: ReturnType<typeof processorTime>): number {
  const now = processorTime('self')
  const ranMs = now.ranMs - before.ranMs
  return ranMs <= 0 ? 1 : Math.min(mostSlowness, (ranMs + now.queuedMs - before.queuedMs) / ranMs)
}

type Ends = { faults: FaultRecord[]; rest: Rest; watch: Watch }

async function makeHistory({ stage, driver, desk }: Run, { faults, rest, watch }: Ends): Promise<History> {
  return {
    deliveries: driver.deliveries,
    replies: desk.replies,
    deeds: desk.deeds,
    faults,
    breaths: watch.breaths,
    sights: watch.sights,
    told: watch.told,
    deaths: watch.deaths,
    agentAddresses,
    mailboxes: stage.mailboxes,
    unsettled: rest.unsettled,
    sentAgain: rest.sentAgain,
    accepted: stage.sink.accepted,
    sentCopies: await readSent(stage),
    ...(await gather(stage)),
  }
}

async function readSent({ dovecot, mailboxes }: Stage): Promise<string[]> {
  const folders = await Promise.all(mailboxes.map(({ address }) => dovecot.readFolder(address, 'Sent')))
  return folders.flat().map(mail => mail.sha256)
}
