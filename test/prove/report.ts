import type { FaultRecord, Violation } from './history.ts'
import type { ProveReport } from './run-prove.ts'

/** The report of a run, line by line: counts, faults by kind with how soon mail flowed again, and what was violated. */
export function describeReport({
  history,
  rest,
  violations,
  canFillDisk,
  skewSeconds,
  tookMs,
}: ProveReport): string[] {
  const { deliveries, ledgers, replies, tickets, accepted } = history
  const outcomes = Map.groupBy(
    ledgers.flatMap(({ rows }) => rows),
    row => row.outcome,
  )
  const ends = Map.groupBy(
    tickets.flatMap(({ messages, mailboxId }) =>
      messages.filter(one => one.direction === 'outbound' && one.mailboxId === mailboxId),
    ),
    one => one.delivery?.state ?? 'none',
  )
  const twice = [...Map.groupBy(accepted, mail => mail.internetMessageId).values()]
  const counts: [string, string | number][] = [
    ['mails delivered', deliveries.reduce((sum, one) => sum + one.copies, 0)],
    ['  different ones, by mailbox', deliveries.length],
    ['  taken away by a mail program', deliveries.filter(one => /expunged|away/.test(one.fate)).length],
    ...[...outcomes].map(([outcome, rows]): [string, number] => [`ledger: ${outcome}`, rows.length]),
    ['tickets', tickets.length],
    ['replies acknowledged', replies.filter(one => one.acknowledged !== null).length],
    ['other deeds of agents', history.deeds.length],
    ['calls without an answer, repeated', sumOf([...replies, ...history.deeds].map(one => one.doubts))],
    ...[...ends].map(([state, messages]): [string, number] => [`outgoing: ${state}`, messages.length]),
    ['mails in the sink', accepted.length],
    ['  twice in SMTP’s window, marked', twice.filter(mails => mails.length > 1).length],
    ['copies in Sent', history.sentCopies.length],
    ['decided by a person', rest.decisions],
    ['tried at once by a person', rest.retries],
    ['clock of node 2 ahead by', `${skewSeconds} s`],
    ['settled after', `${(rest.tookMs / 1_000).toFixed(1)} s`],
    [
      'longest silence of a node',
      `${Math.round(Math.max(0, ...history.breaths.map(one => one.tookMs - one.queuedMs)))} ms`,
    ],
    ['in all', `${Math.round(tookMs / 1_000)} s`],
  ]
  return [
    ...counts.map(([name, value]) => `${name.padEnd(36)} ${value}`),
    '',
    ...describeFaults(history.faults),
    ...(canFillDisk ? [] : ['no disk was filled: that takes root and the right to mount']),
    '',
    ...describeViolations(violations),
  ]
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0)
}

function describeFaults(faults: readonly FaultRecord[]): string[] {
  const rows = [...Map.groupBy(faults, fault => fault.kind)].map(([kind, records]) => {
    const times = records
      .map(({ healedMs, fromMs }) => (healedMs === null ? Number.POSITIVE_INFINITY : healedMs - fromMs))
      .sort((a, b) => a - b)
    const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`.padStart(8)
    const middle = times[Math.floor((times.length - 1) / 2)] ?? 0
    return `${kind.padEnd(28)} ${String(records.length).padStart(5)} ${seconds(middle)} ${seconds(times.at(-1) ?? 0)} ${seconds(records[0]?.boundMs ?? 0)}`
  })
  return [
    `${'fault'.padEnd(28)} ${'times'.padStart(5)} ${'median'.padStart(8)} ${'longest'.padStart(8)} ${'bound'.padStart(8)}  until a mail is a ticket`,
    ...rows.sort(),
    `${'all'.padEnd(28)} ${String(faults.length).padStart(5)}`,
    `  and SMTP beside another     ${String(faults.filter(fault => fault.beside !== null).length).padStart(5)}`,
  ]
}

function describeViolations(violations: readonly Violation[]): string[] {
  const [first] = violations
  if (first === undefined) return ['I1 to I8 hold: nothing lost, doubled, misfiled or silenced']
  const counts = Map.groupBy(violations, one => one.invariant)
  return [
    `VIOLATED ${[...counts].map(([invariant, ones]) => `${invariant} × ${ones.length}`).join(', ')}`,
    `first counter-example: ${first.invariant}: ${first.words}`,
    ...violations.slice(1, 30).map(({ invariant, words }) => `  ${invariant}: ${words}`),
  ]
}
