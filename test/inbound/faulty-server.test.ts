import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CatchUpContext, catchUpFolder } from '../../src/inbound/catch-up-folder.ts'
import { SUSPECT_LIMIT, type Suspects } from '../../src/inbound/fetch-mails.ts'
import { findMissingUids } from '../../src/inbound/find-missing-uids.ts'
import { openLeaseBook } from '../../src/inbound/mailbox-leases.ts'
import { openSyncFolder } from '../../src/inbound/open-folder.ts'
import { retryDelayMs } from '../../src/inbound/retry-delay.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import type { ImapAccount } from '../../src/mailboxes/account.ts'
import { type ImapConnection, openImap } from '../../src/mailboxes/imap-connection.ts'
import { rawMail, seededRandom } from '../support/mails.ts'
import { type MailScript, type ScriptedImap, startScriptedImap } from '../support/scripted-imap.ts'
import { sha256 } from '../support/sha256.ts'
import { type SeenRow, type SyncDesk, startSyncDesk } from '../support/sync-desk.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'

let desk: SyncDesk
const log = createLog({ level: 'silent' })
let lastMailbox = 0

beforeAll(async () => {
  desk = await startSyncDesk()
})

afterAll(async () => {
  await desk.close()
})

const mail = (n: number, fault?: MailScript['fault']): [number, MailScript] => {
  const raw = rawMail({ subject: `mail ${n}`, text: 'x'.repeat(2_000) })
  return [n, fault === undefined ? { raw } : { raw, fault }]
}

/** A watcher in slow motion: `connectAndCatchUp` is one connection's life, without the waits between. */
async function follow(script: Pick<ScriptedImap, 'port'>) {
  lastMailbox += 1
  const address = `faulty${lastMailbox}@desk.test`
  const mailboxId = await desk.addMailbox({ address, startDays: 3650 })
  const book = openLeaseBook({ db: desk.db, instanceId: 1, clock: systemClock })
  const [lease] = await book.take([mailboxId])
  const suspects: Suspects = new Map()
  const imap = { kind: 'practice', port: script.port, password: 'secret' } as const
  const account: ImapAccount = {
    mailboxId,
    address,
    username: address,
    name: '',
    password: '',
    kind: 'practice',
    imap,
    smtp: imap,
  }
  const connectAndCatchUp = async (): Promise<string | null> => {
    if (lease === undefined) throw new Error('no lease')
    const { db, blobs, bells } = desk
    let connection: ImapConnection | undefined
    try {
      connection = await openImap(account, { log, trust: desk.trust })
      const context: CatchUpContext = {
        db,
        blobs,
        bells,
        clock: systemClock,
        connection,
        lease,
        isBelieved: () => true,
      }
      const folder = await openSyncFolder(context, mailboxId, 'INBOX')
      const missing = await findMissingUids(context, folder, { fromUid: 1, undelivered: true })
      await catchUpFolder(context, folder, missing, suspects)
      return null
    } catch (fault) {
      return fault instanceof Error && 'code' in fault ? String(fault.code) : 'no code'
    } finally {
      connection?.close()
    }
  }
  const rows = async () => await desk.ledger(mailboxId)
  const outcomes = async () => (await rows()).map(outcome)
  const range = async () => {
    const { rows } = await desk.database.pool.query(
      'select below_uid, mail_count from folder_range join folder on folder.id = folder_id where mailbox_id = $1',
      [mailboxId],
    )
    return rows
  }
  return { connectAndCatchUp, outcomes, rows, range }
}

/** How many bytes the server sends in a session that nobody disturbs. */
async function sessionBytes(script: ScriptedImap): Promise<number> {
  const wire = await startTcpProxy(script.port)
  const { connectAndCatchUp } = await follow(wire)
  await connectAndCatchUp()
  const bytes = wire.bytes()
  await wire.close()
  return bytes
}

const outcome = (row: SeenRow) => [row.uid, row.reason === null ? row.state : `${row.state}: ${row.reason}`]

test('what the server leaves out without a word is in quarantine, and everything else is there', async () => {
  const script = await startScriptedImap(
    new Map([mail(1), mail(2, 'left-out'), mail(3), mail(4, 'nil'), mail(5), mail(6, 'no-uid')]),
  )
  const { connectAndCatchUp, outcomes } = await follow(script)

  await connectAndCatchUp()

  expect(await outcomes()).toEqual([
    [1, 'stored'],
    [2, 'quarantined: not-delivered-by-server'],
    [3, 'stored'],
    [4, 'quarantined: not-delivered-by-server'],
    [5, 'stored'],
    [6, 'quarantined: not-delivered-by-server'],
  ])
  await script.close()
})

test('a mail that was not delivered and is delivered one day leaves quarantine by itself', async () => {
  const script = await startScriptedImap(new Map([mail(1, 'left-out')]))
  const { connectAndCatchUp, outcomes } = await follow(script)
  await connectAndCatchUp()
  script.mails.set(...mail(1))

  await connectAndCatchUp()

  expect(await outcomes()).toEqual([[1, 'stored']])
  await script.close()
})

test('a mail shown by the search and then gone is gone, one without facts is in quarantine', async () => {
  const script = await startScriptedImap(new Map([mail(1), mail(2, 'no-facts'), mail(3, 'vanishes')]))
  const { connectAndCatchUp, outcomes } = await follow(script)

  await connectAndCatchUp()

  expect(await outcomes()).toEqual([
    [1, 'stored'],
    [2, 'quarantined: not-delivered-by-server'],
    [3, 'gone'],
  ])
  await script.close()
})

test('a mail that comes while a folder is first looked at is none of those below its start', async () => {
  const script = await startScriptedImap(new Map([mail(1), mail(2)]))
  script.manners.deliversAt = { commands: /^UID SEARCH UID/i, mail: mail(3) }
  const { connectAndCatchUp, outcomes, range } = await follow(script)

  await connectAndCatchUp()

  expect(script.manners.deliversAt).toBeUndefined()
  expect(await range()).toEqual([{ below_uid: 1, mail_count: 0 }])
  expect(await outcomes()).toEqual([1, 2, 3].map(uid => [uid, 'stored']))
  await script.close()
})

test('a mail at which the server hangs up delays no other, and ends in quarantine', async () => {
  const script = await startScriptedImap(new Map([mail(1), mail(2, 'hangs-up'), mail(3), mail(4)]))
  const { connectAndCatchUp, outcomes } = await follow(script)

  const first = await connectAndCatchUp()
  await connectAndCatchUp()
  const afterSecond = await outcomes()
  for (let n = 2; n < SUSPECT_LIMIT; n++) await connectAndCatchUp()
  const last = await connectAndCatchUp()

  expect([first, last]).toEqual(['connection-lost', null])
  expect(afterSecond).toEqual([
    [1, 'stored'],
    [3, 'stored'],
    [4, 'stored'],
  ])
  expect(await outcomes()).toContainEqual([2, 'quarantined: not-delivered-by-server'])
  await script.close()
})

test('F05: a connection cut after any byte of a session stores no half mail, and the next one brings the rest', {
  timeout: 600_000,
}, async () => {
  const raws = [1, 2, 3].map(n => rawMail({ subject: `mail ${n}`, text: `${n}`.repeat(700) }))
  const script = await startScriptedImap(new Map(raws.map((raw, at) => [at + 1, { raw }])))
  const whole = await sessionBytes(script)
  const random = seededRandom(5)
  const cuts = Array.from(
    { length: process.env.PROVE === 'whole' ? 1_000 : 40 },
    () => 1 + Math.floor(random() * whole),
  )
  const count = cuts.length
  const odd: unknown[] = []
  let cutShort = 0
  const cutAll = async () => {
    const wire = await startTcpProxy(script.port)
    for (let afterBytes = cuts.pop(); afterBytes !== undefined; afterBytes = cuts.pop()) {
      const { connectAndCatchUp, rows } = await follow(wire)
      wire.cut({ afterBytes })
      if ((await connectAndCatchUp()) !== null) cutShort += 1
      wire.heal()
      const fault = await connectAndCatchUp()
      const seen = (await rows()).map(row => [row.state, row.sha256])
      const isWhole = isDeepStrictEqual(
        seen,
        raws.map(raw => ['stored', sha256(raw)]),
      )
      if (fault !== null || !isWhole) odd.push({ afterBytes, fault, seen })
    }
    await wire.close()
  }

  await Promise.all(Array.from({ length: 10 }, cutAll))

  expect(odd).toEqual([])
  expect(cutShort).toBeGreaterThan(count * 0.8)
  await script.close()
})

test('a mail announced with five gigabytes is marked too large and costs no memory', async () => {
  const script = await startScriptedImap(new Map([mail(1), mail(2, 'endless'), mail(3)]))
  const { connectAndCatchUp, outcomes } = await follow(script)
  const before = process.memoryUsage().rss

  const fault = await connectAndCatchUp()
  await connectAndCatchUp()

  expect(fault).toBe('answer-too-large')
  expect(await outcomes()).toEqual([
    [1, 'stored'],
    [2, 'too_large: larger-than-limit'],
    [3, 'stored'],
  ])
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1_048_576)
  await script.close()
})

test('a mail larger than we take is marked with its size and never asked for', async () => {
  const large = { raw: rawMail(), sizeBytes: 61 * 1_048_576 }
  const script = await startScriptedImap(new Map([mail(1), [2, large], mail(3)]))
  const { connectAndCatchUp, outcomes } = await follow(script)

  await connectAndCatchUp()

  expect(await outcomes()).toEqual([
    [1, 'stored'],
    [2, 'too_large: larger-than-limit'],
    [3, 'stored'],
  ])
  const asked = script.heard.filter(command => command.includes('BODY.PEEK[]'))
  expect(asked.map(command => command.split(' ')[2])).toEqual(['1', '3'])
  await script.close()
})

test('an answer nobody can read costs that mail alone', async () => {
  const script = await startScriptedImap(new Map([mail(1), mail(2, 'unreadable'), mail(3)]))
  const { connectAndCatchUp, outcomes } = await follow(script)

  for (let n = 0; n <= SUSPECT_LIMIT; n++) await connectAndCatchUp()

  expect(await outcomes()).toEqual([
    [1, 'stored'],
    [2, 'quarantined: not-delivered-by-server'],
    [3, 'stored'],
  ])
  await script.close()
})

test('nothing that changes a mailbox is ever said to a server', async () => {
  const script = await startScriptedImap(new Map([mail(1), mail(2)]))
  const { connectAndCatchUp } = await follow(script)

  await connectAndCatchUp()

  const changing =
    /^(SELECT|UID STORE|STORE|UID MOVE|MOVE|UID COPY|COPY|EXPUNGE|CLOSE|APPEND|CREATE|DELETE|RENAME|SUBSCRIBE)|BODY\[|RFC822[ )]/i
  expect(script.heard.filter(command => changing.test(command))).toEqual([])
  expect(script.heard.some(command => /BODYSTRUCTURE|ENVELOPE/i.test(command))).toBe(false)
  await script.close()
})

test('a refused password is tried three times in the first minute and then at least five minutes apart', () => {
  const delays = Array.from({ length: 12 }, (_, n) => retryDelayMs('person', { inARow: n + 1, brief: 0 }, 0))

  expect((delays[0] ?? 0) + (delays[1] ?? 0)).toBeLessThan(60_000)
  expect(Math.min(...delays.slice(2))).toBeGreaterThanOrEqual(300_000)
  expect(Math.max(...delays)).toBeLessThanOrEqual(3_600_000)
})

test('a failing server is tried from one second up to five minutes, our own database within five seconds', () => {
  const delay = (side: 'server' | 'way' | 'ours', inARow: number, brief = inARow) =>
    retryDelayMs(side, { inARow, brief }, 0.5)
  const server = Array.from({ length: 30 }, (_, n) => delay('server', n + 1))
  const way = Array.from({ length: 30 }, (_, n) => delay('way', n + 1))
  const ours = Array.from({ length: 30 }, (_, n) => delay('ours', n + 1))

  expect([server[0], server[29]]).toEqual([1_000, 300_000])
  expect([way[0], way[9], way[29]]).toEqual([1_000, 30_000, 300_000])
  expect(way.slice(0, 20).reduce((sum, ms) => sum + ms)).toBeGreaterThan(300_000)
  expect([delay('way', 1, 0), delay('way', 1, 3), delay('way', 1, 200)]).toEqual([1_000, 4_000, 16_000])
  expect(Math.max(...ours)).toBeLessThanOrEqual(6_001)
})
