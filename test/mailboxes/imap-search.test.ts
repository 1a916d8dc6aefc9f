import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { type ImapConnection, openImap } from '../../src/mailboxes/imap-connection.ts'
import { watchTestMail } from '../../src/mailboxes/round-trip.ts'
import { plantOldMails } from '../backfill/old-mails.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { startDovecot } from '../support/dovecot.ts'
import { rawMail } from '../support/mails.ts'
import { openRawImap } from '../support/raw-imap.ts'
import { type MailScript, startScriptedImap } from '../support/scripted-imap.ts'

const address = 'many@desk.test'
const log = createLog({ level: 'silent' })
let certificates: Certificates

beforeAll(async () => {
  certificates = await makeCertificates()
})

afterAll(() => certificates.remove())

async function openAt(port: number): Promise<ImapConnection> {
  const endpoint = { kind: 'host', host: 'localhost', port, security: 'tls' } as const
  const names = { name: 'Many', address, username: address, password: 'secret' }
  return await openImap(
    { mailboxId: 1, kind: 'imap', ...names, imap: endpoint, smtp: endpoint },
    { log, trust: { extraCa: certificates.ca, allowPrivateHosts: ['127.0.0.0/8', 'localhost'] } },
  )
}

test('a folder of 12,000 mails with gaps is listed by ranges, from any UID and day on', async () => {
  const dovecot = await startDovecot({ certificates })
  await plantOldMails(dovecot, address, { count: 12_000, spanDays: 400 })
  const raw = await openRawImap({
    host: '127.0.0.1',
    port: dovecot.imapsPort,
    ca: certificates.ca,
    user: address,
    password: 'secret',
  })
  await raw.command('SELECT INBOX')
  await raw.command('UID STORE 101:200,5000,11998 +FLAGS.SILENT (\\Deleted)')
  await raw.command('EXPUNGE')
  const connection = await openAt(dovecot.imapsPort)
  await connection.openFolder('INBOX')

  const all = await connection.searchUids({ fromUid: 1 })
  const last = await connection.searchUids({ fromUid: 11_995 })
  const lately = await connection.searchUids({ sinceDay: new Date(Date.now() - 40 * 86_400_000) })

  const gone = new Set([...Array.from({ length: 100 }, (_, at) => 101 + at), 5_000, 11_998])
  const there = Array.from({ length: 12_000 }, (_, at) => at + 1).filter(uid => !gone.has(uid))
  expect(all).toEqual(there)
  expect(last).toEqual([11_995, 11_996, 11_997, 11_999, 12_000])
  // The first one came just now.
  expect(lately).toEqual([1, ...there.filter(uid => uid >= (lately[1] ?? 0))])
  expect(lately.length).toBeGreaterThan(1_100)
  expect(lately.length).toBeLessThan(1_300)
  connection.close()
  raw.close()
  await dovecot.stop()
})

const sparse = Array.from({ length: 12_000 }, (_, at) => 3 + at * 37)
const mails = new Map(sparse.map((uid): [number, MailScript] => [uid, { raw: rawMail({}) }]))

test('where a server has no ranges, many mails are listed piece by piece', async () => {
  const server = await startScriptedImap(mails, { certificate: certificates.server })
  const connection = await openAt(server.port)
  await connection.openFolder('INBOX')

  const all = await connection.searchUids({ fromUid: 1 })
  const asked = server.heard.filter(line => line.startsWith('UID SEARCH')).length
  const last = await connection.searchUids({ fromUid: 443_000 })

  expect(all).toEqual(sparse)
  expect(asked).toBeGreaterThan(2)
  expect(last).toEqual(sparse.filter(uid => uid >= 443_000))
  connection.close()
  await server.close()
})

test.each([
  ['counts what it does not list', 'COUNT 12000 ALL 1:5'],
  ['lists more than there can be', 'COUNT 4294967295 ALL 1:4294967295'],
  ['lists what is no UID', 'COUNT 2 ALL 1,many'],
  ['says nothing', ''],
])('a server that announces ranges and %s is asked for its numbers', async (_, ranges) => {
  const manners = { capabilities: 'IMAP4rev1 ESEARCH', ranges }
  const server = await startScriptedImap(mails, { certificate: certificates.server, manners })
  const connection = await openAt(server.port)
  await connection.openFolder('INBOX')

  const all = await connection.searchUids({ fromUid: 1 })

  expect(server.heard.some(line => line.startsWith('UID SEARCH RETURN'))).toBe(true)
  expect(all).toEqual(sparse)
  connection.close()
  await server.close()
})

test('a server that searches no headers and names every mail loses none to the removal of a test mail', async () => {
  const customers = { raw: Buffer.from('Subject: a customer’s\r\n\r\nX-Letterdesk-Ref: mark.of.test\r\n') }
  const mails = new Map<number, MailScript>([1, 2, 3, 4, 5].map(uid => [uid, customers]))
  const ours = { raw: Buffer.from('Message-ID:\r\n <a.mark.of.test@desk.test>\r\n\r\nhello\r\n') }
  const server = await startScriptedImap(mails, { certificate: certificates.server })
  const connection = await openAt(server.port)
  const sent = { mark: 'mark.of.test', internetMessageId: 'a.mark.of.test@desk.test', date: new Date() }
  const needs = { clock: systemClock, waitMs: 0, signal: new AbortController().signal }

  const absent = await watchTestMail(connection, sent, needs)
  const changed = server.heard.filter(line => /STORE|EXPUNGE|MOVE|DELETE/i.test(line))
  server.mails.set(6, ours)
  const there = await watchTestMail(connection, sent, needs)

  expect(absent).toEqual({ isRemoved: false })
  expect(changed).toEqual([])
  expect(there).toMatchObject({ arrivedIn: 'inbox', keepsMessageId: true })
  expect(server.heard.filter(line => /^UID STORE/i.test(line))).toEqual([expect.stringContaining('STORE 6 ')])
  connection.close()
  await server.close()
})
