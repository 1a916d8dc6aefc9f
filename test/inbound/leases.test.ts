import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockLease } from '../../src/inbound/leases.queries.ts'
import { type LeaseBook, openLeaseBook } from '../../src/inbound/mailbox-leases.ts'
import { storeMails } from '../../src/inbound/store-mails.ts'
import { insertMailbox } from '../../src/mailboxes/mailboxes.queries.ts'
import { type Ground, startGround } from '../support/ground.ts'
import { rawMail } from '../support/mails.ts'
import type { TestDatabase } from '../support/postgres.ts'

let ground: Ground
let database: TestDatabase
let lastMailbox = 0

beforeAll(async () => {
  ground = await startGround()
  database = ground.database
  await database.pool.query('insert into instance default values')
})

afterAll(async () => {
  await ground.stop()
})

async function addMailbox(): Promise<number> {
  lastMailbox += 1
  const address = `m${lastMailbox}@desk.test`
  const server = { host: 'mail.test', port: 993, security: 'tls' } as const
  return await database.db.transaction().execute(tx =>
    insertMailbox(tx, {
      name: address,
      address,
      username: address,
      imap: server,
      smtp: server,
      startDays: null,
    }),
  )
}

/** Two nodes, each with a monotonic clock of its own that the test moves. */
function twoNodes(): { books: [LeaseBook, LeaseBook]; nowMs: number[] } {
  const nowMs = [0, 0]
  const book = (at: number) =>
    openLeaseBook({
      db: database.db,
      instanceId: at + 1,
      clock: { monotonicMs: () => nowMs[at] ?? 0 },
    })
  return { books: [book(0), book(1)], nowMs }
}

const expire = (mailboxId: number) =>
  database.pool.query(
    "update mailbox_lease set expires_at = clock_timestamp() - interval '1 ms' where mailbox_id = $1",
    [mailboxId],
  )

/** A mailbox whose lease ran out at the first node, and that the second has taken. */
async function takenOver() {
  const mailboxId = await addMailbox()
  const { books } = twoNodes()
  const [old] = await books[0].take([mailboxId])
  await expire(mailboxId)
  const [taken] = await books[1].take([mailboxId])
  return { mailboxId, books, old, taken }
}

test('two nodes that ask at once: one gets the mailbox', async () => {
  const mailboxId = await addMailbox()
  const { books } = twoNodes()

  const taken = await Promise.all(
    Array.from({ length: 20 }, (_, n) => books[n % 2 === 0 ? 0 : 1].take([mailboxId])),
  )

  const nodes = new Set(taken.flatMap((leases, n) => leases.map(() => n % 2)))
  expect(nodes.size).toBe(1)
})

test('a holder stops believing after two thirds of the life, before another node can have it', async () => {
  const mailboxId = await addMailbox()
  const { books, nowMs } = twoNodes()
  const [lease] = await books[0].take([mailboxId])

  nowMs[0] = 9_999
  const before = lease && books[0].isBelieved(lease)
  nowMs[0] = 10_000

  expect([before, lease && books[0].isBelieved(lease)]).toEqual([true, false])
  expect(await books[1].take([mailboxId])).toEqual([])
})

test('after a takeover the former holder learns it at renewal, and its fence opens no transaction', async () => {
  const { mailboxId, books, old, taken } = await takenOver()

  const lost = await books[0].renew()

  expect(lost.map(lease => lease.mailboxId)).toEqual([mailboxId])
  expect(old && books[0].isBelieved(old)).toBe(false)
  expect(taken?.fence).toBe((old?.fence ?? 0) + 1)
  const opens = (fence: number) =>
    database.db.transaction().execute(tx => lockLease(tx, { mailbox_id: mailboxId, fence }))
  expect([await opens(old?.fence ?? 0), await opens(taken?.fence ?? 0)]).toEqual([false, true])
})

test('a node that lost its mailbox meanwhile writes nothing of what it fetched', async () => {
  const { mailboxId, old, taken } = await takenOver()
  const { rows } = await database.pool.query(
    `insert into folder (mailbox_id, path, role, uid_validity)
     values ($1, 'INBOX', 'inbox', 1) returning id`,
    [mailboxId],
  )
  const folder = {
    id: Number(rows[0].id),
    mailboxId,
    generation: 1,
    belowUid: 1,
    mailsBelow: 0,
    cursorUid: 0,
    liveSince: new Date(),
    openSince: null,
    startsAt: null,
    oldBelowUid: 1,
    isOldHeld: false,
    role: 'inbox' as const,
    isTidied: false,
    isRenumbered: false,
  }
  const source = rawMail()
  const facts = {
    uid: 1,
    sizeBytes: source.length,
    receivedAt: new Date(),
    serverId: null,
    labels: null,
    role: null,
  }
  const mails = [{ ...facts, source, state: 'stored' as const, reason: null, known: null }]
  const store = (lease = taken) =>
    lease
      ? storeMails(ground, { folder, lease, isMetered: false }, mails)
      : Promise.reject(new Error('no lease'))

  await expect(store(old)).rejects.toMatchObject({ code: 'lease-lost' })

  expect(await store(taken)).toBe(1)
})

test('a lease given back is free at once, and its fence never falls', async () => {
  const mailboxId = await addMailbox()
  const { books } = twoNodes()
  const [first] = await books[0].take([mailboxId])
  if (first) await books[0].end(first)

  const [second] = await books[1].take([mailboxId])

  expect(second?.fence).toBe((first?.fence ?? 0) + 1)
})

test('a renewal lengthens the belief from before it was sent', async () => {
  const mailboxId = await addMailbox()
  const { books, nowMs } = twoNodes()
  const [lease] = await books[0].take([mailboxId])
  nowMs[0] = 5_000

  await books[0].renew()

  expect(lease?.believedUntilMs).toBe(15_000)
})
