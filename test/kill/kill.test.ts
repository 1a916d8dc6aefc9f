import { expect, test } from 'vitest'
import { skippedUid } from './plant-faults.ts'
import { runKills } from './run-kills.ts'

// npm run kill does the same at length.
test('three crashes in the midst of work lose and double nothing', { timeout: 300_000 }, async () => {
  const report = await runKills({ seed: 20, kills: 3, mails: 150, replies: 20, product: 'as it is' })

  expect(report.violations).toEqual([])
  expect(report).toMatchObject({
    inFlight: 3,
    databaseKills: expect.toSatisfy((count: number) => count >= 1),
  })
})

test('a skipped mail and a repeated send are noticed', { timeout: 300_000 }, async () => {
  const report = await runKills({ seed: 21, kills: 1, mails: 40, replies: 12, product: 'planted' })

  const said = report.violations.join('\n')
  expect(said).toContain(`UID ${skippedUid} has no row`)
  expect(said).toMatch(/reply \[r-\d+\] was sent 2 times and is not marked/)
})
