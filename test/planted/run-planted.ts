import { execFile } from 'node:child_process'
import { readFile, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { copyProduct, plantChange } from '../support/planted-copy.ts'
import type { PlantedBug } from './bugs.ts'

/** What became of one bug: the first test that noticed, null where none did. */
export type Outcome = { bug: PlantedBug; caughtBy: string | null; tookMs: number }

type VitestReport = {
  testResults: { assertionResults: { status: string; fullName: string }[]; name: string }[]
}

const longestMs = 300_000

/** Plants one bug after the other in a copy of the product, and runs the tests that are to notice it there. */
export async function runPlanted(
  root: string,
  bugs: readonly PlantedBug[],
  tell: (outcome: Outcome) => void = () => undefined,
): Promise<Outcome[]> {
  const copy = await copyProduct(root, ['test', 'tsconfig.json'])
  try {
    await symlink(join(root, '.git'), join(copy, '.git')) // which part of a long proof a commit runs
    const outcomes: Outcome[] = []
    for (const bug of bugs) {
      const outcome = await runOne(copy, bug)
      tell(outcome)
      outcomes.push(outcome)
    }
    return outcomes
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

async function runOne(copy: string, bug: PlantedBug): Promise<Outcome> {
  const startedAtMs = performance.now()
  const mend = await plantChange(copy, bug)
  try {
    const caughtBy = await firstFailure(copy, bug.tests)
    return { bug, caughtBy, tookMs: performance.now() - startedAtMs }
  } finally {
    await mend()
  }
}

/** The first test that fails. A file that cannot run at all has noticed nothing. */
async function firstFailure(copy: string, tests: readonly string[]): Promise<string | null> {
  const reportFile = join(copy, 'report.json')
  await runVitest(copy, [...tests, '--reporter=json', `--outputFile=${reportFile}`, '--bail=1'])
  const report = JSON.parse(await readFile(reportFile, 'utf8')) as VitestReport
  for (const { assertionResults, name } of report.testResults) {
    const failed = assertionResults.find(one => one.status === 'failed')
    if (failed !== undefined) return `${name.slice(name.indexOf('test/'))}: ${failed.fullName.trim()}`
  }
  return null
}

/** Resolves when it has ended, whatever came of it. */
function runVitest(copy: string, words: readonly string[]): Promise<void> {
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs')
  const given = ['run', '--config', 'config/vitest.config.ts', '--project', 'embedded', ...words]
  // Without what the run that started this one told its own workers.
  const { VITEST: _, VITEST_MODE: __, VITEST_POOL_ID: ___, VITEST_WORKER_ID: ____, ...env } = process.env
  return new Promise(resolve => {
    execFile(process.execPath, [vitest, ...given], { cwd: copy, env, timeout: longestMs }, () => resolve())
  })
}
