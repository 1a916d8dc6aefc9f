import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Bells, openBells } from '../../src/db/listen.ts'
import { startFiling } from '../../src/inbound/run-filing.ts'
import { createLog } from '../../src/lib/log.ts'
import { type FiledReader, readFiled } from '../support/filed.ts'
import { type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { rawMail } from '../support/mails.ts'

const deaf = { on: () => () => undefined, ring: () => undefined }

let desk: FilingDesk
let filed: FiledReader
let bells: Bells

beforeAll(async () => {
  desk = await startFilingDesk()
  filed = readFiled(desk.db)
  bells = await openBells({ directUrl: desk.databaseUrl, log: createLog({ level: 'silent' }) })
})

afterAll(async () => {
  await bells.close()
  await desk.stop()
})

test('a bell has stored mail filed without a poll, and screens are told', async () => {
  const filing = startFiling({ ...desk.parts, bells, pollMs: 3_600_000 })
  const told = Promise.withResolvers<void>()
  bells.on('live', told.resolve)

  // The looks it begins with may find the first ones, and no more than those.
  for (let n = 0; n < 10; n++) {
    const [row] = await desk.store([rawMail({ subject: `bell ${n}`, messageId: `bell-${n}@x.test` })])
    bells.ring('ledger')
    await vi.waitFor(async () => expect(await filed.row(row)).toMatchObject({ state: 'filed' }), 5_000)
  }

  await told.promise
  await filing.stop()
})

test('mail is filed although no bell is heard', async () => {
  const filing = startFiling({ ...desk.parts, bells: deaf })
  const [row] = await desk.store([rawMail({ subject: 'poll' })])

  await vi.waitFor(async () => expect(await filed.row(row)).toMatchObject({ state: 'filed' }), 5_000)

  await filing.stop()
})

test('a stop finishes the batch in hand and leaves nothing claimed', async () => {
  const rows = await desk.store(
    Array.from({ length: 300 }, (_, n) => rawMail({ subject: `stop ${n}`, messageId: `stop-${n}@x.test` })),
  )
  const filing = startFiling({ ...desk.parts, bells: deaf })
  await vi.waitFor(() => expect(filing.status().filedCount).toBeGreaterThan(0), {
    timeout: 5_000,
    interval: 5,
  })

  await filing.stop()

  const claimed = await desk.query('select id from mail_instance where claimed_by is not null')
  expect(claimed).toEqual([])
  await desk.fileAll()
  expect(await filed.row(rows.at(-1))).toMatchObject({ state: 'filed', attempts: 1 })
})

test('a database that goes away costs no attempt: filing goes on when it is back', async () => {
  await desk.query(`create function break_connection() returns trigger language plpgsql as
    $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$`)
  await desk.query(`create trigger outage before insert on message
    for each statement execute function break_connection()`)
  const [row] = await desk.store([rawMail({ subject: 'outage' })])
  const filing = startFiling({ ...desk.parts, bells: deaf, hands: 1 })
  await vi.waitFor(() => expect(filing.status().isFailing).toBe(true), 10_000)

  await desk.query('drop trigger outage on message')

  await vi.waitFor(async () => expect(await filed.row(row)).toMatchObject({ state: 'filed' }), 10_000)
  await filing.stop()
  expect(await filed.row(row)).toMatchObject({ attempts: 1 })
})
