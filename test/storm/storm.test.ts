import { expect, test } from 'vitest'
import { runStorms, STORMS, type StormReport } from './run-storm.ts'

const MAILS = 120 // npm run storm sends 10,000, and measures what others wait
const UNGROUPED = 20 // what a sender may send at once before the rest is grouped

test('a storm is stored whole and grouped by sender, and nobody else is drawn into it', {
  timeout: 300_000,
}, async () => {
  const reports = await runStorms(MAILS)

  const by = (kind: (typeof STORMS)[number]) => reports.find(one => one.kind === kind) as StormReport
  expect(reports.map(({ messages, unfiled }) => ({ messages, unfiled }))).toEqual(
    STORMS.map(() => ({ messages: MAILS, unfiled: 0 })),
  )
  expect(by('one sender')).toMatchObject({ tickets: UNGROUPED + 1, stormTickets: 1 })
  expect(by('many senders')).toMatchObject({ tickets: MAILS, stormTickets: 0 })
  expect(by('one ticket')).toMatchObject({ tickets: 1, stormTickets: 0 })
  expect(by('one ticket').hints).toBeLessThan(MAILS / 2)
})
