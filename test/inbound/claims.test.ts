import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { TransactionRestart } from '../../src/db/faults.ts'
import { claimMails, giveBackMails } from '../../src/inbound/claim-mails.ts'
import { createMailReader } from '../../src/inbound/mail-reader.ts'
import { type FilingParts, receiveMails } from '../../src/inbound/receive-mail.ts'
import { retryQuarantined } from '../../src/inbound/unfiled-mail.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { type FiledReader, readFiled } from '../support/filed.ts'
import { type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { rawMail } from '../support/mails.ts'

const bells = { ring: () => undefined }

let desk: FilingDesk
let filed: FiledReader

beforeAll(async () => {
  desk = await startFilingDesk()
  filed = readFiled(desk.db)
})

beforeEach(async () => {
  await desk.query(`update mail_instance set state = 'ignored' where state = 'stored'`)
})

afterAll(() => desk.stop())

test('new mail is claimed before old mail, in ledger order, at most 50 at once', async () => {
  const old = await desk.store(mails(3).map(raw => ({ raw, lane: 1 as const })))
  const live = await desk.store(mails(49))

  const first = await claimMails(desk.db, desk.parts.instanceId)
  const second = await claimMails(desk.db, desk.parts.instanceId)

  expect(first.mails.map(mail => mail.id)).toEqual([...old.slice(0, 1), ...live])
  expect(second.mails.map(mail => mail.id)).toEqual(old.slice(1))
})

test('the mailbox that was filed longest ago is next', async () => {
  const quiet = await desk.addMailbox({ address: 'quiet@desk.test' })
  await desk.store([{ raw: rawMail({ subject: 'warm-up' }), mailboxId: quiet }])
  await desk.fileAll()
  await desk.store(mails(60))
  await receiveMails(desk.parts)
  await desk.store([{ raw: rawMail({ subject: 'urgent' }), mailboxId: quiet }])

  const next = await claimMails(desk.db, desk.parts.instanceId)

  expect(next.mails.map(mail => mail.mailboxId)).toEqual([quiet])
})

test('a mailbox whose mails cannot be read has had its turn all the same', async () => {
  const broken = await desk.addMailbox({ address: 'broken@desk.test' })
  const waiting = await desk.addMailbox({ address: 'waiting@desk.test' })
  const [row] = await desk.store([{ raw: rawMail({ subject: 'no bytes' }), mailboxId: broken }])
  await desk.query(`update mail_instance set raw_blob_id = null where id = ${row}`)
  await desk.store([{ raw: rawMail({ subject: 'patient' }), mailboxId: waiting }])
  await receiveMails(desk.parts)

  const next = await claimMails(desk.db, desk.parts.instanceId)

  expect(next.mails.map(mail => mail.mailboxId)).toEqual([waiting])
})

test('a batch stops before 8 MB of raw mail, but takes at least one', async () => {
  const text = 'x'.repeat(3.5 * 1024 * 1024)
  const rows = await desk.store(['a', 'b', 'c'].map(subject => rawMail({ subject, text })))

  const batch = await claimMails(desk.db, desk.parts.instanceId)

  expect(batch.mails.map(mail => mail.id)).toEqual(rows.slice(0, 2))
})

test('what a living instance claimed is left alone, and free once its heartbeat is 15 s old', async () => {
  const [row] = await desk.store(mails(1))
  const worker = await addMuteWorker()
  await claimMails(desk.db, worker.instanceId)
  const whileAlive = await claimMails(desk.db, desk.parts.instanceId)
  await setSilence(worker.instanceId, 14)
  const whileSilent = await claimMails(desk.db, desk.parts.instanceId)
  await setSilence(worker.instanceId, 16)

  const afterDeath = await claimMails(desk.db, desk.parts.instanceId)

  expect([whileAlive.mails, whileSilent.mails]).toEqual([[], []])
  expect(afterDeath.mails.map(mail => mail.id)).toEqual([row])
  expect(await filed.row(row)).toMatchObject({ attempts: 2 })
})

test('a worker that stood still claims nothing before its heartbeat: others would take it at once', async () => {
  const [row] = await desk.store(mails(1))
  const worker = await addMuteWorker()
  await setSilence(worker.instanceId, 16)
  const asleep = await claimMails(desk.db, worker.instanceId)
  await setSilence(worker.instanceId, 0)

  const awake = await claimMails(desk.db, worker.instanceId)

  expect([asleep, awake].map(batch => batch.mails.map(mail => mail.id))).toEqual([[], [row]])
})

test('a mail whose worker died twice is begun alone, and after the third death quarantined', async () => {
  const [first, second] = await desk.store(mails(2))
  await claimAndDie()
  await claimAndDie()

  const third = await claimAndDie()
  const fourth = await claimMails(desk.db, desk.parts.instanceId)

  expect(third).toEqual([first])
  expect(fourth).toEqual({ mails: [], quarantined: [first] })
  expect(await filed.row(first)).toMatchObject({ state: 'quarantined', reason: 'filing-interrupted' })
  expect(await filed.row(second)).toMatchObject({ state: 'stored', attempts: 2 })
})

test('mail given back was never begun', async () => {
  const [row] = await desk.store(mails(1))
  const { mails: claimed } = await claimMails(desk.db, desk.parts.instanceId)

  await giveBackMails(desk.db, claimed)

  expect(await filed.row(row)).toMatchObject({ state: 'stored', attempts: 0, claimed_by: null })
})

test('a worker that lost its claim files nothing, and the one that has it files once', async () => {
  const [row] = await desk.store(mails(1))
  const slow = await addMuteWorker()
  const held = Promise.withResolvers<void>()
  const reading = Promise.withResolvers<void>()
  const round = receiveMails({
    ...slow,
    reader: {
      ...desk.reader,
      read: async raw => {
        reading.resolve()
        await held.promise
        return await desk.reader.read(raw)
      },
    },
  })
  await reading.promise
  await setSilence(slow.instanceId, 16)
  const taken = await receiveMails(desk.parts)

  held.resolve()
  const late = await round

  expect(taken.filed).toMatchObject([{ id: row, outcome: 'filed' }])
  expect(late.filed).toEqual([])
  expect(await filed.row(row)).toMatchObject({ state: 'filed' })
})

test('one bad mail of a batch hurts only itself: three attempts, then quarantine with the reason', async () => {
  await desk.query(`alter table message add constraint no_poison check (subject <> 'poison')`)
  const rows = await desk.store(['good', 'poison', 'better'].map(subject => rawMail({ subject })))

  const batches = await desk.fileAll()

  expect(batches.map(batch => batch.filed.length)).toEqual([2, 0, 0])
  expect(await filed.row(rows[0])).toMatchObject({ state: 'filed' })
  expect(await filed.row(rows[2])).toMatchObject({ state: 'filed' })
  const poison = await filed.row(rows[1])
  expect(poison).toMatchObject({ state: 'quarantined', reason: 'filing-failed', attempts: 3 })
})

test('a mail whose tickets others change at every try was never begun', async () => {
  const [row] = await desk.store([rawMail()])
  const restart = () => {
    throw new TransactionRestart('the twins of a ticket changed')
  }

  const round = receiveMails({ ...desk.parts, keys: { ...desk.keys, all: restart } })

  await expect(round).rejects.toThrow(TransactionRestart)
  expect(await filed.row(row)).toMatchObject({ state: 'stored', attempts: 0, reason: null })
})

test('a quarantined mail is filed once what was wrong is mended', async () => {
  const [poison] = await desk.query(`select id from mail_instance where reason = 'filing-failed'`)
  const id = Number(poison?.id)
  await desk.query('alter table message drop constraint no_poison')

  const retried = await retryQuarantined({ db: desk.db, bells }, id)
  await desk.fileAll()

  expect(retried).toMatchObject({ id, outcome: 'stored', attempts: 0, reason: null })
  expect(await filed.row(id)).toMatchObject({ state: 'filed', attempts: 1 })
})

test('a mail that cannot be read within the limits is quarantined after three attempts', async () => {
  const limits = { wallMs: 1, cpuMs: 2_000, rssBytes: 256 * 1_048_576 }
  const log = createLog({ level: 'silent' })
  const root = desk.blobs.root
  const reader = createMailReader({ log, clock: systemClock, blobsRoot: root, processes: 1, limits })
  const [row] = await desk.store([rawMail({ subject: 'slow', text: 'x'.repeat(8_000_000) })])

  const batches = await desk.fileAll({ ...desk.parts, reader })
  await reader.stop()

  expect(batches).toHaveLength(3)
  expect(await filed.row(row)).toMatchObject({ state: 'quarantined', reason: 'reader-timeout', attempts: 3 })
})

test('a mail without raw bytes is quarantined and cannot be retried', async () => {
  const [row] = await desk.store(mails(1))
  await desk.query(`update mail_instance set raw_blob_id = null where id = ${row}`)

  await desk.fileAll()

  expect(await filed.row(row)).toMatchObject({ state: 'quarantined', reason: 'no-raw-bytes' })
  await expect(retryQuarantined({ db: desk.db, bells }, row ?? 0)).rejects.toMatchObject({
    code: 'not-quarantined',
  })
})

function mails(count: number): Buffer[] {
  return Array.from({ length: count }, () => rawMail({ messageId: `${crypto.randomUUID()}@customer.test` }))
}

/** A worker whose heart never beats again: no beat may undo the silence a test sets. */
async function addMuteWorker(): Promise<FilingParts> {
  const [row] = await desk.query('insert into instance default values returning id')
  return { ...desk.parts, instanceId: Number(row?.id), owed: [] }
}

async function setSilence(instanceId: number, seconds: number): Promise<void> {
  await desk.query(
    `update instance set alive_at = clock_timestamp() - interval '${seconds} s' where id = ${instanceId}`,
  )
}

/** A worker claims and dies: what it claimed, by ledger id. */
async function claimAndDie(): Promise<number[]> {
  const worker = await addMuteWorker()
  const { mails: claimed } = await claimMails(desk.db, worker.instanceId)
  await setSilence(worker.instanceId, 3600)
  return claimed.map(mail => mail.id)
}
