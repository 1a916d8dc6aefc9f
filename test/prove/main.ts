import { randomInt } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeReport } from './report.ts'
import { runProve } from './run-prove.ts'
import { SIZES } from './sizes.ts'

// npm run prove -- commit|quick|hour|night [--seed N] [--root COPY/]: 1 on any violation, 2 on words it does not know.
const { values, positionals } = parseArgs({
  options: { seed: { type: 'string' }, root: { type: 'string' } },
  allowPositionals: true,
})
const [word = 'quick'] = positionals
const size = Object.entries(SIZES).find(([name]) => name === word)?.[1]
const seed = Number(values.seed ?? randomInt(1_000_000))
if (size === undefined || positionals.length > 1 || !Number.isSafeInteger(seed)) {
  console.error(`usage: npm run prove -- ${Object.keys(SIZES).join('|')} [--seed N] [--root COPY/]`)
  process.exit(2)
}
const say = (line: string) => console.log(`${(performance.now() / 1_000).toFixed(1).padStart(7)} s  ${line}`)
console.log(
  `seed ${seed}, ${word}: ${size.nodes} nodes on one Postgres, ${size.mailsEach} mails with each fault`,
)
const report = await runProve({ seed, size, root: values.root, say })
for (const line of describeReport(report)) console.log(line)
console.log(`again: npm run prove -- ${word} --seed ${seed}`)
if (report.violations.length > 0) {
  const folder = await mkdtemp(join(tmpdir(), 'letterdesk-prove-'))
  for (const [n, output] of report.outputs.entries())
    await writeFile(join(folder, `node-${n + 1}.log`), output)
  console.log(`what the nodes printed: ${folder}`)
}
process.exitCode = report.violations.length === 0 ? 0 : 1
