import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getLedger, listLedgerRows } from '../../src/inbound/read-ledger.ts'
import {
  getQuarantinedBlobId,
  listQuarantine,
  retryAllQuarantined,
  retryQuarantined,
} from '../../src/inbound/unfiled-mail.ts'
import { type FiledReader, readFiled } from '../support/filed.ts'
import { type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { rawMail } from '../support/mails.ts'

let desk: FilingDesk
let filed: FiledReader
let raws: Buffer[]
let rows: number[]

beforeAll(async () => {
  desk = await startFilingDesk()
  filed = readFiled(desk.db)
  raws = ['one', 'two', 'three'].map(subject => rawMail({ subject }))
  rows = await desk.store([...raws, ...raws.slice(0, 1)])
  await desk.fileAll()
  await desk.query(`update mail_instance set state = 'quarantined', reason = 'filing-failed', attempts = 3
    where id in (${rows[1]}, ${rows[2]})`)
})

afterAll(() => desk.stop())

test('ledger rows come oldest first in pages, with the hash of the raw bytes and the ticket', async () => {
  const first = await listLedgerRows(desk.db, { mailboxId: desk.mailboxId, limit: 3 })

  const second = await listLedgerRows(desk.db, {
    mailboxId: desk.mailboxId,
    limit: 3,
    cursor: first.nextCursor ?? undefined,
  })

  expect(first.data.map(row => row.id)).toEqual(rows.slice(0, 3))
  expect(first.data.map(row => row.sha256)).toEqual(raws.map(sha256))
  const { number } = await filed.ticket((await filed.message(rows[0])).ticket_id)
  expect(first.data[0]).toMatchObject({ folder: 'INBOX', uid: 1, outcome: 'filed', ticketNumber: number })
  expect(second).toMatchObject({ data: [{ id: rows[3], outcome: 'same' }], nextCursor: null })
})

test('ledger rows can be asked for by outcome, and a foreign cursor is refused', async () => {
  const query = { mailboxId: desk.mailboxId, limit: 10 }

  const same = await listLedgerRows(desk.db, { ...query, outcome: 'same' })

  expect(same.data.map(row => row.id)).toEqual([rows[3]])
  await expect(listLedgerRows(desk.db, { ...query, cursor: 'x' })).rejects.toMatchObject({
    code: 'bad-cursor',
  })
})

test('the ledger counts every outcome, and says which UIDs its range row covers', async () => {
  await desk.query(`update folder set uid_validity = 1, cursor_uid = 4 where mailbox_id = ${desk.mailboxId}`)
  await desk.query(
    `insert into folder_range select id, 1, 1, 0 from folder where mailbox_id = ${desk.mailboxId}`,
  )

  const ledger = await getLedger(desk.db, desk.mailboxId)

  const range = { path: 'INBOX', uidValidity: 1, cursorUid: 4, belowUid: 1, mailsBelow: 0 }
  expect(ledger.folders).toEqual([range])
  expect(Object.fromEntries(ledger.outcomes.map(one => [one.outcome, one.count]))).toMatchObject({
    stored: 0,
    filed: 1,
    same: 1,
    quarantined: 2,
  })
  await expect(getLedger(desk.db, 999)).rejects.toMatchObject({ code: 'not-found' })
})

test('quarantine shows newest first with reasons, and its raw bytes can be had', async () => {
  const first = await listQuarantine(desk.db, { limit: 1 })

  const second = await listQuarantine(desk.db, { limit: 1, cursor: first.nextCursor ?? undefined })

  expect([first, second].flatMap(page => page.data.map(row => row.id))).toEqual([rows[2], rows[1]])
  expect(first.data[0]).toMatchObject({ reason: 'filing-failed', attempts: 3 })
  const raw = await desk.blobs.read(await getQuarantinedBlobId(desk.db, rows[2] ?? 0))
  expect(raw.equals(raws[2] ?? Buffer.alloc(0))).toBe(true)
  await expect(getQuarantinedBlobId(desk.db, rows[0] ?? 0)).rejects.toMatchObject({ code: 'not-found' })
})

test('a retry rings for filing; what is not in quarantine is refused', async () => {
  const rung: string[] = []
  const bells = { ring: (channel: string) => rung.push(channel) }

  const row = await retryQuarantined({ db: desk.db, bells }, rows[1] ?? 0)

  expect(row).toMatchObject({ id: rows[1], outcome: 'stored', attempts: 0, reason: null })
  expect(rung).toEqual(['ledger'])
  const again = retryQuarantined({ db: desk.db, bells }, rows[1] ?? 0)
  await expect(again).rejects.toMatchObject({ code: 'not-quarantined' })
  await expect(retryQuarantined({ db: desk.db, bells }, 999_999)).rejects.toMatchObject({ code: 'not-found' })
})

test('all quarantined mail can be put back at once', async () => {
  const count = await retryAllQuarantined(desk.db)

  expect(count).toBe(1)
  expect((await listQuarantine(desk.db, { limit: 10 })).data).toEqual([])
})

function sha256(raw: Buffer): string {
  return createHash('sha256').update(raw).digest('hex')
}
