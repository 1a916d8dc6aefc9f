import { randomInt } from 'node:crypto'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeReport } from './report.ts'
import { runProve } from './run-prove.ts'
import { SIZES } from './sizes.ts'

// npm run prove -- commit|quick|hour|night [--seed N] [--root COPY/] [--logs FOLDER]: 1 on any violation, 2 on words it does not know.
const { values, positionals } = parseArgs({
  options: { seed: { type: 'string' }, root: { type: 'string' }, logs: { type: 'string' } },
  allowPositionals: true,
})
const [word = 'quick'] = positionals
const size = Object.entries(SIZES).find(([name]) => name === word)?.[1]
const seed = Number(values.seed ?? randomInt(1_000_000))
if (size === undefined || positionals.length > 1 || !Number.isSafeInteger(seed)) {
  console.error(
    `usage: npm run prove -- ${Object.keys(SIZES).join('|')} [--seed N] [--root COPY/] [--logs FOLDER]`,
  )
  process.exit(2)
}
const say = (line: string) => console.log(`${(performance.now() / 1_000).toFixed(1).padStart(7)} s  ${line}`)
console.log(
  `seed ${seed}, ${word}: ${size.nodes} nodes on one Postgres, ${size.mailsEach} mails with each fault`,
)
// Ctrl-C leaves no node, no Postgres and no mount behind.
const onStart = (stop: () => Promise<void>) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().finally(() => process.exit(130)))
}
const report = await runProve({ seed, size, root: values.root, onStart, say })
for (const line of describeReport(report)) console.log(line)
console.log(`again: npm run prove -- ${word} --seed ${seed}`)
if (report.violations.length > 0 || values.logs !== undefined) {
  const folder = values.logs ?? (await mkdtemp(join(tmpdir(), 'letterdesk-prove-')))
  await mkdir(folder, { recursive: true })
  for (const [n, output] of report.outputs.entries())
    await writeFile(join(folder, `node-${n + 1}.log`), output)
  console.log(`what the nodes printed: ${folder}`)
}
process.exitCode = report.violations.length === 0 ? 0 : 1
