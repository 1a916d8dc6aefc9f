import { findSession } from '../../src/agents/sessions.ts'
import { registerAgents } from '../../src/api/agents.ts'
import { createServer, listen } from '../../src/api/server.ts'
import { registerSession } from '../../src/api/session.ts'
import { type KeyRing, openKeyRing } from '../../src/db/key-ring.ts'
import { type Bells, openBells } from '../../src/db/listen.ts'
import { migrateJobs } from '../../src/jobs/run-jobs.ts'
import { createLog } from '../../src/lib/log.ts'
import { startLiveFeed } from '../../src/tickets/live-feed.ts'
import { type ApiClient, apiClient } from './api.ts'
import { createDatabase, type TestDatabase } from './postgres.ts'

/** A listening API with sign-in and agents on a database of its own. */
export type SessionServer = {
  database: TestDatabase
  keys: KeyRing
  bells: Bells
  baseUrl: string
  client: () => ApiClient
  stop: () => Promise<void>
}

const owner = { name: 'Ada Owner', email: 'ada@desk.test', password: 'correct horse battery' }

/** The first owner's sign-in data in tests. */
export const OWNER = owner

/** Starts the doors of sign-in and agents; `stop` ends it with its database. */
export async function startSessionServer(): Promise<SessionServer> {
  const log = createLog({ level: 'silent' })
  const database = await createDatabase()
  const { db, url } = database
  await migrateJobs({ directUrl: url, log })
  const keys = await openKeyRing(db, {
    secretKey: 'a secret key for tests, 32 characters+',
    oldSecretKey: null,
  })
  const bells = await openBells({ directUrl: url, log })
  const server = await createServer({
    log,
    baseUrl: 'http://localhost:8080',
    trustProxy: [],
    bodyLimitBytes: 1_000_000,
    findSession: async token => (await findSession(db, keys, token)) ?? null,
  })
  const feed = await startLiveFeed({ db, bells, log })
  registerSession(server, { db, keys, baseUrl: 'http://localhost:8080', livePoint: feed.point })
  registerAgents(server, { db, keys, bells, baseUrl: 'http://localhost:8080' })
  const baseUrl = await listen(server, { host: '127.0.0.1', port: 0 })
  const stop = async () => {
    await server.close()
    await feed.stop()
    await bells.close()
    await database.drop()
  }
  return { database, keys, bells, baseUrl, client: () => apiClient(baseUrl), stop }
}
