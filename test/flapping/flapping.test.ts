import { expect, test } from 'vitest'
import { numberOfCommit } from '../support/number-of-commit.ts'
import { describeDay, runFlapping } from './run-flapping.ts'

// npm run flapping prints how it went.

test('a day of a flapping server: each mail filed once, no alert but for the long outage, well again by itself', {
  timeout: 120_000,
}, async () => {
  const day = await runFlapping({ seed: numberOfCommit(), mails: 60 })

  if (process.env.PROVE === 'whole') console.log(describeDay(day).join('\n'))
  expect(day.breaches).toEqual([])
})
