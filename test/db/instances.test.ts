import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { listDeadInstances, startInstance } from '../../src/db/instances.ts'
import { openLeaseBook } from '../../src/inbound/mailbox-leases.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { insertMailbox } from '../../src/mailboxes/mailboxes.queries.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'

const log = createLog({ level: 'silent' })
const server = { host: 'mail.test', port: 993, security: 'tls' } as const
let database: TestDatabase

const leasesOf = (instanceId: number) => openLeaseBook({ db: database.db, instanceId, clock: systemClock })

beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

test('a node that stopped or fell silent is listed as dead, a living one is not', async () => {
  const { db } = database
  const [living, stopped, silent] = await Promise.all([
    startInstance({ db, log }),
    startInstance({ db, log }),
    startInstance({ db, log }),
  ])
  await sql`update instance set alive_at = clock_timestamp() - interval '16 s' where id = ${silent.id}`.execute(
    db,
  )
  await stopped.stop()

  const dead = await listDeadInstances(db)

  expect(dead).toEqual([stopped.id, silent.id].sort((a, b) => a - b))
  await Promise.all([living.stop(), silent.stop()])
})

test('the owner of the only data folder frees at once what a killed process held', async () => {
  const { db } = database
  const killed = await startInstance({ db, log })
  const row = {
    name: 'Support',
    address: 'support@desk.test',
    username: 'support@desk.test',
    startDays: null,
  }
  const mailboxId = await inTransaction(db, tx => insertMailbox(tx, { ...row, imap: server, smtp: server }))
  const held = await leasesOf(killed.id).take([mailboxId])

  const owner = await startInstance({ db, log, among: 'alone' })
  const [taken] = await leasesOf(owner.id).take([mailboxId])

  expect(taken?.fence).toBe((held[0]?.fence ?? 0) + 1)
  expect(await listDeadInstances(db)).toContain(killed.id)
  expect(await listDeadInstances(db)).not.toContain(owner.id)
  await Promise.all([killed.stop(), owner.stop()])
})
