import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writePlace } from '../../src/blobs/packs.ts'
import { createMailReader, type MailReader } from '../../src/inbound/mail-reader.ts'
import type { ReaderLimits } from '../../src/inbound/mail-reader-process.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { waitUntil } from '../support/wait-until.ts'

const GENEROUS: ReaderLimits = { wallMs: 10_000, cpuMs: 5_000, rssBytes: 512 * 1_048_576 }

let root: string
let packs = 0
const readers: MailReader[] = []

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mail-reader-'))
  await mkdir(join(root, 'packs', '2026-11'), { recursive: true })
})

afterAll(async () => {
  await Promise.all(readers.map(reader => reader.stop()))
  await rm(root, { recursive: true, force: true })
})

function startReader(limits: ReaderLimits = GENEROUS, processes = 1): MailReader {
  const log = createLog({ level: 'silent' })
  const reader = createMailReader({ log, clock: systemClock, blobsRoot: root, processes, limits })
  readers.push(reader)
  return reader
}

async function store(mail: string | Buffer): Promise<{ place: string; codec: string; sizeBytes: number }> {
  const bytes = typeof mail === 'string' ? Buffer.from(mail) : mail
  const pack = `2026-11/1-${++packs}`
  await writeFile(join(root, 'packs', `${pack}.pack`), bytes)
  const place = writePlace({ pack, offset: 0, lengthBytes: bytes.length })
  return { place, codec: 'none', sizeBytes: bytes.length }
}

function mailWithSubject(subject: string): string {
  return `From: ann@example.org\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@example.org>\r\n\r\nHello\r\n`
}

/** A mail with one attachment of `triples` × 3 bytes. */
function bigMail(triples = 5_000_000): Buffer {
  const head =
    'From: a@example.org\r\nSubject: big\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nbody\r\n'
  const part = '--b\r\nContent-Type: application/pdf; name=x.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n'
  return Buffer.concat([
    Buffer.from(head + part),
    Buffer.alloc(triples * 4, 'QUJD'), // a string of this length takes seconds
    Buffer.from('\r\n--b--\r\n'),
  ])
}

test('reads mails in another process, each request its own answer', async () => {
  const reader = startReader(GENEROUS, 2)
  const blobs = await Promise.all(['one', 'two', 'three', 'four', 'five'].map(s => store(mailWithSubject(s))))

  const results = await Promise.all(blobs.map(blob => reader.read(blob)))

  expect(results.map(result => result.ok && result.mail.subject)).toEqual([
    'one',
    'two',
    'three',
    'four',
    'five',
  ])
  expect(reader.pids()).not.toContain(process.pid)
})

test('a second process is started for a mail that waits behind a slow one, and for none before', async () => {
  const reader = startReader({ ...GENEROUS, wallMs: 60_000 }, 2)
  const blobs = await Promise.all(['one', 'two', 'three', 'four'].map(s => store(mailWithSubject(s))))
  for (const blob of blobs) await reader.read(blob)
  const before = reader.pids()
  for (const pid of before) process.kill(pid, 'SIGSTOP')

  const answers = blobs.map(blob => reader.read(blob))
  const behind = await Promise.all(answers.slice(1))
  const after = reader.pids()
  for (const pid of before) process.kill(pid, 'SIGCONT')
  await Promise.all(answers)

  expect([before.length, after.length]).toEqual([1, 2])
  expect(behind.map(result => result.ok && result.mail.subject)).toEqual(['two', 'three', 'four'])
})

test('a process that has nothing to do ends, and the next mail is read by a new one', async () => {
  const log = createLog({ level: 'silent' })
  const restMs = { first: 50, further: 50 }
  const reader = createMailReader({ log, clock: systemClock, blobsRoot: root, processes: 2, restMs })
  readers.push(reader)
  await reader.read(await store(mailWithSubject('before')))
  await waitUntil('no process is left', () => reader.pids().length === 0)

  const after = await Promise.all(
    ['after', 'and more'].map(async subject => reader.read(await store(mailWithSubject(subject)))),
  )

  expect(after).toMatchObject([
    { ok: true, mail: { subject: 'after' } },
    { ok: true, mail: { subject: 'and more' } },
  ])
})

test('the first reader keeps what was compiled of its code, the next one starts from it, and neither may write once it is ready', async () => {
  const compiledRoot = await mkdtemp(join(tmpdir(), 'mail-reader-code-'))
  const blob = await store(mailWithSubject('compiled'))
  const startOne = async () => {
    const log = createLog({ level: 'silent' })
    const reader = createMailReader({ log, clock: systemClock, blobsRoot: root, processes: 1, compiledRoot })
    readers.push(reader)
    const read = await reader.read(blob)
    const [pid] = reader.pids()
    const limits = await readFile(`/proc/${pid}/limits`, 'utf8')
    const kept = await readdir(compiledRoot, { recursive: true })
    const stats = await Promise.all(
      kept.map(async name => [name, (await stat(join(compiledRoot, name))).mtimeMs]),
    )
    return {
      read,
      mostBytes: /Max file size +(\d+)/.exec(limits)?.[1],
      kept: new Map(stats as [string, number][]),
    }
  }

  const first = await startOne()
  const second = await startOne()

  expect([first.read, second.read]).toMatchObject([{ ok: true }, { ok: true }])
  expect([first.mostBytes, second.mostBytes]).toEqual(['0', '0'])
  expect(first.kept.size).toBeGreaterThan(50)
  expect(second.kept).toEqual(first.kept) // what Node does not take it writes anew
  await rm(compiledRoot, { recursive: true, force: true })
})

test('gives one attachment with its bytes, and nothing for a number the mail does not have', async () => {
  const reader = startReader()
  const blob = await store(bigMail())

  const found = await reader.readAttachment(blob, 0)
  const missing = await reader.readAttachment(blob, 1)

  expect(found?.info).toMatchObject({
    filename: 'x.pdf',
    contentType: 'application/pdf',
    sizeBytes: 15_000_000,
  })
  expect(found?.bytes.subarray(0, 6).toString()).toBe('ABCABC')
  expect(missing).toBeUndefined()
})

test('a mail with 25 MB of files is read again and again within the limits mail really has', async () => {
  const log = createLog({ level: 'silent' })
  const reader = createMailReader({ log, clock: systemClock, blobsRoot: root, processes: 1 })
  readers.push(reader)
  const blob = await store(bigMail(8_500_000))

  const results = [await reader.read(blob), await reader.read(blob), await reader.readAttachment(blob, 0)]

  expect(results[0]).toMatchObject({ ok: true })
  expect(results[1]).toMatchObject({ ok: true })
  expect(results[2]).toMatchObject({ info: { sizeBytes: 25_500_000 }, bytes: { length: 25_500_000 } })
})

test('a mail whose reader stands still is given up, and the next mail is read', async () => {
  const reader = startReader({ ...GENEROUS, wallMs: 1_500 }) // enough for the other mails on a busy machine
  const next = await store(mailWithSubject('next'))
  await reader.read(next)
  for (const pid of reader.pids()) process.kill(pid, 'SIGSTOP')

  const stuck = await reader.read(await store(mailWithSubject('stuck')))
  const after = await reader.read(next)

  expect(stuck).toEqual({ ok: false, reason: 'timeout' })
  expect(after).toMatchObject({ ok: true, mail: { subject: 'next' } })
})

test('a mail that needs too much memory ends its reader only', async () => {
  // A reader holds about 105 MB before its first mail; this mail alone is 120 MB.
  const reader = startReader({ ...GENEROUS, rssBytes: 160 * 1_048_576 })
  const small = await store(mailWithSubject('small'))
  await reader.read(small)
  const huge = await store(bigMail(30_000_000))

  const [first, second] = await Promise.all([reader.read(huge), reader.read(small)])

  expect(first).toEqual({ ok: false, reason: 'memory' })
  expect(second).toMatchObject({ ok: true, mail: { subject: 'small' } })
})

test('a killed reader is replaced, and the mail it had in hand is called crashed', async () => {
  const reader = startReader()
  const next = await store(mailWithSubject('next'))
  await reader.read(next)
  for (const pid of reader.pids()) process.kill(pid, 'SIGSTOP')
  const inHand = reader.read(next)
  for (const pid of reader.pids()) process.kill(pid, 'SIGKILL')

  const lost = await inHand
  const after = await reader.read(next)

  expect(lost).toEqual({ ok: false, reason: 'crashed' })
  expect(after).toMatchObject({ ok: true })
})

test('bytes that are gone are a fault of the store, not of the mail', async () => {
  const reader = startReader()
  const place = writePlace({ pack: '2026-11/9-9', offset: 0, lengthBytes: 10 })

  const reading = reader.read({ place, codec: 'none', sizeBytes: 10 })

  await expect(reading).rejects.toMatchObject({ code: 'blob-lost' })
})

test('a stop leaves no process, and blames no mail for what was in hand, waiting or late', async () => {
  const reader = startReader()
  const blob = await store(mailWithSubject('late'))
  await reader.read(blob)
  for (const pid of reader.pids()) process.kill(pid, 'SIGSTOP')
  const unread = Promise.allSettled([reader.read(blob), reader.read(blob)])

  await reader.stop()

  const answers = [...(await unread), ...(await Promise.allSettled([reader.read(blob)]))]
  expect(answers.map(answer => answer.status === 'rejected' && answer.reason.code)).toEqual([
    'mail-reader-down',
    'mail-reader-down',
    'mail-reader-down',
  ])
  expect(reader.pids()).toEqual([])
})

test('where no process can be started every request is told so, and later ones are read again', async () => {
  const program = process.execPath
  process.execPath = '/nowhere/node'
  const reader = startReader()
  const blob = await store(mailWithSubject('again'))

  const refused = await Promise.allSettled([reader.read(blob), reader.read(blob)])
  process.execPath = program
  const read = await reader.read(blob)

  expect(refused.map(answer => answer.status)).toEqual(['rejected', 'rejected'])
  expect(read).toMatchObject({ ok: true, mail: { subject: 'again' } })
})
