import { expect, test } from 'vitest'
import { numberOfCommit } from '../support/number-of-commit.ts'
import { compareSenders, isRealAddress } from './compare-senders.ts'
import { measureGrowth } from './linear-time.ts'
import { runFuzz } from './run-fuzz.ts'

// Other mutations for every commit, the same for one: a failure is made again by its seed (npm run fuzz).
const seed = numberOfCommit()

test(`1,500 damaged mails are read: none breaks a promise, none takes two seconds (seed ${seed})`, {
  timeout: 240_000,
}, async () => {
  const report = await runFuzz({ count: 1_500, seed, processes: 2 })

  expect(report.count).toBe(1_500)
  expect(report.faults).toEqual([])
})

test(`where Dovecot reads another sender than we do, the sender is doubted (seed ${seed})`, {
  timeout: 120_000,
}, async () => {
  const { count, trusted } = await compareSenders({ count: 1_000, seed })

  expect(count).toBe(1_000)
  expect(trusted.filter(one => isRealAddress(one.theirs))).toEqual([])
})

test(`twice the text takes at most 2.5 times as long, in what reads strangers' mail (seed ${seed})`, {
  timeout: 240_000,
}, async () => {
  const growths = await measureGrowth({ chars: 200_000, share: { every: 4, from: seed } })

  expect(growths.length).toBeGreaterThan(100)
  expect(growths.filter(one => !one.isLinear)).toEqual([])
})
