import { shuffled } from '../support/mails.ts'
import type { SinkAnswer, SinkStage } from '../support/sink-rules.ts'

/** One thing the nemesis does. `node` counts from 0. */
export type Fault =
  | { kind: 'node killed'; node: number; downMs: number }
  | { kind: 'all killed, Postgres too'; downMs: number }
  | { kind: 'node stopped'; node: number; forMs: number }
  | { kind: 'node ended and started'; node: number }
  | { kind: 'mail connections cut'; afterBytes: number[] }
  | { kind: 'mail connections silent' }
  | { kind: 'Postgres frozen'; forMs: number }
  | { kind: 'Postgres ended at once'; downMs: number }
  | { kind: 'Postgres sessions ended'; times: number }
  | { kind: 'disk full'; forMs: number }
  | { kind: 'Dovecot restarted' }
  | { kind: 'UIDVALIDITY changed' }
  | { kind: 'mails expunged'; count: number }
  | { kind: 'mails moved away'; count: number }
  | { kind: 'mails moved and back'; count: number }
  | { kind: 'mails copied'; count: number }
  | { kind: 'SMTP misbehaves'; stage: SinkStage; answer: SinkAnswer; times: number }

export type FaultKind = Fault['kind']

/** What the stage can bear: a node that stands still past its lease is only a fault where another can take over. */
export type Ground = { nodes: number; canFillDisk: boolean; kinds?: readonly FaultKind[] | undefined }

const leaseMs = 15_000 // after so long without a sign of life a node is taken for dead

/** What a mail server does wrong when we hand mail over. */
export type SmtpFault = Extract<Fault, { kind: 'SMTP misbehaves' }>

const besideShare = 0.35

/**
 * Faults without end, by the seed: each kind once, in any order, before one comes again. What SMTP does wrong comes once a
 * round with another answer each time, and now and then `beside` another fault.
 */
export function planFaults(
  ground: Ground,
  random: () => number,
): { next: () => Fault; beside: () => SmtpFault | undefined } {
  const refusals = shuffled(SMTP_FAULTS, random)
  let round: Fault[] = []
  let rounds = 0
  const between = (least: number, most: number) => Math.round(least + random() * (most - least))
  const node = () => Math.floor(random() * ground.nodes)
  const makeRound = (): Fault[] => {
    const smtp = refusals[rounds % refusals.length]
    rounds += 1
    const faults: Fault[] = [
      { kind: 'node killed', node: node(), downMs: between(0, 2_000) },
      { kind: 'node killed', node: node(), downMs: between(leaseMs, leaseMs + 3_000) },
      { kind: 'all killed, Postgres too', downMs: between(0, 2_000) },
      { kind: 'node stopped', node: node(), forMs: between(leaseMs + 2_000, leaseMs + 6_000) },
      { kind: 'node ended and started', node: node() },
      { kind: 'mail connections cut', afterBytes: Array.from({ length: 4 }, () => between(1, 6_000)) },
      { kind: 'mail connections silent' },
      { kind: 'Postgres frozen', forMs: between(1_000, 12_000) },
      { kind: 'Postgres ended at once', downMs: between(0, 3_000) },
      { kind: 'Postgres sessions ended', times: between(3, 12) },
      { kind: 'Dovecot restarted' },
      { kind: 'UIDVALIDITY changed' },
      { kind: 'mails expunged', count: between(1, 6) },
      { kind: 'mails moved away', count: between(1, 6) },
      { kind: 'mails moved and back', count: between(1, 6) },
      { kind: 'mails copied', count: between(1, 6) },
      ...(ground.canFillDisk ? [{ kind: 'disk full' as const, forMs: between(1_000, 5_000) }] : []),
      ...(smtp === undefined ? [] : [smtp]),
    ]
    const wanted = faults.filter(fault => ground.kinds?.includes(fault.kind) ?? true)
    return shuffled(wanted, random)
  }
  return {
    beside: () => {
      const chosen = random() < besideShare ? refusals[Math.floor(random() * refusals.length)] : undefined
      return ground.kinds?.includes('SMTP misbehaves') === false ? undefined : chosen
    },
    next: () => {
      if (round.length === 0) round = makeRound()
      const [first, ...rest] = round
      round = rest
      if (first === undefined) throw new RangeError('no fault to choose from')
      return first
    },
  }
}

const smtp = (stage: SinkStage, answer: SinkAnswer, times = 2): SmtpFault => {
  return { kind: 'SMTP misbehaves', stage, answer, times }
}

/** Every way in which a server refuses, stalls or hangs up, at every step. */
const SMTP_FAULTS: readonly SmtpFault[] = [
  smtp('connect', { reply: 421, text: '4.3.2 Not now' }),
  smtp('connect', { drop: 'before-accepting' }),
  smtp('auth', { drop: 'before-accepting' }),
  smtp('auth', { reply: 454, text: '4.7.0 Temporary authentication failure' }),
  smtp('mail', { reply: 451, text: '4.3.0 Try again' }),
  smtp('mail', { drop: 'before-accepting' }),
  smtp('rcpt', { reply: 450, text: '4.2.0 Greylisted' }),
  smtp('rcpt', { reply: 452, text: '4.2.2 Mailbox full' }),
  smtp('rcpt', { drop: 'before-accepting' }),
  smtp('data', { reply: 451, text: '4.3.0 Try again' }),
  smtp('data', { drop: 'before-accepting' }),
  smtp('final', { reply: 451, text: '4.3.0 Try again' }),
  smtp('final', { reply: 554, text: '5.6.0 Message refused' }, 1),
  smtp('final', { drop: 'before-accepting' }),
  smtp('final', { drop: 'before-reply' }),
  smtp('final', { drop: 'after-reply' }),
  smtp('final', { stallMs: 12_000 }),
  smtp('rcpt', { stallMs: 8_000 }),
]

// Whom a server hung up on five times in a row, each within a minute, waits up to 19 s (inbound/retry-delay.ts).
const endsSessions: ReadonlySet<FaultKind> = new Set([
  'Dovecot restarted',
  'UIDVALIDITY changed',
  'mail connections cut',
])

/** How soon a mail has to be a ticket again, and from when that is reckoned (rows E4, F05–F48). */
export function boundOf({ kind }: Fault): { boundMs: number; from: 'beginning' | 'end' } {
  if (kind === 'node killed' || kind === 'node stopped') return { boundMs: 20_000, from: 'beginning' }
  if (kind === 'mail connections silent') return { boundMs: 60_000, from: 'beginning' }
  // What the dead ones had taken is free when they are 15 s silent.
  if (kind === 'all killed, Postgres too') return { boundMs: 20_000, from: 'end' }
  if (endsSessions.has(kind)) return { boundMs: 30_000, from: 'end' }
  return { boundMs: 10_000, from: 'end' }
}

/** A fault in words, as the run tells it. */
export function describeFault(fault: Fault): string {
  if (fault.kind === 'SMTP misbehaves')
    return `SMTP: ${fault.times} × ${describeAnswer(fault.answer)} at ${fault.stage}`
  const { kind, ...details } = fault
  const words = Object.entries(details).map(([name, value]) => `${name} ${String(value)}`)
  return words.length === 0 ? kind : `${kind} (${words.join(', ')})`
}

function describeAnswer(answer: SinkAnswer): string {
  if ('reply' in answer) return String(answer.reply)
  if ('drop' in answer) return `hangs up ${answer.drop.replaceAll('-', ' ')}`
  return 'stallMs' in answer ? `silent for ${answer.stallMs} ms` : 'silent until it is let go'
}
