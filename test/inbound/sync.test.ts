import { chown, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYNC_TIMING } from '../../src/inbound/follow-folder.ts'
import { getOldMail, holdOldMail } from '../../src/inbound/old-mail.ts'
import { storePassword } from '../../src/mailboxes/account.ts'
import { SILENCE_TIMEOUT_MS } from '../../src/mailboxes/imap-client.ts'
import { pauseMailbox, resumeMailbox } from '../../src/mailboxes/mailbox-state.ts'
import { rawMail } from '../support/mails.ts'
import { sha256 } from '../support/sha256.ts'
import { eventuallyRows, type SyncDesk, startSyncDesk } from '../support/sync-desk.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { waitUntil } from '../support/wait-until.ts'

let desk: SyncDesk

beforeAll(async () => {
  desk = await startSyncDesk()
})

afterAll(async () => {
  await desk.close()
})

const lines = (count: number, address: string) =>
  Array.from({ length: count }, (_, n) => ({ raw: rawMail({ subject: `mail ${n}` }), to: [address] }))

test('a delivered mail is in the ledger with its bytes, its id and its arrival, and the mailbox is as it was', async () => {
  const address = 'one@desk.test'
  const mailboxId = await desk.addMailbox({ address })
  const sync = await desk.startNode()
  await waitUntil('it is watched', () => sync.status().watchedMailboxIds.includes(mailboxId) || undefined)

  await desk.dovecot.deliver(rawMail({ messageId: 'Abc.1@customer.test' }), [address])

  const [row] = await eventuallyRows(desk, mailboxId, 1)
  const [onServer] = await desk.dovecot.readFolder(address)
  expect(row).toMatchObject({ uid: 1, state: 'stored', lane: 0, internet_message_id: 'Abc.1@customer.test' })
  expect(row?.sha256).toBe(onServer?.sha256)
  expect(row?.received_at.getTime()).toBe(onServer?.internalDate.getTime())
  expect(onServer?.flags.filter(flag => flag !== '\\Recent')).toEqual([])
  await sync.stop()
})

test('from now: mail from before stays out as one range, flags and reading by others change nothing', async () => {
  const address = 'now@desk.test'
  const old = { internalDate: new Date(Date.now() - 3 * 86_400_000) }
  for (const n of [1, 2, 3])
    await desk.dovecot.append(address, 'INBOX', rawMail({ subject: `old ${n}` }), old)
  const mailboxId = await desk.addMailbox({ address })
  const seen = { flags: ['\\Seen', '\\Flagged'] }
  for (const n of [4, 5]) await desk.dovecot.append(address, 'INBOX', rawMail({ subject: `new ${n}` }), seen)

  const sync = await desk.startNode()

  const rows = await eventuallyRows(desk, mailboxId, 2)
  expect(rows.map(row => [row.uid, row.lane])).toEqual([
    [4, 0],
    [5, 0],
  ])
  const range = await desk.database.pool.query(
    "select below_uid, mail_count from folder_range join folder on folder.id = folder_id where mailbox_id = $1 and path = 'INBOX'",
    [mailboxId],
  )
  expect(range.rows).toEqual([{ below_uid: 4, mail_count: 3 }])
  const flags = (await desk.dovecot.readFolder(address)).map(mail =>
    mail.flags.filter(flag => flag !== '\\Recent'),
  )
  expect(flags).toEqual([[], [], [], ['\\Flagged', '\\Seen'], ['\\Flagged', '\\Seen']])
  await sync.stop()
})

test('the last days: what is older is one range, what comes in is backfill', async () => {
  const address = 'days@desk.test'
  for (const daysAgo of [40, 20, 6, 5]) {
    const internalDate = new Date(Date.now() - daysAgo * 86_400_000)
    await desk.dovecot.append(address, 'INBOX', rawMail({ subject: `${daysAgo}` }), { internalDate })
  }
  const mailboxId = await desk.addMailbox({ address, startDays: 7 })

  const sync = await desk.startNode()

  const rows = await eventuallyRows(desk, mailboxId, 2)
  expect(rows.map(row => [row.uid, row.lane])).toEqual([
    [3, 1],
    [4, 1],
  ])
  await sync.stop()
})

test('what comes between connecting and the first look is no old mail: it waits for none of that', async () => {
  const address = 'between@desk.test'
  const put = (name: string, at: number) =>
    desk.dovecot.append(address, 'INBOX', rawMail({ subject: name }), { internalDate: new Date(at) })
  await put('old', Date.now() - 5 * 86_400_000)
  await put('of a wrong clock', Date.now() + 86_400_000)
  await put('old as well', Date.now() - 4 * 86_400_000)
  const mailboxId = await desk.addMailbox({ address, startDays: 7 })
  await holdOldMail(desk, mailboxId, { isHeld: true })
  await put('new', Date.now() + 1_000)

  const sync = await desk.startNode()

  const rows = await eventuallyRows(desk, mailboxId, 1)
  expect(rows.map(row => [row.uid, row.lane])).toEqual([[4, 0]])
  expect(await getOldMail(desk.db, mailboxId)).toMatchObject({ total: 3, fetched: 0, isHeld: true })
  await sync.stop()
})

test('a node that stops in the middle and one that goes on leave each mail once, bytes equal', async () => {
  const address = 'restart@desk.test'
  const mailboxId = await desk.addMailbox({ address })
  await desk.dovecot.deliverMany(lines(300, address))
  const first = await desk.startNode()
  await waitUntil('the first batch', async () => (await desk.ledger(mailboxId)).length > 0 || undefined)

  await first.stop()
  const second = await desk.startNode()

  const rows = await eventuallyRows(desk, mailboxId, 300)
  const onServer = await desk.dovecot.readFolder(address)
  expect(rows.map(row => [row.uid, row.sha256])).toEqual(onServer.map(mail => [mail.uid, mail.sha256]))
  await second.stop()
})

test('a mail nested so deep that a parsing client drops it is fetched like any other', async () => {
  const address = 'nested@desk.test'
  const mailboxId = await desk.addMailbox({ address })
  await desk.dovecot.deliver(nestedMail(40), [address])
  await desk.dovecot.deliver(rawMail(), [address])

  const sync = await desk.startNode()

  const rows = await eventuallyRows(desk, mailboxId, 2)
  expect(rows.map(row => row.state)).toEqual(['stored', 'stored'])
  await sync.stop()
})

function nestedMail(depth: number): Buffer {
  const open = Array.from(
    { length: depth },
    (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
  )
  const close = Array.from({ length: depth }, (_, n) => `\r\n--b${depth - 1 - n}--\r\n`)
  return Buffer.from(
    `From: a@customer.test\r\nSubject: deep\r\n${open.join('')}Content-Type: text/plain\r\n\r\nhi${close.join('')}`,
  )
}

test('mails taken away by somebody else while they are fetched are accounted for, the others come once', async () => {
  const address = 'expunge@desk.test'
  const mailboxId = await desk.addMailbox({ address })
  await desk.dovecot.deliverMany(lines(200, address))
  const sync = await desk.startNode()

  await desk.dovecot.expunge(
    address,
    'INBOX',
    Array.from({ length: 100 }, (_, n) => n + 101),
  )

  const isCaughtUp = async () => {
    const left = (await desk.dovecot.readFolder(address)).map(mail => mail.uid)
    const known = new Set((await desk.ledger(mailboxId)).map(row => row.uid))
    return (left.length === 100 && left.every(uid => known.has(uid))) || undefined
  }
  await waitUntil('a row for every mail', isCaughtUp, { withinMs: 20_000 })
  const rows = await desk.ledger(mailboxId)
  expect(new Set(rows.map(row => row.uid)).size).toBe(rows.length)
  expect(rows.every(row => (row.state === 'gone') === (row.sha256 === null))).toBe(true)
  await sync.stop()
})

test('a new UIDVALIDITY is a new generation: all since the start is fetched again under it, old rows stay', async () => {
  const address = 'validity@desk.test'
  const old = { internalDate: new Date(Date.now() - 86_400_000) }
  await desk.dovecot.append(address, 'INBOX', rawMail({ subject: 'before' }), old)
  const mailboxId = await desk.addMailbox({ address })
  await desk.dovecot.deliverMany(lines(3, address))
  const sync = await desk.startNode()
  const before = await eventuallyRows(desk, mailboxId, 3)

  await desk.dovecot.setUidValidity(address, 'INBOX', 4_242)
  await desk.dovecot.deliver(rawMail({ subject: 'after' }), [address])

  const rows = await eventuallyRows(desk, mailboxId, 7)
  const again = rows.filter(row => row.uid_validity === 4_242)
  expect(again.slice(0, 3).map(row => row.sha256)).toEqual(before.map(row => row.sha256))
  expect(again.slice(0, 3).map(row => row.lane)).toEqual([1, 1, 1])
  expect(rows).toHaveLength(7)
  const blobs = await desk.database.pool.query(
    'select count(distinct raw_blob_id) as n from mail_instance where mailbox_id = $1',
    [mailboxId],
  )
  expect(blobs.rows).toEqual([{ n: 4 }])
  await sync.stop()
})

test('a server restored from a backup gives numbers out again: the mail under them is not taken for known', async () => {
  const address = 'restored@desk.test'
  const mailboxId = await desk.addMailbox({ address })
  await desk.dovecot.deliverMany(lines(3, address))
  const sync = await desk.startNode()
  await eventuallyRows(desk, mailboxId, 3)
  await sync.stop()
  // As after a restore: one mail less than we have seen, and its number is free again.
  await desk.database.pool.query('update folder set cursor_uid = 9 where mailbox_id = $1', [mailboxId])

  const later = await desk.startNode()

  const rows = await eventuallyRows(desk, mailboxId, 6)
  const [first] = rows
  expect(new Set(rows.map(row => row.uid_validity))).toEqual(
    new Set([first?.uid_validity, (first?.uid_validity ?? 0) + 2 ** 32]),
  )
  await later.stop()
})

test('of two nodes one watches a mailbox, and the other takes over when it stops', async () => {
  const address = 'lease@desk.test'
  const mailboxId = await desk.addMailbox({ address })
  const timing = { leaseLifeMs: 1_500, leaseRenewalMs: 300 }
  const [one, other] = [await desk.startNode({ timing }), await desk.startNode({ timing })]
  const watching = () => [one, other].filter(node => node.status().watchedMailboxIds.includes(mailboxId))
  await waitUntil('one node watches', () => watching().length === 1 || undefined)
  const [holder] = watching()

  await holder?.stop()

  await waitUntil(
    'the other watches',
    () => (watching().length === 1 && watching()[0] !== holder) || undefined,
  )
  await desk.dovecot.deliver(rawMail(), [address])
  expect(await eventuallyRows(desk, mailboxId, 1)).toHaveLength(1)
  await Promise.all([one.stop(), other.stop()])
})

test('a dead connection is noticed by the poll, within 60 s as the product is set', async () => {
  const address = 'silent@desk.test'
  const proxy = await startTcpProxy(desk.dovecot.imapsPort)
  const mailboxId = await desk.addMailbox({ address, imapPort: proxy.port })
  const sync = await desk.startNode({ timing: { idleMs: 300, proofTimeoutMs: 500 } })
  await desk.dovecot.deliver(rawMail({ subject: 'first' }), [address])
  await eventuallyRows(desk, mailboxId, 1)
  // Fetched after the first look into Sent: from here on the watcher only waits and asks.
  await desk.dovecot.deliver(rawMail({ subject: 'second' }), [address])
  await eventuallyRows(desk, mailboxId, 2)

  proxy.goSilent()
  await desk.dovecot.deliver(rawMail({ subject: 'third' }), [address])
  await waitUntil('the silence is shown', async () => {
    const found = await desk.database.pool.query('select state_code from mailbox where id = $1', [mailboxId])
    return found.rows[0]?.state_code === 'connection-timeout' || undefined
  })
  proxy.heal()

  expect(await eventuallyRows(desk, mailboxId, 3)).toHaveLength(3)
  const firstRetryMs = 1_200
  const signInMs = 20_000
  expect(SYNC_TIMING.idleMs + SYNC_TIMING.proofTimeoutMs + firstRetryMs + signInMs).toBeLessThan(60_000)
  await sync.stop()
  await proxy.close()
})

test('the silence of one IDLE is never taken for a dead connection', () => {
  const marginMs = 5_000

  const longestSilenceMs = SYNC_TIMING.idleMs + marginMs

  expect(longestSilenceMs).toBeLessThan(SILENCE_TIMEOUT_MS)
})

test('a connection cut again and again in the middle of mails loses none and stores none half', async () => {
  const address = 'cut@desk.test'
  const proxy = await startTcpProxy(desk.dovecot.imapsPort)
  await desk.dovecot.deliverMany(
    Array.from({ length: 12 }, (_, n) => ({
      raw: rawMail({ subject: `${n}`, text: 'x'.repeat(20_000) + n }),
      to: [address],
    })),
  )
  const mailboxId = await desk.addMailbox({ address, imapPort: proxy.port, startDays: 1 })
  proxy.cut({ afterBytes: 90_000 })

  const sync = await desk.startNode()

  const rows = await eventuallyRows(desk, mailboxId, 12)
  const onServer = await desk.dovecot.readFolder(address)
  expect(rows.map(row => [row.uid, row.sha256])).toEqual(onServer.map(mail => [mail.uid, mail.sha256]))
  expect(proxy.connections()).toBeGreaterThan(2)
  await sync.stop()
  await proxy.close()
})

test('a wrong password is shown, leaves the others alone, and heals when it is corrected', async () => {
  const [bad, good] = ['badword@desk.test', 'goodword@desk.test']
  const badId = await desk.addMailbox({ address: bad, password: 'not it' })
  const goodId = await desk.addMailbox({ address: good })
  const problemOf = async (id: number) =>
    (await desk.database.pool.query('select state, state_code from mailbox where id = $1', [id])).rows[0]
  const sync = await desk.startNode()
  const codeOf = async () => (await problemOf(badId))?.state_code
  await waitUntil('the password is refused', async () => (await codeOf()) === 'wrong-password' || undefined)
  await desk.dovecot.deliver(rawMail(), [bad, good])
  await eventuallyRows(desk, goodId, 1)

  await desk.db.transaction().execute(tx => storePassword(tx, desk.keys, badId, 'secret'))
  desk.bells.ring('mailboxes')

  expect(await eventuallyRows(desk, badId, 1)).toHaveLength(1)
  await waitUntil('it heals', async () => (await codeOf()) === null || undefined)
  await sync.stop()
})

test('a paused mailbox is left within a second and goes on where it stopped', async () => {
  const address = 'paused@desk.test'
  const mailboxId = await desk.addMailbox({ address })
  const sync = await desk.startNode()
  await desk.dovecot.deliver(rawMail({ subject: 'first' }), [address])
  await eventuallyRows(desk, mailboxId, 1)

  await pauseMailbox(desk.db, mailboxId, null)
  const isLeft = () => !sync.status().watchedMailboxIds.includes(mailboxId) || undefined
  await waitUntil('it is left', isLeft, { withinMs: 2_000 })
  await desk.dovecot.deliver(rawMail({ subject: 'second' }), [address])
  await resumeMailbox(desk.db, mailboxId)
  desk.bells.ring('mailboxes')

  const rows = await eventuallyRows(desk, mailboxId, 2)
  expect(rows.map(row => row.uid)).toEqual([1, 2])
  await sync.stop()
})

test('raw bytes with NUL, bare line feeds and odd header bytes are stored as the server gives them', async () => {
  const address = 'bytes@desk.test'
  const raw = Buffer.concat([
    Buffer.from('From: a@customer.test\r\nMessage-ID: <'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from(`${'x'.repeat(20_000)}@y>\r\nSubject: odd\r\n\r\n`),
    Buffer.from([1, 0x80, 0xff]),
    Buffer.from('\r\nend\r\n'),
  ])
  const mailboxId = await desk.addMailbox({ address })
  await desk.dovecot.append(address, 'INBOX', raw)

  const sync = await desk.startNode()

  const [row] = await eventuallyRows(desk, mailboxId, 1)
  expect(row?.sha256).toBe(sha256(raw))
  expect(row?.internet_message_id?.length).toBeLessThanOrEqual(255)
  await sync.stop()
})

test('new mail comes in before a long backlog has ended', async () => {
  const address = 'backlog@desk.test'
  await desk.dovecot.deliver(rawMail({ subject: 'makes the folder' }), [address])
  await fillMaildir(desk.dovecot.mailDir(address), 2_000)
  const mailboxId = await desk.addMailbox({ address, startDays: 30 })
  const sync = await desk.startNode()
  await waitUntil('the first batch', async () => (await desk.ledger(mailboxId)).length > 0 || undefined)

  await desk.dovecot.deliver(rawMail({ subject: 'new' }), [address])

  const newUid = 2_002
  const rowsWithNew = async () => {
    const rows = await desk.ledger(mailboxId)
    return rows.some(row => row.uid === newUid) ? rows.length : undefined
  }
  const before = await waitUntil('the new mail', rowsWithNew, { withinMs: 20_000, everyMs: 100 })
  expect(before).toBeLessThan(newUid)
  const rows = await eventuallyRows(desk, mailboxId, newUid)
  expect(rows.map(row => row.uid)).toEqual(Array.from({ length: newUid }, (_, n) => n + 1))
  await sync.stop()
})

test('a mail that becomes visible below the cursor is found by the next poll', async () => {
  const address = 'below@desk.test'
  const mailboxId = await desk.addMailbox({ address })
  await desk.dovecot.deliverMany(lines(5, address))
  const sync = await desk.startNode({ timing: { idleMs: 200 } })
  await eventuallyRows(desk, mailboxId, 5)

  // As if the server had shown 3 only now: the ledger has never heard of it.
  await desk.database.pool.query('delete from mail_instance where mailbox_id = $1 and uid = 3', [mailboxId])

  const rows = await eventuallyRows(desk, mailboxId, 5)
  expect(rows.map(row => row.uid)).toEqual([1, 2, 3, 4, 5])
  await sync.stop()
})

/** Puts mails straight into the folder's files, far faster than delivering them. */
async function fillMaildir(maildir: string, count: number): Promise<void> {
  const owner = await stat(maildir)
  for (let n = 1; n <= count; n++) {
    const file = join(maildir, 'new', `${Math.floor(Date.now() / 1000)}.M${n}P1.backlog`)
    await writeFile(file, rawMail({ subject: `backlog ${n}` }))
    await chown(file, owner.uid, owner.gid)
  }
}
