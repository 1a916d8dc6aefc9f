import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { rawMail } from '../support/mails.ts'
import { eventuallyRows, type SyncDesk, startSyncDesk } from '../support/sync-desk.ts'
import { waitUntil } from '../support/wait-until.ts'

let desk: SyncDesk

beforeAll(async () => {
  desk = await startSyncDesk()
})

afterAll(async () => {
  await desk.close()
})

test('F28: nodes whose clocks are far off keep one lease and fetch each mail once, in the order of its arrival', async () => {
  const address = 'clocks@desk.test'
  const dayMs = 86_400_000
  const clockOf = (offMs: number) => ({ ...systemClock, now: () => new Date(Date.now() + offMs) })
  const mailboxId = await desk.addMailbox({ address })
  const nodes = [
    await desk.startNode({ clock: clockOf(90 * dayMs) }),
    await desk.startNode({ clock: clockOf(-600_000) }),
  ]
  const holders = () => nodes.filter(node => node.status().watchedMailboxIds.includes(mailboxId))
  await waitUntil('one of them watches', () => holders().length > 0 || undefined)
  const dates = [
    'Thu, 01 Jan 1970 00:00:00 +0000',
    'Fri, 31 Dec 2099 23:59:59 +0000',
    'Mon, 32 Foo 2026 99:00 +9999',
  ]

  const beganMs = Date.now()
  for (const [n, date] of dates.entries()) {
    await desk.dovecot.deliver(rawMail({ subject: `${n}`, messageId: `clock-${n}@customer.test`, date }), [
      address,
    ])
    await eventuallyRows(desk, mailboxId, n + 1)
    expect(holders()).toHaveLength(1)
  }

  const rows = await desk.ledger(mailboxId)
  expect(rows.map(row => row.internet_message_id)).toEqual([0, 1, 2].map(n => `clock-${n}@customer.test`))
  expect(rows.every(row => Math.abs(row.received_at.getTime() - beganMs) < 60_000)).toBe(true)
  await Promise.all(nodes.map(node => node.stop()))
})
