import { onTestFinished, vi } from 'vitest'
import type { Caller } from '../../src/agents/can.ts'
import { inTransaction } from '../../src/db/database.ts'
import { startInstance } from '../../src/db/instances.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { loadTemplates } from '../../src/lib/templates.ts'
import type { Address } from '../../src/mail/mail-types.ts'
import { storePassword } from '../../src/mailboxes/account.ts'
import type { SendContext } from '../../src/outbound/draft-mail.ts'
import { type SendingOptions, startSending } from '../../src/outbound/run-sending.ts'
import { type ReplyOrder, sendReply } from '../../src/outbound/send-reply.ts'
import { addMessages } from '../../src/tickets/add-messages.ts'
import { openTickets } from '../../src/tickets/open-tickets.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { startGround } from '../support/ground.ts'
import { newMessage } from '../support/new-message.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'

export type SendingDesk = Awaited<ReturnType<typeof startSendingDesk>>

/** What a test may say of its mailbox; the servers are the sink and, if given, a Dovecot. */
export type MailboxWish = {
  name?: string
  signature?: string
  sentCopy?: 'append' | 'by_server' | 'none'
  uncertainRule?: 'ask' | 'repeat_once'
  acknowledges?: boolean
  imapPort?: number
}

/** What a test may say of the mail that opened its ticket. */
export type TicketWish = {
  from?: Address
  to?: Address[]
  cc?: Address[]
  subject?: string
  text?: string
  header?: string
  internetMessageId?: string
  kind?: 'person' | 'auto-reply' | 'bounce' | 'list'
}

/**
 * Everything sending needs, on a database, a blob folder and an SMTP sink of this test file. Its
 * certificates are its own unless a Dovecot is to have them too.
 */
export async function startSendingDesk(options: { certificates?: Certificates } = {}) {
  const certificates = options.certificates ?? (await makeCertificates())
  const ground = await startGround()
  const { db, bells, blobs, keys, log } = ground
  const sink = await startSmtpSink({ certificates })
  const templates = await loadTemplates(new URL('../../templates', import.meta.url).pathname)
  const trust = { extraCa: certificates.ca, allowPrivateHosts: ['127.0.0.0/8'] }
  const context: SendContext = {
    db,
    bells,
    blobs,
    keys,
    templates,
    settings: { maxAttachmentBytes: 200_000, undoMs: 0 },
  }
  const desk = { ...ground, certificates, sink, templates, trust, context }
  const stop = async () => {
    await sink.stop()
    await ground.stop()
    if (options.certificates === undefined) await certificates.remove()
  }
  return {
    ...desk,
    stop,
    /** What mails of the desk to its agents are sent with. */
    mailing: { ...desk, clock: systemClock, practice: () => null, baseUrl: 'https://desk.example.org' },
    /** Between tests: the sink is well again, and what the last one left unsettled is not the next one's work. */
    calm: async () => {
      sink.behave()
      await db.updateTable('mailbox').set({ state: 'paused' }).execute()
    },
    mailbox: (address: string, wish: MailboxWish = {}) => addMailbox(desk, address, wish),
    agent: (name: string, mailboxIds: number[]) => addAgent(desk, name, mailboxIds),
    ticket: (mailboxId: number, wish: TicketWish = {}) => addTicket(desk, mailboxId, wish),
    send: async (caller: Caller, order: Partial<ReplyOrder> & { ticketId: number }) =>
      (await sendReply(context, caller, { text: 'Hello', ...order })).messageId,
    /** The same with other settings. */
    sendWith: async (other: SendContext, caller: Caller, order: Partial<ReplyOrder> & { ticketId: number }) =>
      (await sendReply(other, caller, { text: 'Hello', ...order })).messageId,
    /** A node that sends, with a heartbeat; stopped with the test. */
    sender: async (changes: Partial<SendingOptions> = {}) => {
      const instance = await startInstance({ db, log })
      const running = startSending({
        ...desk,
        instanceId: instance.id,
        clock: systemClock,
        practice: () => null,
        random: () => 0.5,
        ...changes,
        timing: { pollMs: 20, sentCopyDelayMs: 0, reconcileEveryMs: 50, stopMs: 2_000, ...changes.timing },
      })
      const end = async () => {
        await running.stop()
        await instance.stop()
      }
      onTestFinished(end)
      return { ...running, stop: end, instanceId: instance.id }
    },
    outbox: (messageId: number) =>
      db.selectFrom('outbox').selectAll().where('message_id', '=', messageId).executeTakeFirstOrThrow(),
    recipients: (messageId: number) =>
      db
        .selectFrom('outbox_recipient')
        .select(['address', 'state', 'reply_code'])
        .where('message_id', '=', messageId)
        .orderBy('address')
        .execute(),
    ticketRow: (id: number) =>
      db.selectFrom('ticket').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    events: async (ticketId: number) => {
      const rows = await db
        .selectFrom('ticket_event')
        .select(['kind', 'data'])
        .where('ticket_id', '=', ticketId)
        .orderBy('id')
        .execute()
      return rows
    },
    /** Waits until the row is in that state. */
    reaches: (messageId: number, state: string) =>
      vi.waitFor(
        async () => {
          const row = await db
            .selectFrom('outbox')
            .select(['state', 'reply_text', 'attempts'])
            .where('message_id', '=', messageId)
            .executeTakeFirstOrThrow()
          if (row.state !== state) throw new Error(`outbox row is ${JSON.stringify(row)}, not ${state}`)
        },
        { timeout: 20_000, interval: 20 },
      ),
  }
}

type Parts = Pick<SendContext, 'db' | 'keys' | 'blobs'> & { sink: SmtpSink }

async function addMailbox({ db, keys, sink }: Parts, address: string, wish: MailboxWish): Promise<number> {
  const row = await db
    .insertInto('mailbox')
    .values({
      kind: 'imap',
      name: wish.name ?? 'Support',
      address,
      username: address,
      imap_host: '127.0.0.1',
      imap_port: wish.imapPort ?? 1,
      imap_security: 'tls',
      smtp_host: '127.0.0.1',
      smtp_port: sink.tlsPort,
      smtp_security: 'tls',
      signature: wish.signature ?? '',
      sent_copy: wish.sentCopy ?? 'none',
      uncertain_rule: wish.uncertainRule ?? 'ask',
      acknowledges: wish.acknowledges ?? false,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await inTransaction(db, tx => storePassword(tx, keys, row.id, 'secret'))
  return row.id
}

async function addAgent({ db }: Parts, name: string, mailboxIds: number[]): Promise<Caller> {
  const row = await db
    .insertInto('agent')
    .values({ email: `${name}@desk.test`, name, role: 'agent', state: 'active' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const rights = mailboxIds.map(mailbox_id => ({ agent_id: row.id, mailbox_id }))
  if (rights.length > 0) await db.insertInto('agent_mailbox').values(rights).execute()
  return { agentId: row.id, role: 'agent', mailboxIds }
}

async function addTicket({ db, blobs }: Parts, mailboxId: number, wish: TicketWish) {
  const from = wish.from ?? { name: 'Ann', address: 'ann@example.org' }
  const id = wish.internetMessageId ?? `${crypto.randomUUID()}@example.org`
  const text = wish.text ?? 'Where is my order?'
  const raw = Buffer.from(`Message-ID: <${id}>\r\n${wish.header ?? ''}Subject: x\r\n\r\n${text}\r\n`)
  const [blob] = await blobs.put([raw])
  return await inTransaction(db, async tx => {
    const subject = wish.subject ?? 'Order 12'
    const now = new Date()
    const [ticket] = await openTickets(tx, [
      { mailboxId, customerId: null, subject, state: 'open', lastMessageAt: now },
    ])
    const ticketId = ticket?.id ?? 0
    const [messageId = 0] = await addMessages(tx, [
      newMessage({
        ticketId,
        mailboxId,
        receivedAt: now,
        kind: wish.kind ?? 'person',
        from,
        to: wish.to ?? [],
        cc: wish.cc ?? [],
        subject,
        internetMessageId: id,
        sentAt: now,
        rawBlobId: blob?.id ?? null,
        text,
        refs: [{ id, owned: true }],
      }),
    ])
    return { ticketId, messageId, number: ticket?.number ?? 0, replyKey: ticket?.replyKey ?? '', id }
  })
}
