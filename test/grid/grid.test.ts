import { expect, test } from 'vitest'
import { numberOfCommit } from '../support/number-of-commit.ts'
import { CELLS } from './cells.ts'
import { runGrid } from './run-grid.ts'

const each = 4

// All of them: npm run prove:grid.
test('the cells of this commit lose, double and hide nothing', { timeout: 240_000 }, async () => {
  const step = CELLS.length / each
  // Of commits that run this proof at all: config/long-proofs.ts.
  const first = Math.floor(numberOfCommit() / 4) % step
  const cells = CELLS.filter((_, n) => n % step === first)

  const report = await runGrid(cells)

  expect(report.outcomes).toHaveLength(each)
  expect(report.outcomes.filter(outcome => outcome.faults.length > 0)).toEqual([])
  expect(report.late).toEqual([])
})
