import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBlobStore } from '../../src/blobs/blob-store.ts'
import { openDatabase } from '../../src/db/database.ts'
import {
  type IntakeDoor,
  type IntakeNeeds,
  type MailIntake,
  openMailIntake,
} from '../../src/inbound/mail-intake.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { makeSmallDisk } from '../prove/small-disk.ts'
import { type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { findFreePorts } from '../support/free-ports.ts'
import { rawMail } from '../support/mails.ts'

const log = createLog({ level: 'silent' })
const heard: string[] = []

let desk: FilingDesk
let folder: string
let needs: IntakeNeeds
const open: MailIntake[] = []

beforeAll(async () => {
  desk = await startFilingDesk()
  await desk.addMailbox({ address: 'help@desk.test', aliases: ['hilfe@desk.test'] })
  await desk.addMailbox({ address: 'sales@desk.test' })
  await desk.query(`update mailbox set kind = 'imap', imap_host = 'x', smtp_host = 'x', username = 'x', state = 'paused'
    where address <> 'support@desk.test'`)
  folder = await mkdtemp(join(tmpdir(), 'letterdesk-intake-'))
  const bells = { ring: (bell: string) => void heard.push(bell) }
  needs = { db: desk.db, blobs: desk.blobs, bells, clock: systemClock, log }
})

afterAll(async () => {
  await Promise.all(open.map(door => door.stop()))
  await desk.stop()
  await rm(folder, { recursive: true, force: true })
})

test('by LMTP on a socket each recipient is answered apart, and what was taken is filed once in each mailbox', async () => {
  const path = join(folder, 'lmtp.sock')
  await opened({ protocol: 'lmtp', at: { path } })
  const raw = rawMail({ to: 'help@desk.test, sales@desk.test', subject: 'Handed in' })
  const recipients = [
    'help@desk.test',
    'stranger@desk.test',
    'HILFE+2026@desk.test',
    'sales@desk.test',
    'support@desk.test',
  ]

  const first = await talk({ path }, deliver('LHLO', recipients, raw))
  await talk({ path }, deliver('LHLO', recipients, raw))
  const bounce = rawMail({ to: 'sales@desk.test', subject: 'Returned', from: null })
  await talk({ path }, deliver('LHLO', ['sales@desk.test'], bounce, ''))
  await desk.fileAll()

  expect(first.slice(3, 8).map(line => line.slice(0, 9))).toEqual([
    '250 Accep',
    '550 5.1.1',
    '250 Accep',
    '250 Accep',
    '550 5.1.1', // a practice mailbox
  ])
  expect(first.slice(9, 12).every(line => line.startsWith('250'))).toBe(true)
  expect(first).toHaveLength(13)
  expect((await stat(path)).mode & 0o777).toBe(0o660)
  expect(heard).toContain('ledger')
  const filed = await desk.query(`
    select address, path, m.lane, m.state, t.subject, message.kind from mail_instance m join mailbox on mailbox.id = m.mailbox_id
      join folder on folder.id = m.folder_id left join message on message.id = m.message_id
      left join ticket t on t.id = message.ticket_id order by m.id`)
  const came = { path: 'letterdesk:intake', lane: 0, state: 'filed' }
  expect(filed).toEqual([
    { ...came, address: 'help@desk.test', subject: 'Handed in', kind: 'person' },
    { ...came, address: 'sales@desk.test', subject: 'Handed in', kind: 'person' },
    { ...came, address: 'sales@desk.test', subject: 'Returned', kind: expect.not.stringMatching('person') },
  ])
})

test('by SMTP on loopback the same is taken, nothing is sent on, and a mail beyond the limit is refused after it', async () => {
  const [port = 0] = await findFreePorts(1)
  await opened({ protocol: 'smtp', at: { host: '127.0.0.1', port } })
  const raw = rawMail({ to: 'help@desk.test', subject: 'By SMTP' })

  const taken = await talk({ port, host: '127.0.0.1' }, deliver('EHLO', ['help@desk.test'], raw))
  const relayed = await talk({ port, host: '127.0.0.1' }, [
    ...deliver('EHLO', ['ann@customer.test'], raw).slice(0, 3),
    'QUIT\r\n',
  ])
  const huge = Buffer.concat([
    raw,
    Buffer.alloc(61 * 1_048_576, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n'),
  ])
  const refused = await talk({ port, host: '127.0.0.1' }, deliver('EHLO', ['help@desk.test'], huge))

  expect(taken.at(-2)).toMatch(/^250/)
  expect(relayed.at(-2)).toMatch(/^550 5\.1\.1/)
  expect(refused.at(-2)).toMatch(/^552/)
  const [count] = await desk.query(
    "select count(*)::int as n from mail_instance join folder on folder.id = folder_id where path = 'letterdesk:intake'",
  )
  expect(count).toEqual({ n: 4 })
})

test('while the database is away the mail server keeps the mail, and a door that is taken says so', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/away'
  const away = openDatabase({ url, log, maxConnections: 1, keepsStatements: false })
  const path = join(folder, 'away.sock')
  await opened({ protocol: 'lmtp', at: { path } }, { ...needs, db: away.db })

  const answers = await talk({ path }, [
    ...deliver('LHLO', ['help@desk.test'], Buffer.alloc(0)).slice(0, 3),
    'QUIT\r\n',
  ])
  const second = openMailIntake(needs, { protocol: 'lmtp', at: { path } })

  expect(answers.at(-2)).toMatch(/^451 4\.3\.0/)
  await expect(second).rejects.toMatchObject({ code: 'intake-in-use' })
  await away.close()
})

// Last: its mails lie on a disk of their own, where nothing files them.
test('while there is no room the mail server is told to come back, and what it brings again is kept once', async () => {
  const disk = await makeSmallDisk(1)
  const clock = systemClock
  const blobs = await openBlobStore({ root: disk.folder, db: desk.db, instanceId: 77, clock, log })
  const [port = 0] = await findFreePorts(1)
  const at = { host: '127.0.0.1', port }
  await opened({ protocol: 'smtp', at }, { ...needs, blobs })
  const hand = async (subject: string) => {
    const raw = rawMail({ to: 'help@desk.test', subject, text: subject.repeat(2_000) })
    return (await talk(at, deliver('EHLO', ['help@desk.test'], raw))).at(-2)?.slice(0, 9)
  }
  if (disk.canFill) await disk.fill() // where nobody may mount one, the database alone is full
  const ofDisk = await hand('Our disk')
  await disk.empty()
  await desk.query(`create function no_room() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`)
  await desk.query(
    'create trigger no_room before insert on mail_instance for each row execute function no_room()',
  )
  const ofDatabase = await hand('Its disk')
  await desk.query('drop trigger no_room on mail_instance')

  const again = [await hand('Our disk'), await hand('Its disk')]
  const kept = await desk.query('select raw_blob_id as blob from mail_instance order by id desc limit 2')
  const subjects = await Promise.all(
    kept.map(async ({ blob }) => /^Subject: (.*)\r$/m.exec((await blobs.read(Number(blob))).toString())?.[1]),
  )

  expect([ofDisk, ofDatabase]).toEqual([disk.canFill ? '452 4.3.1' : '250 2.1.5', '452 4.3.1'])
  expect(again).toEqual(['250 2.1.5', '250 2.1.5'])
  expect(subjects).toEqual(['Its disk', 'Our disk'])
  await blobs.close()
  await disk.remove()
})

async function opened(door: IntakeDoor, by = needs): Promise<void> {
  open.push(await openMailIntake(by, door))
}

function deliver(
  hello: string,
  to: readonly string[],
  raw: Buffer,
  from = 'ann@customer.test',
): (string | Buffer)[] {
  return [
    `${hello} mta.test\r\n`,
    `MAIL FROM:<${from}>\r\n`,
    ...to.map(address => `RCPT TO:<${address}>\r\n`),
    'DATA\r\n',
    Buffer.concat([raw, Buffer.from('\r\n.\r\n')]),
    'QUIT\r\n',
  ]
}

/** Says one thing after the answer to the one before; the last line of each answer, greeting first. */
async function talk(at: NetConnectOpts, words: readonly (string | Buffer)[]): Promise<string[]> {
  const socket: Socket = connect(at)
  const lines: string[] = []
  const waiting = [...words]
  let rest = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\r\n')
    rest = parts.pop() ?? ''
    const answers = parts.filter(line => line[3] !== '-')
    lines.push(...answers)
    const next = answers.length === 0 ? undefined : waiting.shift()
    if (next !== undefined) socket.write(next)
  })
  await once(socket, 'close')
  return lines
}
