import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BlobStore, openBlobStore } from '../../src/blobs/blob-store.ts'
import type { Db } from '../../src/db/database.ts'
import { startInstance } from '../../src/db/instances.ts'
import { type KeyRing, openKeyRing } from '../../src/db/key-ring.ts'
import { type Bells, openBells } from '../../src/db/listen.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog, type Log } from '../../src/lib/log.ts'
import { createDatabase, type TestDatabase } from './postgres.ts'

/** What every desk of a test stands on, all real: a database with keys and bells, and a blob store. */
export type Ground = {
  database: TestDatabase
  db: Db
  keys: KeyRing
  bells: Bells
  blobs: BlobStore
  /** The row of this process among the nodes, with its heartbeat. */
  instanceId: number
  log: Log
  stop: () => Promise<void>
}

/** The SECRET_KEY of every test database. */
export const TEST_SECRET_KEY = 'a secret key for tests, 40 characters long'

/** Opens it; `stop` gives everything back, the database last. */
export async function startGround(): Promise<Ground> {
  const log = createLog({ level: 'silent' })
  const database = await createDatabase()
  const { db, url } = database
  const keys = await openKeyRing(db, { secretKey: TEST_SECRET_KEY, oldSecretKey: null })
  const bells = await openBells({ directUrl: url, log })
  const instance = await startInstance({ db, log })
  const root = await mkdtemp(join(tmpdir(), 'letterdesk-test-'))
  const blobs = await openBlobStore({ root, db, instanceId: instance.id, clock: systemClock, log })
  const stop = async () => {
    await blobs.close()
    await instance.stop()
    await bells.close()
    await database.drop()
    await rm(root, { recursive: true, force: true })
  }
  return { database, db, keys, bells, blobs, instanceId: instance.id, log, stop }
}
