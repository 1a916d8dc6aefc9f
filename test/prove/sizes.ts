import type { FaultKind } from './plan-faults.ts'

/** How long a proof is. It ends after `faults` faults, or after `limitMs` if that is sooner. */
export type Size = {
  nodes: number
  faults: number
  /** Of faults alone; then all comes to rest. */
  limitMs: number
  /** Delivered while each fault is under way. */
  mailsEach: number
  /** Things agents do meanwhile. */
  deedsEach: number
  settleMs: number
  diskMb: number
  /** All kinds when it is left out. */
  kinds?: readonly FaultKind[]
}

const minuteMs = 60_000

/** `commit` runs with every commit, beside other tests. */
export const SIZES = {
  commit: {
    nodes: 2,
    faults: 5,
    limitMs: 20_000,
    mailsEach: 25,
    deedsEach: 5,
    settleMs: 2 * minuteMs,
    diskMb: 128,
    // Those that are over soon: what waits for a lease or a silent wire takes 20 s and more.
    kinds: [
      'all killed, Postgres too',
      'Postgres frozen',
      'Postgres ended at once',
      'Postgres sessions ended',
      'disk full',
      'mail connections cut',
      'node ended and started',
      'Dovecot restarted',
      'UIDVALIDITY changed',
      'mails expunged',
      'mails moved away',
      'mails moved and back',
      'mails copied',
      'SMTP misbehaves',
    ],
  },
  quick: {
    nodes: 3,
    faults: 34,
    limitMs: 3.5 * minuteMs,
    mailsEach: 30,
    deedsEach: 6,
    settleMs: 2 * minuteMs,
    diskMb: 256,
  },
  hour: {
    nodes: 3,
    faults: 1_000,
    limitMs: 48 * minuteMs,
    mailsEach: 60,
    deedsEach: 8,
    settleMs: 5 * minuteMs,
    diskMb: 2_048,
  },
  night: {
    nodes: 3,
    faults: 10_000,
    limitMs: 7.5 * 60 * minuteMs,
    mailsEach: 60,
    deedsEach: 6,
    settleMs: 10 * minuteMs,
    diskMb: 8_192,
  },
} as const satisfies Record<string, Size>
