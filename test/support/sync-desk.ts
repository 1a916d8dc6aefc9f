import type { BlobStore } from '../../src/blobs/blob-store.ts'
import { type Db, inTransaction } from '../../src/db/database.ts'
import { startInstance } from '../../src/db/instances.ts'
import type { KeyRing } from '../../src/db/key-ring.ts'
import type { Bells } from '../../src/db/listen.ts'
import { type Sync, type SyncOptions, startSync } from '../../src/inbound/run-sync.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { storePassword } from '../../src/mailboxes/account.ts'
import type { Trust } from '../../src/mailboxes/host-guard.ts'
import { insertMailbox } from '../../src/mailboxes/mailboxes.queries.ts'
import { type Certificates, makeCertificates } from './certificates.ts'
import { type Dovecot, startDovecot } from './dovecot.ts'
import { startGround } from './ground.ts'
import type { TestDatabase } from './postgres.ts'
import { waitUntil } from './wait-until.ts'

/** A ledger row as a test looks at it, hash of the raw bytes included. */
export type SeenRow = {
  uid: number
  uid_validity: number
  state: string
  reason: string | null
  lane: number
  sha256: string | null
  internet_message_id: string | null
  received_at: Date
}

/** A database, a blob store and a Dovecot, and as many sync nodes as a test starts. */
export type SyncDesk = {
  database: TestDatabase
  db: Db
  dovecot: Dovecot
  certificates: Certificates
  keys: KeyRing
  bells: Bells
  blobs: BlobStore
  trust: Trust
  /** Enters a mailbox of Dovecot, signed in by its address; nothing watches it before `startNode`. */
  addMailbox: (mailbox: NewTestMailbox) => Promise<number>
  startNode: (options?: Partial<SyncOptions>) => Promise<Sync>
  ledger: (mailboxId: number) => Promise<SeenRow[]>
  close: () => Promise<void>
}

export type NewTestMailbox = { address: string; startDays?: number; password?: string; imapPort?: number }

/** Starts it all; about a second. `tokens`: what Dovecot asks whose token it is, on the same certificates. */
export async function startSyncDesk(
  options: {
    tokens?: (certificates: Certificates) => Promise<{ introspectionUrl: string }>
    /** How many MB each user may have; without it there is no limit. */
    quotaMb?: number
  } = {},
): Promise<SyncDesk> {
  const [ground, certificates] = await Promise.all([startGround(), makeCertificates()])
  const { database, db, keys, bells, blobs, log } = ground
  const tokens = await options.tokens?.(certificates)
  const dovecot = await startDovecot({
    certificates,
    ...(tokens === undefined ? {} : { introspectionUrl: tokens.introspectionUrl }),
    ...(options.quotaMb === undefined ? {} : { quotaMb: options.quotaMb }),
  })
  const trust: Trust = { extraCa: certificates.ca, allowPrivateHosts: ['127.0.0.0/8', 'localhost'] }
  const running: (() => Promise<void>)[] = []
  const startNode = async (options: Partial<SyncOptions> = {}): Promise<Sync> => {
    const instance = await startInstance({ db, log })
    const sync = startSync({
      db,
      keys,
      blobs,
      bells,
      log,
      clock: systemClock,
      random: Math.random,
      trust,
      practice: () => null,
      instanceId: instance.id,
      ...options,
    })
    running.push(async () => {
      await sync.stop()
      await instance.stop()
    })
    return sync
  }
  return {
    database,
    db,
    dovecot,
    certificates,
    keys,
    bells,
    blobs,
    trust,
    startNode,
    addMailbox: mailbox => addMailbox({ db, keys, dovecot }, mailbox),
    ledger: mailboxId => readLedger(database, mailboxId),
    close: async () => {
      await Promise.all(running.map(stop => stop()))
      await dovecot.stop()
      await ground.stop()
      await certificates.remove()
    },
  }
}

/** Waits for at least so many ledger rows. */
export async function eventuallyRows(desk: SyncDesk, mailboxId: number, count: number): Promise<SeenRow[]> {
  const look = async () => {
    const rows = await desk.ledger(mailboxId)
    return rows.length >= count ? rows : undefined
  }
  return await waitUntil(`${count} ledger rows`, look, { withinMs: 20_000 })
}

async function addMailbox(
  { db, keys, dovecot }: { db: Db; keys: KeyRing; dovecot: Dovecot },
  mailbox: NewTestMailbox,
): Promise<number> {
  const server = { host: 'localhost', port: mailbox.imapPort ?? dovecot.imapsPort, security: 'tls' } as const
  return await inTransaction(db, async tx => {
    const { address } = mailbox
    const startDays = mailbox.startDays ?? null
    const id = await insertMailbox(tx, {
      name: address,
      address,
      username: address,
      imap: server,
      smtp: server,
      startDays,
    })
    await storePassword(tx, keys, id, mailbox.password ?? 'secret')
    return id
  })
}

async function readLedger({ pool }: TestDatabase, mailboxId: number): Promise<SeenRow[]> {
  const found = await pool.query<SeenRow>(
    `select uid, uid_validity, state, reason, lane, internet_message_id, received_at,
       encode(blob.sha256, 'hex') as sha256
     from mail_instance left join blob on blob.id = raw_blob_id
     where mailbox_id = $1 order by mail_instance.uid_validity, uid`,
    [mailboxId],
  )
  return found.rows
}
