import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RouteRow } from '../../src/api/handle.ts'
import { listen } from '../../src/api/server.ts'
import { buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import type { Db } from '../../src/db/database.ts'
import { createLog, type Log } from '../../src/lib/log.ts'
import { buildServer } from '../../src/roles/web.ts'
import { startLiveFeed } from '../../src/tickets/live-feed.ts'
import { followPresence } from '../../src/tickets/presence.ts'
import { type ApiClient, apiClient } from '../support/api.ts'
import { type DeskBuilders, deskBuilders } from '../support/desk-builders.ts'
import { TEST_SECRET_KEY } from '../support/ground.ts'
import { createDatabase } from '../support/postgres.ts'
import { hire, type Staff } from './hire.ts'
import { PRINCIPAL_NAMES, PRINCIPALS, type PrincipalName } from './principals.ts'

/** Stands in everything that lies in the closed mailbox, and nowhere else. */
export const CANARY = 'Kestrel'

/** All of the product's doors on a database with one closed mailbox, and everybody who may ask. */
export type World = DeskBuilders & {
  db: Db
  log: Log
  baseUrl: string
  routes: readonly RouteRow[]
  /** The mailbox that half of them may not use, and an empty one that is everybody's. */
  closed: number
  common: number
  /** The team that has the closed mailbox's tickets. */
  teamId: number
  staff: Staff
  /** Asks as one of them. */
  ask: (name: PrincipalName) => Pick<ApiClient, 'fetch'>
  /** New sessions for those who have one, where a call ended them. */
  renew: () => Promise<void>
  stop: () => Promise<void>
}

/** Starts it: the whole server over HTTP, as `serve` builds it. Nobody has lost a right yet. */
export async function startWorld(): Promise<World> {
  const database = await createDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'letterdesk-matrix-'))
  const log = createLog({ level: 'silent' })
  const { config } = loadConfig({
    DATABASE_URL: database.url,
    SECRET_KEY: TEST_SECRET_KEY,
    DATA_DIR: dataDir,
    ALLOW_PRIVATE_HOSTS: '127.0.0.0/8',
    METRICS_TOKEN: 'token-of-the-matrix-and-nobody-else',
  })
  const app = await buildApp(config, { practice: false }, log)
  const live = { feed: await startLiveFeed(app), presence: followPresence(app) }
  const server = await buildServer(app, live)
  const baseUrl = await listen(server, { host: '127.0.0.1', port: 0 })
  const builders = deskBuilders({ ...app, database }, { baseUrl, reader: app.reader() })
  const closed = await builders.mailbox('closed@desk.test')
  const common = await builders.mailbox('common@desk.test')
  const { staff, teamId } = await hire(builders, { closed, common })
  const stop = async () => {
    await server.close()
    await live.presence.stop()
    await live.feed.stop()
    await app.stop()
    await database.drop()
    await rm(dataDir, { recursive: true, force: true })
  }
  return {
    ...builders,
    db: app.db,
    log,
    baseUrl,
    routes: server.routeTable,
    closed,
    common,
    teamId,
    staff,
    ask: name => (name === 'nobody' ? apiClient(baseUrl) : staff[name]),
    renew: async () => {
      const signedIn = PRINCIPAL_NAMES.filter(name => PRINCIPALS[name].isSignedIn)
      for (const name of signedIn) staff[name] = await builders.signIn(staff[name].agentId)
    },
    stop,
  }
}
