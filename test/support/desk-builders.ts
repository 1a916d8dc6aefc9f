import { sql } from 'kysely'
import { startSession } from '../../src/agents/sessions.ts'
import { findOrAddCustomers } from '../../src/customers/find-customers.ts'
import { inTransaction } from '../../src/db/database.ts'
import type { MailReader } from '../../src/inbound/mail-reader.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { addressKey } from '../../src/mail/address.ts'
import type { Address } from '../../src/mail/mail-types.ts'
import type { Route } from '../../src/shared/define-route.ts'
import type { Role, TicketState } from '../../src/shared/vocabulary.ts'
import { addMessages, type NewMessage } from '../../src/tickets/add-messages.ts'
import { openTickets } from '../../src/tickets/open-tickets.ts'
import { writeTicketEvents } from '../../src/tickets/ticket-events.ts'
import { type ApiClient, apiClient, type CallWith } from './api.ts'
import { type Arrival, fileAll, storeMails } from './filing.ts'
import type { Ground } from './ground.ts'
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

/** What puts mailboxes, agents, tickets and mail on a desk, by the product's own commands. */
export type DeskBuilders = {
  mailbox: (address: string, aliases?: readonly string[]) => Promise<number>
  agent: (name: string, rights?: { role?: Role; mailboxIds?: readonly number[] }) => Promise<DeskAgent>
  /** A further session of an agent. */
  signIn: (agentId: number) => Promise<DeskAgent>
  ticket: (wish: { mailboxId: number; state?: TicketState } & MailWish) => Promise<DeskTicket>
  /** A further message, inbound unless the wish says otherwise; nothing reopens by it. */
  message: (ticketId: number, wish?: MailWish) => Promise<number>
  /** A mail that comes into a mailbox and is filed there; what differs from one of now in INBOX. */
  receive: (
    mailboxId: number,
    mail: MailParts | Buffer,
    arrival?: Omit<Arrival, 'raw' | 'mailboxId'>,
  ) => Promise<Received>
}

/** Makes them for a server that answers at `baseUrl` from this ground. */
export function deskBuilders(
  ground: Ground,
  { baseUrl, reader }: { baseUrl: string; reader: MailReader },
): DeskBuilders {
  const { database, db, keys, blobs, log, instanceId } = ground
  const uids = { next: 1 }
  const signIn = async (agentId: number): Promise<DeskAgent> => {
    const session = await inTransaction(db, tx =>
      startSession(tx, keys, { agentId, userAgent: 'test', address: '127.0.0.1' }),
    )
    const headers = { cookie: `letterdesk_session=${session.token}`, 'x-csrf-token': session.csrfToken }
    return { agentId, sessionId: session.sessionId, headers, ...withHeaders(apiClient(baseUrl), headers) }
  }
  return {
    mailbox: (address, aliases = []) => addMailbox(database, address, aliases),
    agent: async (name, rights = {}) => await signIn(await addAgent(database, name, rights)),
    signIn,
    ticket: wish => openTicket(database, wish),
    message: (ticketId, wish = {}) => addMessage(database, ticketId, wish),
    receive: async (mailboxId, mail, arrival = {}) => {
      const raw = Buffer.isBuffer(mail) ? mail : rawMail(mail)
      await sql`insert into folder (mailbox_id, path, role) values (${mailboxId}, 'INBOX', 'inbox')
        on conflict do nothing`.execute(db)
      const [rowId] = await storeMails({ db, blobs, mailboxId, uids }, [
        { raw, receivedAt: new Date(), ...arrival },
      ])
      await fileAll({ db, reader, keys, log, instanceId, dns: null, clock: systemClock, owed: [] })
      return await findReceived(database, rowId ?? 0)
    },
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
