import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { plotAims } from './plot-aims.ts'
import { describeReport, judgeAims, tabulateReport } from './print-report.ts'
import { type BenchSizes, runBench } from './run-bench.ts'

// npm run bench [-- --json] [--write: the tables and the plot go into docs/benchmarks.md] [--seed N --mails N --deliveries N --tickets N --requests N --replies N --clients N
//   --starts N --restSeconds N]
const defaults: BenchSizes = {
  mails: 2_000,
  deliveries: 60,
  tickets: 100_000,
  requests: 200,
  replies: 1_000,
  clients: 1_000,
  starts: 5,
  restSeconds: 200, // the mail reader ends after 180
  seed: 1,
}
const size = (name: keyof BenchSizes) => ({ type: 'string', default: String(defaults[name]) }) as const
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    mails: size('mails'),
    deliveries: size('deliveries'),
    tickets: size('tickets'),
    requests: size('requests'),
    replies: size('replies'),
    clients: size('clients'),
    starts: size('starts'),
    restSeconds: size('restSeconds'),
    seed: size('seed'),
  },
})
const sizes: BenchSizes = {
  mails: Number(values.mails),
  deliveries: Number(values.deliveries),
  tickets: Number(values.tickets),
  requests: Number(values.requests),
  replies: Number(values.replies),
  clients: Number(values.clients),
  starts: Number(values.starts),
  restSeconds: Number(values.restSeconds),
  seed: Number(values.seed),
}
if (!Object.values(sizes).every(Number.isSafeInteger)) throw new RangeError('every size is a whole number')
const report = await runBench(sizes, line => process.stderr.write(`… ${line}\n`))
console.log(
  values.json ? JSON.stringify({ ...report, aims: judgeAims(report) }, null, 2) : describeReport(report),
)
if (values.write) await writeDocs()

/** Puts the tables between the marks of the document, and the plot beside it. */
async function writeDocs(): Promise<void> {
  const docs = new URL('../../docs/', import.meta.url)
  const file = new URL('benchmarks.md', docs)
  const text = await readFile(file, 'utf8')
  const marked = /(<!-- bench -->\n)[\s\S]*(<!-- end of bench -->)/
  if (!marked.test(text))
    throw new RangeError('docs/benchmarks.md has no marks <!-- bench --> and <!-- end of bench -->')
  const tables = `\n![Each aim, and how much of its limit was used](benchmarks.svg)\n\n${tabulateReport(report)}\n\n`
  await writeFile(
    file,
    text.replace(marked, (_all, begin: string, end: string) => begin + tables + end),
  )
  await writeFile(new URL('benchmarks.svg', docs), plotAims(judgeAims(report)))
}
