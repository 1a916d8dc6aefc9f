import { sql } from 'kysely'
import { inTransaction } from '../../src/db/database.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { loadTemplates, templatesFolder } from '../../src/lib/templates.ts'
import { storePassword } from '../../src/mailboxes/account.ts'
import type { MailAgentContext } from '../../src/outbound/mail-agent.ts'
import { startSending } from '../../src/outbound/run-sending.ts'
import { makeCertificates } from '../support/certificates.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import type { Accepted } from '../support/sink-log.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'

/** The desk behind its API with a sender that hands what agents send to a real server, at once. */
export type MailDesk = Desk & {
  sink: SmtpSink
  /** What mails of the desk to its agents are sent with. */
  mailing: MailAgentContext
  /** A message of the desk as its server took it. */
  taken: (messageId: number) => Promise<Accepted>
}

/** A desk with a mailbox and an agent who answers in it. Its mailboxes send through the sink, and its agents have no window to undo in. */
export async function startDeskOfAda(): Promise<{ desk: MailDesk; mailboxId: number; ada: DeskAgent }> {
  const desk = await startMailDesk()
  const mailboxId = await desk.mailbox('support@desk.test')
  return { desk, mailboxId, ada: await desk.agent('ada', { mailboxIds: [mailboxId] }) }
}

export async function startMailDesk(): Promise<MailDesk> {
  const desk = await startDesk()
  const { db, keys } = desk.ground
  const certificates = await makeCertificates()
  const sink = await startSmtpSink({ certificates })
  const templates = await loadTemplates(templatesFolder)
  const trust = { extraCa: certificates.ca, allowPrivateHosts: ['127.0.0.0/8'] }
  const outside = { ...desk.ground, trust, clock: systemClock, practice: () => null }
  const sending = startSending({
    ...outside,
    random: () => 0.5,
    timing: { pollMs: 50 },
  })
  return {
    ...desk,
    sink,
    mailing: { ...outside, templates, baseUrl: 'https://desk.example.org' },
    mailbox: async (address, aliases) => {
      const id = await desk.mailbox(address, aliases)
      await sql`update mailbox set kind = 'imap', username = address, sent_copy = 'none',
        imap_host = '127.0.0.1', imap_port = 1, imap_security = 'tls',
        smtp_host = '127.0.0.1', smtp_port = ${sink.tlsPort}, smtp_security = 'tls' where id = ${id}`.execute(
        db,
      )
      await inTransaction(db, tx => storePassword(tx, keys, id, 'secret'))
      return id
    },
    agent: async (name, rights) => {
      const agent = await desk.agent(name, rights)
      await sql`update agent set undo_seconds = 0 where id = ${agent.agentId}`.execute(db)
      return agent
    },
    taken: async messageId => {
      const { internet_message_id: id } = await db
        .selectFrom('message')
        .select('internet_message_id')
        .where('id', '=', messageId)
        .executeTakeFirstOrThrow()
      return await sink.waitFor(mail => mail.raw.includes(`<${id}>`))
    },
    stop: async () => {
      await sending.stop()
      await sink.stop()
      await desk.stop()
      await certificates.remove()
    },
  }
}
