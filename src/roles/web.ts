import { makeSetupPath } from '../agents/first-owner.ts'
import { findSession } from '../agents/sessions.ts'
import { registerActions } from '../api/actions.ts'
import { registerAgents } from '../api/agents.ts'
import { describeApi, serveApiDescription } from '../api/api-description.ts'
import { registerCustomerFields } from '../api/customer-fields.ts'
import { registerCustomers } from '../api/customers.ts'
import { registerDkim } from '../api/dkim.ts'
import { registerDrafts } from '../api/drafts.ts'
import { registerFirstSteps } from '../api/first-steps.ts'
import type { ApiServer } from '../api/handle.ts'
import { registerHealth } from '../api/health.ts'
import { registerLedger } from '../api/ledger.ts'
import { registerLive } from '../api/live.ts'
import { registerMailboxChecks } from '../api/mailbox-checks.ts'
import { registerMailboxHealth } from '../api/mailbox-health.ts'
import { registerMailboxes } from '../api/mailboxes.ts'
import { registerMessages } from '../api/messages.ts'
import { registerMetrics } from '../api/metrics.ts'
import { registerNewTickets } from '../api/new-tickets.ts'
import { registerNotifications } from '../api/notifications.ts'
import { registerOldMail } from '../api/old-mail.ts'
import { registerOutbox } from '../api/outbox.ts'
import { registerPlacing } from '../api/placing.ts'
import { registerPractice } from '../api/practice.ts'
import { registerPresence } from '../api/presence.ts'
import { registerReplies } from '../api/replies.ts'
import { registerSavedReplies } from '../api/saved-replies.ts'
import { registerSearch } from '../api/search.ts'
import { createServer, listen } from '../api/server.ts'
import { registerSession } from '../api/session.ts'
import { registerSignInApps } from '../api/sign-in-apps.ts'
import { registerTeams } from '../api/teams.ts'
import { registerTemplates } from '../api/templates.ts'
import { registerTickets } from '../api/tickets.ts'
import { registerTrash } from '../api/trash.ts'
import { registerViews } from '../api/views.ts'
import { serveWebApp } from '../api/web-app.ts'
import type { App, RoleStatus, RunningRole } from '../app.ts'
import { trustOf } from '../config.ts'
import { readDiskRoom } from '../lib/disk-room.ts'
import { connectPractice, isPracticeConnected } from '../practice/practice-mailbox.ts'
import { NODE_ROLES } from '../shared/vocabulary.ts'
import { type LiveFeed, startLiveFeed } from '../tickets/live-feed.ts'
import { followPresence, type PresenceFeed } from '../tickets/presence.ts'
import { createQueueCounter } from '../tickets/queue-counts.ts'

const bodyLimitBytes = 2 * 1_048_576 // the longest reply in JSON; uploads are counted on their own
const webBundle = new URL('../../dist/web', import.meta.url).pathname

/** What tells browsers of changes as they happen. */
export type LiveSources = { feed: LiveFeed; presence: PresenceFeed }

/** Starts the web role: the API, the live feed, and the web app. Prints the one-time link while there is no owner. */
export async function start(app: App): Promise<RunningRole> {
  const { db, bells, log } = app
  const feed = await startLiveFeed({ db, bells, log })
  const presence = followPresence({ db, bells, log })
  const live: LiveSources = { feed, presence }
  const stopLive = async () => {
    await presence.stop()
    await feed.stop()
  }
  const server = await serveOn(app, live).catch(async cause => {
    await stopLive()
    throw cause
  })
  return {
    stop: async () => {
      await server.close()
      await stopLive()
    },
    status: () => ({ isReady: true }),
  }
}

async function serveOn(app: App, live: LiveSources): Promise<ApiServer> {
  const { db, config, log } = app
  const setupPath = await makeSetupPath(db, app.keys)
  await practiseIfAsked(app)
  const server = await buildServer(app, live)
  await listen(server, { host: config.host, port: config.port })
  if (setupPath !== undefined)
    log.info({ link: config.baseUrl + setupPath }, 'no owner yet: open this one-time link')
  return server
}

/** The server with every route, not listening yet: also what the golden list of routes is made from. */
export async function buildServer(app: App, live: LiveSources): Promise<ApiServer> {
  const { db, keys, log, config } = app
  const server = await createServer({
    log,
    baseUrl: config.baseUrl,
    trustProxy: config.trustProxy,
    bodyLimitBytes,
    findSession: async token => (await findSession(db, keys, token)) ?? null,
    ...(config.database.kind === 'embedded' && {
      isDatabaseDiskFull: async () => (await readDiskRoom(config.dataDir)) === 'full',
    }),
  })
  await describeApi(server, { baseUrl: config.baseUrl })
  registerRoutes(server, app, live)
  await serveApiDescription(server)
  await serveWebApp(server, { root: webBundle })
  return server
}

function registerRoutes(server: ApiServer, app: App, { feed, presence }: LiveSources): void {
  const { db, keys, bells, blobs, templates, log, clock, config } = app
  const { baseUrl } = config
  registerMetrics(server, { db, pool: app.pool, log, token: config.metricsToken }) // first: it times the routes after it
  const maxAttachmentBytes = config.maxAttachmentBytes
  registerSession(server, { db, keys, baseUrl, livePoint: feed.point })
  registerAgents(server, { db, keys, bells, baseUrl })
  const { dnsServers } = config
  const mailboxNeeds = { db, keys, bells, log, clock, trust: trustOf(config), dnsServers }
  registerMailboxes(server, mailboxNeeds)
  registerMailboxChecks(server, mailboxNeeds)
  registerMailboxHealth(server, { ...mailboxNeeds, dataDir: config.dataDir })
  registerSignInApps(server, { ...mailboxNeeds, baseUrl })
  registerDkim(server, { db, keys, clock, random: app.random, dnsServers })
  registerTemplates(server, {
    db,
    keys,
    templates,
    clock,
    trust: trustOf(config),
    practice: () => app.practice,
  })
  registerLedger(server, { db, bells, blobs })
  registerOldMail(server, { db, bells })
  const counter = forgettingCounter(app, feed)
  registerTickets(server, { db, bells, counter, clock })
  registerViews(server, { db, counter })
  registerTeams(server, { db, bells, counter })
  registerFirstSteps(server, { db })
  registerPlacing(server, { db, bells })
  registerCustomers(server, { db, bells })
  registerCustomerFields(server, { db })
  registerActions(server, { db, bells })
  registerTrash(server, { db, bells })
  registerDrafts(server, { db })
  const sending = { db, bells, blobs, keys, templates, settings: { maxAttachmentBytes } }
  registerReplies(server, sending)
  registerNewTickets(server, sending)
  registerOutbox(server, { db, bells })
  registerNotifications(server, { db, clock })
  registerSavedReplies(server, { db })
  registerSearch(server, { db, clock })
  registerMessages(server, {
    db,
    blobs,
    reader: app.reader(),
    maxMailBytes: maxAttachmentBytes,
    imageTrust: { ...trustOf(config), allowPrivateHosts: [] }, // what is open to mailboxes is not to any stranger's mail
  })
  registerPresence(server, { db, bells })
  registerLive(server, { db, bells, feed, presence, log })
  registerPractice(server, { db, bells, clock })
  registerHealth(server, {
    pingDatabase: async () => void (await app.pool.query('select 1')),
    readDiskRoom: () => readDiskRoom(app.config.dataDir),
    roles: () => rolesOf(app),
  })
}

/** Also of roles that have not started yet, or are stopped: a node is ready with all it is to do. */
function rolesOf({ config, roles }: App): Record<string, RoleStatus> {
  const wanted = NODE_ROLES.filter(name => config.roles.includes(name))
  return Object.fromEntries(wanted.map(name => [name, roles.get(name)?.status() ?? { isReady: false }]))
}

async function practiseIfAsked({ options, db, bells, clock }: App): Promise<void> {
  if (!options.practice || (await isPracticeConnected(db))) return
  await connectPractice({ db, bells, clock })
}

/** Counts are remembered for a second, and no longer than until the next change of any ticket. */
function forgettingCounter(app: App, feed: LiveFeed) {
  const counter = createQueueCounter({ db: app.db, clock: app.clock })
  feed.subscribe(() => counter.forget())
  return counter
}
