import { parseArgs } from 'node:util'
import { describeReport, judgeAims } from './print-report.ts'
import { type BenchSizes, runBench } from './run-bench.ts'

// npm run bench [-- --json] [--seed N --mails N --deliveries N --tickets N --requests N --replies N]
const defaults: BenchSizes = {
  mails: 2_000,
  deliveries: 60,
  tickets: 100_000,
  requests: 200,
  replies: 1_000,
  seed: 1,
}
const size = (name: keyof BenchSizes) => ({ type: 'string', default: String(defaults[name]) }) as const
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    mails: size('mails'),
    deliveries: size('deliveries'),
    tickets: size('tickets'),
    requests: size('requests'),
    replies: size('replies'),
    seed: size('seed'),
  },
})
const sizes: BenchSizes = {
  mails: Number(values.mails),
  deliveries: Number(values.deliveries),
  tickets: Number(values.tickets),
  requests: Number(values.requests),
  replies: Number(values.replies),
  seed: Number(values.seed),
}
if (!Object.values(sizes).every(Number.isSafeInteger)) throw new RangeError('every size is a whole number')
const report = await runBench(sizes, line => process.stderr.write(`… ${line}\n`))
console.log(
  values.json ? JSON.stringify({ ...report, aims: judgeAims(report) }, null, 2) : describeReport(report),
)
