import { expect, test } from 'vitest'
import { describeIdle } from './idle-report.ts'
import { measureIdle } from './measure-idle.ts'
import { plotAims } from './plot-aims.ts'
import { describeReport, judgeAims, tabulateReport } from './print-report.ts'
import { type BenchSizes, runBench } from './run-bench.ts'

test('the bench measures every figure it prints, on the real product', { timeout: 480_000 }, async () => {
  const sizes: BenchSizes = {
    mails: 60,
    deliveries: 3,
    tickets: 1_000,
    requests: 5,
    replies: 24,
    clients: 20,
    starts: 1,
    restSeconds: 1,
    seed: 7,
  }

  const report = await runBench(sizes, () => undefined)

  expect(report.ingest.outcomes).toContainEqual({ outcome: 'filed', count: 60 })
  expect(report.ceilings.map(ceiling => ceiling.mails)).toEqual([60, 60])
  expect(Object.values(report.ingest.cpuMsPerMail).every(ms => ms > 0)).toBe(true)
  expect(Object.values(report.ingest.peakMb).every(mb => mb > 10)).toBe(true)
  expect([report.arrival.count, report.screen.count]).toEqual([3, 3])
  expect(report.pages.map(page => page.page)).toEqual(
    expect.arrayContaining([
      'mine, first page',
      'unassigned, first page',
      expect.stringMatching(/^all, page 2 to \d+$/),
      'ticket',
      'search: a rare word',
      'write: reply',
    ]),
  )
  expect(report.outbox).toMatchObject({ replies: 24, pooled: { mails: 24 }, unpooled: { mails: 24 } })
  expect(report.live).toMatchObject({ clients: 20, last: { count: 50 }, lost: 0 })
  expect(report.nodes.map(one => [one.nodes, one.mails])).toEqual([
    [1, 60],
    [2, 60],
  ])
  expect(report.start.idleMb.all).toBeGreaterThan(50)
  expect(judgeAims(report)).toHaveLength(12)
  expect(describeReport(report) + tabulateReport(report) + plotAims(judgeAims(report))).not.toMatch(
    /NaN|undefined|Infinity/,
  )
})

test('what idle mailboxes cost is measured on the real product', { timeout: 240_000 }, async () => {
  const sizes = { mailboxes: 4, deliveries: 2, restSeconds: 1, seed: 7 }

  const report = await measureIdle(sizes, () => undefined)

  expect(report).toMatchObject({ inIdle: 4, arrival: { count: 2 } })
  expect(report.allMb).toBeGreaterThan(50)
  expect(describeIdle(report)).not.toMatch(/NaN|undefined|Infinity/)
})
