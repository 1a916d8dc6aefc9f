import { expect, test } from 'vitest'
import { runBackfill } from './run-backfill.ts'

// npm run backfill does the same with 50,000 mails and three kills.
test('old mail comes in whole over a halt and a kill, as history but for the last days, with new mail before it and no word to anyone', {
  timeout: 180_000,
}, async () => {
  const { breaches, outcomes, acknowledgedOld, acknowledgedNew } = await runBackfill({
    mails: 1_200,
    kills: 1,
  })

  // How fast it is says the command, on a machine that does nothing else.
  expect(breaches.filter(breach => !breach.endsWith('mails a second'))).toEqual([])
  expect(outcomes).toEqual({ filed: 1_203 })
  expect({ acknowledgedOld, acknowledgedNew }).toEqual({ acknowledgedOld: 0, acknowledgedNew: 3 })
})
