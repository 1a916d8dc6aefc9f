import { shuffled } from '../support/mails.ts'
import type { SinkAnswer, SinkStage } from '../support/sink-rules.ts'

/** Which of the two nodes on the one outbox: agents talk to the first, both send. */
export type NodeName = 'first' | 'second'

/** One thing that goes wrong while replies are under way. */
export type Fault =
  | { kind: 'kill'; node: NodeName }
  | { kind: 'stop'; node: NodeName; forMs: number }
  | { kind: 'freeze'; forMs: number }
  | { kind: 'cut'; stage: SinkStage; answer: SinkAnswer }

const cuts: readonly Fault[] = [
  { kind: 'cut', stage: 'connect', answer: { drop: 'before-accepting' } },
  { kind: 'cut', stage: 'auth', answer: { drop: 'before-accepting' } },
  { kind: 'cut', stage: 'mail', answer: { drop: 'before-accepting' } },
  { kind: 'cut', stage: 'rcpt', answer: { drop: 'before-accepting' } },
  { kind: 'cut', stage: 'data', answer: { drop: 'before-accepting' } },
  { kind: 'cut', stage: 'final', answer: { drop: 'before-accepting' } },
  { kind: 'cut', stage: 'final', answer: { drop: 'before-reply' } },
  { kind: 'cut', stage: 'final', answer: { drop: 'after-reply' } },
]

/** How long a node must stand still to be taken for dead: its heartbeat is then 15 s old. */
const pastDeadMs = 18_000

/**
 * Faults in the order in which they happen: every kind, and a cut at each step of SMTP, before any comes
 * again. The same `random` gives the same plan.
 */
export function planFaults(count: number, random: () => number): Fault[] {
  const plan: Fault[] = []
  while (plan.length < count) plan.push(...shuffled(oneOfEach(random), random))
  return plan.slice(0, count)
}

/** A fault in words, as the run tells it. */
export function describeFault(fault: Fault): string {
  if (fault.kind === 'kill') return `kill -9 of the ${fault.node} node`
  if (fault.kind === 'stop') return `the ${fault.node} node stands still for ${fault.forMs} ms`
  if (fault.kind === 'freeze') return `Postgres frozen for ${fault.forMs} ms`
  return `connection cut at ${fault.stage} (${'drop' in fault.answer ? fault.answer.drop : 'silence'})`
}

function oneOfEach(random: () => number): Fault[] {
  const between = (least: number, most: number) => Math.round(least + random() * (most - least))
  return [
    ...cuts,
    { kind: 'kill', node: 'first' },
    { kind: 'kill', node: 'second' },
    { kind: 'kill', node: 'second' },
    { kind: 'freeze', forMs: between(500, 6_000) },
    { kind: 'stop', node: 'second', forMs: random() < 0.5 ? between(200, 2_000) : pastDeadMs },
  ]
}
