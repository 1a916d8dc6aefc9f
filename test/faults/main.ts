import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeFaults, type TestResult } from './describe-faults.ts'
import { FAULTS } from './register.ts'

// npm run faults: runs the tests of each fault of the register, the long ones whole, and prints what became of them.
const files = [...new Set(FAULTS.flatMap(fault => fault.proofs.map(proof => `test/${proof.file}`)))]
const folder = await mkdtemp(join(tmpdir(), 'letterdesk-faults-'))
const report = join(folder, 'report.json')
const vitest = [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--config',
  'config/vitest.config.ts',
  '--project',
  'embedded',
]
const child = spawn(
  process.execPath,
  [...vitest, '--reporter=dot', '--reporter=json', `--outputFile=${report}`, ...files],
  { env: { ...process.env, PROVE: 'whole' }, stdio: ['ignore', 'ignore', 'inherit'] },
)
await new Promise(resolve => child.once('exit', resolve))
const { testResults } = JSON.parse(await readFile(report, 'utf8')) as {
  testResults: { name: string; assertionResults: Omit<TestResult, 'file'>[] }[]
}
await rm(folder, { recursive: true })
const results = testResults.flatMap(({ name, assertionResults }) =>
  assertionResults.map(result => ({ ...result, file: name })),
)
const { lines, isGreen } = describeFaults(FAULTS, results)
console.log(lines.join('\n'))
process.exitCode = isGreen ? 0 : 1
