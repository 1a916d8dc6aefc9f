import { sql } from 'kysely'
import { findSession, startSession } from '../../src/agents/sessions.ts'
import { registerActions } from '../../src/api/actions.ts'
import { registerCustomerFields } from '../../src/api/customer-fields.ts'
import { registerCustomers } from '../../src/api/customers.ts'
import { registerDrafts } from '../../src/api/drafts.ts'
import { registerFirstSteps } from '../../src/api/first-steps.ts'
import { registerLive } from '../../src/api/live.ts'
import { registerMailboxes } from '../../src/api/mailboxes.ts'
import { registerMessages } from '../../src/api/messages.ts'
import { registerNewTickets } from '../../src/api/new-tickets.ts'
import { registerNotifications } from '../../src/api/notifications.ts'
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
import { registerViews } from '../../src/api/views.ts'
import type { BlobStore } from '../../src/blobs/blob-store.ts'
import { findOrAddCustomers } from '../../src/customers/find-customers.ts'
import { inTransaction } from '../../src/db/database.ts'
import type { Bells } from '../../src/db/listen.ts'
import { createMailReader } from '../../src/inbound/mail-reader.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { loadTemplates, templatesFolder } from '../../src/lib/templates.ts'
import { addressKey } from '../../src/mail/address.ts'
import type { Address } from '../../src/mail/mail-types.ts'
import type { Trust } from '../../src/mailboxes/host-guard.ts'
import type { Route } from '../../src/shared/define-route.ts'
import type { Role, TicketState } from '../../src/shared/vocabulary.ts'
import { addMessages, type NewMessage } from '../../src/tickets/add-messages.ts'
import { startLiveFeed } from '../../src/tickets/live-feed.ts'
import { openTickets } from '../../src/tickets/open-tickets.ts'
import { followPresence } from '../../src/tickets/presence.ts'
import { createQueueCounter } from '../../src/tickets/queue-counts.ts'
import { writeTicketEvents } from '../../src/tickets/ticket-events.ts'
import { type ApiClient, apiClient, type CallWith } from './api.ts'
import { fileAll, storeMails } from './filing.ts'
import { type Ground, startGround } from './ground.ts'
import { type MailParts, rawMail } from './mails.ts'
import { newMessage } from './new-message.ts'
import type { TestDatabase } from './postgres.ts'

/** A signed-in agent of a test. */
export type DeskAgent = Pick<ApiClient, 'call' | 'fetch'> & {
  agentId: number
  sessionId: number
  /** What a bare request of this agent carries. */
  headers: Record<string, string>
}

/** A ticket as a test starts with it. */
export type DeskTicket = { ticketId: number; number: number; messageId: number }

/** What became of a mail that came in. */
export type Received = { messageId: number; ticketId: number; number: number }

/** What differs from a plain mail of Ivana at this moment. */
export type MailWish = Partial<
  Omit<NewMessage, 'ticketId' | 'mailboxId' | 'from'> & { from: string | Address }
>

/** The desk behind its API, on a database of its own, with builders that use the commands. */
export type Desk = {
  ground: Ground
  database: TestDatabase
  bells: Bells
  blobs: BlobStore
  baseUrl: string
  mailbox: (address: string, aliases?: readonly string[]) => Promise<number>
  agent: (name: string, rights?: { role?: Role; mailboxIds?: readonly number[] }) => Promise<DeskAgent>
  ticket: (wish: { mailboxId: number; state?: TicketState } & MailWish) => Promise<DeskTicket>
  /** A further message, inbound unless the wish says otherwise; nothing reopens by it. */
  message: (ticketId: number, wish?: MailWish) => Promise<number>
  /** A mail that comes into a mailbox and is filed there. */
  receive: (mailboxId: number, mail: MailParts | Buffer) => Promise<Received>
  stop: () => Promise<void>
}

/** The limit of a whole mail in these tests, so that too large is small. */
export const MAX_MAIL_BYTES = 100_000

/** Starts the desk's doors, listening on a free port. `mailTrust`: what mail servers of a test need. */
export async function startDesk(options: { mailTrust?: Trust } = {}): Promise<Desk> {
  const ground = await startGround()
  const { database, db, keys, bells, blobs, log, instanceId } = ground
  const uids = { next: 1 }
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
  registerTeams(server, { db, bells, counter })
  registerFirstSteps(server, { db })
  const reader = createMailReader({ log, clock: systemClock, blobsRoot: blobs.root, processes: 1 })
  const trust = { extraCa: null, allowPrivateHosts: ['127.0.0.0/8'] }
  const mailTrust = options.mailTrust ?? trust
  registerMailboxes(server, { db, keys, bells, log, clock: systemClock, trust: mailTrust, dnsServers: [] })
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
  registerOutbox(server, { db, bells })
  registerNotifications(server, { db, clock: systemClock })
  registerPlacing(server, { db, bells })
  registerActions(server, { db, bells })
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
  const signIn = async (agentId: number): Promise<DeskAgent> => {
    const session = await inTransaction(db, tx =>
      startSession(tx, keys, { agentId, userAgent: 'test', address: '127.0.0.1' }),
    )
    const headers = { cookie: `letterdesk_session=${session.token}`, 'x-csrf-token': session.csrfToken }
    return { agentId, sessionId: session.sessionId, headers, ...withHeaders(apiClient(baseUrl), headers) }
  }
  return {
    ground,
    database,
    bells,
    blobs,
    baseUrl,
    mailbox: (address, aliases = []) => addMailbox(database, address, aliases),
    agent: async (name, rights = {}) => await signIn(await addAgent(database, name, rights)),
    ticket: wish => openTicket(database, wish),
    message: (ticketId, wish = {}) => addMessage(database, ticketId, wish),
    receive: async (mailboxId, mail) => {
      const raw = Buffer.isBuffer(mail) ? mail : rawMail(mail)
      await sql`insert into folder (mailbox_id, path, role) values (${mailboxId}, 'INBOX', 'inbox')
        on conflict do nothing`.execute(db)
      const [rowId] = await storeMails({ db, blobs, mailboxId, uids }, [{ raw, receivedAt: new Date() }])
      await fileAll({ db, reader, keys, log, instanceId, dns: null, clock: systemClock, owed: [] })
      return await findReceived(database, rowId ?? 0)
    },
    stop,
  }
}

function withHeaders(client: ApiClient, headers: Record<string, string>): Pick<ApiClient, 'call' | 'fetch'> {
  const add = <R extends Route>(call: CallWith<R> = {}) => ({
    ...call,
    headers: { ...headers, ...call.headers },
  })
  return {
    call: (route, call) => client.call(route, add(call)),
    fetch: (route, call) => client.fetch(route, add(call)),
  }
}

async function findReceived({ db }: TestDatabase, rowId: number): Promise<Received> {
  const { rows } = await sql<Received>`
    select m.id as "messageId", t.id as "ticketId", t.number
    from mail_instance i join message m on m.id = i.message_id join ticket t on t.id = m.ticket_id
    where i.id = ${rowId}`.execute(db)
  const [row] = rows
  if (row === undefined) throw new Error('the mail was not filed')
  return row
}

async function addMailbox(
  { db }: TestDatabase,
  address: string,
  aliases: readonly string[],
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into mailbox (kind, name, address, aliases)
    values ('practice', ${address}, ${address}, ${[...aliases]}::text[]) returning id`.execute(db)
  return rows[0]?.id ?? 0
}

async function addAgent(
  { db }: TestDatabase,
  name: string,
  { role = 'agent', mailboxIds = [] }: { role?: Role; mailboxIds?: readonly number[] },
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into agent (email, name, role, state) values (${`${name}@desk.test`}, ${name}, ${role}, 'active')
    returning id`.execute(db)
  const id = rows[0]?.id ?? 0
  await sql`insert into agent_mailbox (agent_id, mailbox_id)
    select ${id}, unnest(${[...mailboxIds]}::bigint[])`.execute(db)
  return id
}

async function openTicket(
  { db }: TestDatabase,
  { mailboxId, state = 'open', ...wish }: { mailboxId: number; state?: TicketState } & MailWish,
): Promise<DeskTicket> {
  return await inTransaction(db, async tx => {
    const mail = newMessage({ ...mailOf(wish), ticketId: 0, mailboxId })
    const address = addressKey(mail.from?.address ?? '')
    const customers = await findOrAddCustomers(tx, [{ address, name: mail.from?.name ?? null }])
    const customerId = customers.get(address) ?? null
    const [opened] = await openTickets(tx, [
      { mailboxId, customerId, subject: mail.subject, state, lastMessageAt: mail.receivedAt },
    ])
    if (opened === undefined) throw new Error('no ticket was opened')
    const [messageId = 0] = await addMessages(tx, [{ ...mail, ticketId: opened.id, customerId }])
    await writeTicketEvents(tx, [
      { ticketId: opened.id, kind: 'ticket_opened' },
      { ticketId: opened.id, kind: 'message_received', messageId },
    ])
    return { ticketId: opened.id, number: opened.number, messageId }
  })
}

async function addMessage({ db }: TestDatabase, ticketId: number, wish: MailWish): Promise<number> {
  return await inTransaction(db, async tx => {
    const { mailbox_id: mailboxId } = await tx
      .selectFrom('ticket')
      .select('mailbox_id')
      .where('id', '=', ticketId)
      .executeTakeFirstOrThrow()
    const [messageId = 0] = await addMessages(tx, [
      newMessage({ ...mailOf({ placedBy: 'references', ...wish }), ticketId, mailboxId }),
    ])
    const kind = wish.direction === 'outbound' ? 'reply_queued' : 'message_received'
    await writeTicketEvents(tx, [{ ticketId, kind, messageId }])
    return messageId
  })
}

/** A mail of Ivana's; `from` may be a bare address. */
function mailOf({ from = 'ivana@customer.test', ...wish }: MailWish) {
  const sender = typeof from === 'string' ? { name: 'Ivana Petrova', address: from } : from
  return { subject: 'Password', text: 'My password does not work.', ...wish, from: sender }
}
