import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { runKills } from './run-kills.ts'

// npm run kill [-- --seed N --kills 30 --mails 2000 --replies 200 --quick --plant]: 1 on any violation.
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    kills: { type: 'string' },
    mails: { type: 'string' },
    replies: { type: 'string' },
    quick: { type: 'boolean', default: false },
    plant: { type: 'boolean', default: false },
  },
})
const usual = values.quick ? { kills: 5, mails: 200, replies: 20 } : { kills: 30, mails: 2000, replies: 200 }
const options = {
  seed: Number(values.seed ?? randomInt(1_000_000)),
  kills: Number(values.kills ?? usual.kills),
  mails: Number(values.mails ?? usual.mails),
  replies: Number(values.replies ?? usual.replies),
  say: (line: string) => console.log(`${(performance.now() / 1000).toFixed(1).padStart(6)} s  ${line}`),
  product: values.plant ? ('planted' as const) : ('as it is' as const),
}
console.log(
  `seed ${options.seed}: ${options.mails} mails, ${options.replies} replies, ${options.kills} kills`,
)
const report = await runKills(options)
const { work, violations } = report
const facts: [string, number][] = [
  ['kill -9 of Node with work in flight', report.inFlight],
  ['kill -9 of Node with nothing to do', report.idleKills],
  ['with the postmaster', report.databaseKills],
  ...report.facts,
  ['taken for poison, retried by hand', work.quarantineRetries],
  ['uncertain, decided by hand', work.decisions],
  ['seconds to settle', Math.round(work.tookMs / 1000)],
  ['seconds in all', Math.round(report.tookMs / 1000)],
]
for (const [name, count] of facts) console.log(`${name.padEnd(38)} ${count}`)
for (const violation of violations.slice(0, 50)) console.log(`VIOLATION ${violation}`)
console.log(violations.length === 0 ? 'nothing lost, nothing doubled' : `${violations.length} violations`)
process.exitCode = violations.length === 0 ? 0 : 1
