import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { runProof } from './run-proof.ts'

// npm run prove:outbox [-- --seed N --replies 200 --faults 26]: 1 on any violation.
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    replies: { type: 'string', default: '200' },
    faults: { type: 'string', default: '26' },
  },
})
const options = {
  seed: Number(values.seed ?? randomInt(1_000_000)),
  replies: Number(values.replies),
  faults: Number(values.faults),
  say: (line: string) => console.log(`${(performance.now() / 1000).toFixed(1).padStart(6)} s  ${line}`),
}
console.log(
  `seed ${options.seed}: ${options.replies} replies, ${options.faults} faults, two nodes on one outbox`,
)
const report = await runProof(options)
const { windowsMs, violations } = report
const at = (share: number) => windowsMs[Math.ceil(windowsMs.length * share) - 1] ?? 0
const facts: [string, string | number][] = [
  ['faults with replies under way', report.faultsAtWork],
  ['calls without an answer, repeated', report.doubts],
  ['replies acknowledged (N)', report.acknowledged],
  ['  accepted', report.accepted],
  ['  failed and shown', report.failed],
  ['  cancelled', report.cancelled],
  ['uncertain, decided by an agent', report.decisions],
  ['marked as perhaps twice', report.marked],
  ['accepted twice by the sink', report.twice],
  [
    'window, sink to commit',
    `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms (${windowsMs.length} replies)`,
  ],
  ['seconds in all', Math.round(report.tookMs / 1000)],
]
for (const [name, value] of facts) console.log(`${name.padEnd(36)} ${value}`)
for (const violation of violations.slice(0, 50)) console.log(`VIOLATION ${violation}`)
const sum = report.accepted + report.failed + report.cancelled
console.log(
  violations.length === 0
    ? `${report.acknowledged} acknowledged = ${report.accepted} accepted + ${report.failed} failed and shown + ${report.cancelled} cancelled`
    : `${violations.length} violations, ${report.acknowledged} acknowledged and ${sum} at rest`,
)
process.exitCode = violations.length === 0 ? 0 : 1
