import { expect, test } from 'vitest'
import { numberOfCommit } from '../support/number-of-commit.ts'
import { describeReport } from './report.ts'
import { runProve } from './run-prove.ts'
import { SIZES } from './sizes.ts'

// npm run prove -- quick|hour|night does the same at length, with every fault.
test('whatever breaks, no mail and no reply is lost, doubled, misfiled or silenced', {
  timeout: 300_000,
}, async () => {
  const seed = numberOfCommit()

  const report = await runProve({ seed, size: SIZES.commit })

  const { history, violations } = report
  expect(violations, `seed ${seed}\n${describeReport(report).join('\n')}`).toEqual([])
  expect(history.faults.length).toBeGreaterThanOrEqual(3)
  expect(history.deliveries.length).toBeGreaterThan(60)
  expect(history.replies.length).toBeGreaterThan(3)
  expect(history.narrow.refusals.length).toBeGreaterThan(10)
  expect(history.sights.some(({ what }) => what.startsWith('a live hint'))).toBe(true)
})
