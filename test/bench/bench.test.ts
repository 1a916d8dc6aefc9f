import { expect, test } from 'vitest'
import { describeIdle } from './idle-report.ts'
import { measureIdle } from './measure-idle.ts'
import { describeReport, judgeAims } from './print-report.ts'
import { type BenchSizes, runBench } from './run-bench.ts'

test('the bench measures every figure it prints, on the real product', { timeout: 240_000 }, async () => {
  const sizes: BenchSizes = { mails: 60, deliveries: 3, tickets: 2_000, requests: 5, replies: 24, seed: 7 }

  const report = await runBench(sizes, () => undefined)

  expect(report.ingest.outcomes).toContainEqual({ outcome: 'filed', count: 60 })
  expect(report.ceilings.map(ceiling => ceiling.mails)).toEqual([60, 60])
  expect(Object.values(report.ingest.cpuMsPerMail).every(ms => ms > 0)).toBe(true)
  expect(Object.values(report.ingest.peakMb).every(mb => mb > 10)).toBe(true)
  expect(report.arrival.count).toBe(3)
  expect(report.pages.map(page => page.page)).toEqual(
    expect.arrayContaining([
      'mine, first page',
      'unassigned, first page',
      expect.stringMatching(/^all, page 2 to \d+$/),
      'ticket',
    ]),
  )
  expect(report.outbox).toMatchObject({ replies: 24, pooled: { mails: 24 }, unpooled: { mails: 24 } })
  expect(judgeAims(report)).toHaveLength(5)
  expect(describeReport(report)).not.toMatch(/NaN|undefined|Infinity/)
})

test('what idle mailboxes cost is measured on the real product', { timeout: 240_000 }, async () => {
  const sizes = { mailboxes: 4, deliveries: 2, restSeconds: 1, seed: 7 }

  const report = await measureIdle(sizes, () => undefined)

  expect(report).toMatchObject({ inIdle: 4, arrival: { count: 2 } })
  expect(report.allMb).toBeGreaterThan(50)
  expect(describeIdle(report)).not.toMatch(/NaN|undefined|Infinity/)
})
