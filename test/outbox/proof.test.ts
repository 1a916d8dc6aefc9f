import { expect, test } from 'vitest'
import { numberOfCommit } from '../support/number-of-commit.ts'
import { runProof } from './run-proof.ts'

// npm run prove:outbox does the same at length, with every fault.
test('what is acknowledged to agents is sent once, or fails and is shown, or is cancelled, whatever breaks', {
  timeout: 300_000,
}, async () => {
  const report = await runProof({ seed: numberOfCommit(), replies: 12, faults: 3 })

  expect(report.violations).toEqual([])
  expect(report.accepted + report.failed + report.cancelled).toBe(12)
  expect(report).toMatchObject({ acknowledged: 12, accepted: expect.toSatisfy((count: number) => count > 3) })
})
