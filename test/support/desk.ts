import { findSession } from '../../src/agents/sessions.ts'
import { registerActions } from '../../src/api/actions.ts'
import { registerAgents } from '../../src/api/agents.ts'
import { registerCustomerFields } from '../../src/api/customer-fields.ts'
import { registerCustomers } from '../../src/api/customers.ts'
import { registerDrafts } from '../../src/api/drafts.ts'
import { registerFirstSteps } from '../../src/api/first-steps.ts'
import { registerLedger } from '../../src/api/ledger.ts'
import { registerLive } from '../../src/api/live.ts'
import { registerMailboxHealth } from '../../src/api/mailbox-health.ts'
import { registerMailboxes } from '../../src/api/mailboxes.ts'
import { registerMessages } from '../../src/api/messages.ts'
import { registerNewTickets } from '../../src/api/new-tickets.ts'
import { registerNotifications } from '../../src/api/notifications.ts'
import { registerOldMail } from '../../src/api/old-mail.ts'
import { registerOutbox } from '../../src/api/outbox.ts'
import { registerPlacing } from '../../src/api/placing.ts'
import { registerPresence } from '../../src/api/presence.ts'
import { registerReplies } from '../../src/api/replies.ts'
import { registerSavedReplies } from '../../src/api/saved-replies.ts'
import { registerSearch } from '../../src/api/search.ts'
import { createServer, listen } from '../../src/api/server.ts'
import { registerSession } from '../../src/api/session.ts'
import { registerTeams } from '../../src/api/teams.ts'
import { registerTemplates } from '../../src/api/templates.ts'
import { registerTickets } from '../../src/api/tickets.ts'
import { registerTrash } from '../../src/api/trash.ts'
import { registerViews } from '../../src/api/views.ts'
import type { BlobStore } from '../../src/blobs/blob-store.ts'
import type { Bells } from '../../src/db/listen.ts'
import { createMailReader } from '../../src/inbound/mail-reader.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { loadTemplates, templatesFolder } from '../../src/lib/templates.ts'
import type { Trust } from '../../src/mailboxes/host-guard.ts'
import { startLiveFeed } from '../../src/tickets/live-feed.ts'
import { followPresence } from '../../src/tickets/presence.ts'
import { createQueueCounter } from '../../src/tickets/queue-counts.ts'
import { type DeskBuilders, deskBuilders } from './desk-builders.ts'
import { type Ground, startGround } from './ground.ts'
import type { TestDatabase } from './postgres.ts'

export type { DeskAgent, DeskTicket, MailWish, Received } from './desk-builders.ts'

/** The desk behind its API, on a database of its own, with builders that use the commands. */
export type Desk = DeskBuilders & {
  ground: Ground
  database: TestDatabase
  bells: Bells
  blobs: BlobStore
  baseUrl: string
  stop: () => Promise<void>
}

/** The limit of a whole mail in these tests, so that too large is small. */
export const MAX_MAIL_BYTES = 100_000

/** Starts the desk's doors, listening on a free port. `mailTrust`: what mail servers of a test need. */
export async function startDesk(options: { mailTrust?: Trust } = {}): Promise<Desk> {
  const ground = await startGround()
  const { database, db, keys, bells, blobs, log } = ground
  const feed = await startLiveFeed({ db, bells, log })
  const counter = createQueueCounter({ db, clock: systemClock })
  feed.subscribe(() => counter.forget())
  const server = await createServer({
    log,
    baseUrl: 'http://localhost:8080',
    trustProxy: [],
    bodyLimitBytes: 2_000_000,
    findSession: async token => (await findSession(db, keys, token)) ?? null,
  })
  registerSession(server, { db, keys, baseUrl: 'http://localhost:8080', livePoint: feed.point })
  registerTickets(server, { db, bells, counter, clock: systemClock })
  registerViews(server, { db, counter })
  registerAgents(server, { db, keys, bells, baseUrl: 'http://localhost:8080' })
  registerTeams(server, { db, bells, counter })
  registerFirstSteps(server, { db })
  const reader = createMailReader({ log, clock: systemClock, blobsRoot: blobs.root, processes: 1 })
  const trust = { extraCa: null, allowPrivateHosts: ['127.0.0.0/8'] }
  const mailTrust = options.mailTrust ?? trust
  const mailNeeds = { db, keys, bells, log, clock: systemClock, trust: mailTrust, dnsServers: [] }
  registerMailboxes(server, mailNeeds)
  registerMailboxHealth(server, { ...mailNeeds, dataDir: blobs.root })
  registerMessages(server, { db, blobs, reader, maxMailBytes: MAX_MAIL_BYTES, imageTrust: trust })
  const templates = await loadTemplates(templatesFolder)
  const settings = { maxAttachmentBytes: MAX_MAIL_BYTES }
  registerCustomers(server, { db, bells })
  registerCustomerFields(server, { db })
  registerDrafts(server, { db })
  registerSavedReplies(server, { db })
  registerSearch(server, { db, clock: systemClock })
  registerReplies(server, { db, bells, blobs, keys, templates, settings })
  registerNewTickets(server, { db, bells, blobs, keys, templates, settings })
  registerTemplates(server, { db, keys, templates, clock: systemClock, trust, practice: () => null })
  registerLedger(server, { db, bells, blobs })
  registerOldMail(server, { db, bells })
  registerOutbox(server, { db, bells })
  registerNotifications(server, { db, clock: systemClock })
  registerPlacing(server, { db, bells })
  registerActions(server, { db, bells })
  registerTrash(server, { db, bells })
  const presence = followPresence({ db, bells, log })
  registerPresence(server, { db, bells })
  registerLive(server, { db, bells, feed, presence, log })
  const baseUrl = await listen(server, { host: '127.0.0.1', port: 0 })
  const stop = async () => {
    await server.close()
    await presence.stop()
    await feed.stop()
    await reader.stop()
    await ground.stop()
  }
  return { ground, database, bells, blobs, baseUrl, ...deskBuilders(ground, { baseUrl, reader }), stop }
}
