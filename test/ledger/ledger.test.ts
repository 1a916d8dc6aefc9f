import { expect, test } from 'vitest'
import { listCorpus } from '../support/corpus.ts'
import { memoryLimitMb, runLedger } from './run-ledger.ts'

// npm run ledger does the same with every mail of the corpus.
test('the ledgers of real mail in two mailboxes balance, each mail is shown once, and no process takes more than its share', {
  timeout: 180_000,
}, async () => {
  const mails = (await listCorpus()).filter((_, n) => n % 40 === 0)

  const { breaches, check, second, refused, ours } = await runLedger({ mails })

  expect(breaches).toEqual([])
  expect(check.rows).toHaveLength(mails.length - refused.length)
  expect(second.rows).toHaveLength(mails.length - refused.length)
  expect(Math.max(...ours.map(({ peakMb }) => peakMb))).toBeLessThan(memoryLimitMb)
})
