import { inviteAgent } from '../../src/shared/agents.ts'
import { type MailboxSettings, updateMailbox } from '../../src/shared/mailboxes.ts'
import { useLink } from '../../src/shared/session.ts'
import { getTicket, listTickets, type Ticket } from '../../src/shared/tickets.ts'
import { type ApiClient, apiClient } from '../support/api.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type DnsServer, startDnsServer } from '../support/dns-server.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { type Letterdesk, startLetterdesk } from '../support/letterdesk.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { waitUntil } from '../support/wait-until.ts'

/** Words that must stand nowhere but where they were put. */
export const CANARIES = {
  mailboxPassword: 'canary-mailbox-password-7f3a',
  secretKey: 'canary-secret-key-of-thirty-two-letters-91',
  agentPassword: 'canary-agent-password-55d0',
}

/** The product as its users run it, seen by an attacker who sends mail and opens web pages. */
export type HostileDesk = {
  certificates: Certificates
  dovecot: Dovecot
  sink: SmtpSink
  /** What the product asks about senders; knows no domain until a case publishes one. */
  dns: DnsServer
  product: Letterdesk
  owner: ApiClient
  /** Signed in, with billing@ alone. */
  outsider: ApiClient
  outsiderId: number
  support: MailboxSettings
  billing: MailboxSettings
  /** Hands mails to support@, or to `to`, by LMTP. */
  deliver: (raw: Buffer | string, to?: string) => Promise<void>
  /** The ticket whose subject is or begins so, once it is there. */
  ticketOf: (subject: string, withinMs?: number) => Promise<Ticket>
  stop: () => Promise<void>
}

/** Starts Dovecot, the sink and the product at LOG_LEVEL=debug; connects support@ and billing@. */
export async function startHostileDesk(
  options: { start?: typeof startLetterdesk } = {},
): Promise<HostileDesk> {
  const certificates = await makeCertificates()
  const dovecot = await startDovecot({ certificates })
  const sink = await startSmtpSink({ certificates })
  const dns = await startDnsServer()
  const start = options.start ?? startLetterdesk
  const product = await start({
    caFile: certificates.caFile,
    secretKey: CANARIES.secretKey,
    env: { LOG_LEVEL: 'debug', SENDER_CHECKS: 'yes', DNS_SERVERS: dns.address },
  })
  const owner = await product.hastyOwner()
  const servers = { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }
  await dovecot.setPassword('support@desk.test', CANARIES.mailboxPassword)
  sink.setPassword('support@desk.test', CANARIES.mailboxPassword)
  const support = await connect(owner, servers, {
    address: 'support@desk.test',
    password: CANARIES.mailboxPassword,
  })
  const billing = await connect(owner, servers, { address: 'billing@desk.test' })
  const outsider = await inviteOutsider(owner, [billing.id])
  return {
    certificates,
    dovecot,
    sink,
    dns,
    product,
    owner,
    ...outsider,
    support,
    billing,
    deliver: async (raw, to = 'support@desk.test') => await dovecot.deliver(raw, [to]),
    ticketOf: async (subject, withinMs = 10_000) =>
      await waitUntil(`a ticket "${subject.slice(0, 60)}"`, () => findTicket(owner, subject), { withinMs }),
    stop: async () => {
      await product.stop()
      await sink.stop()
      await dns.stop()
      await dovecot.stop()
      await certificates.remove()
    },
  }
}

/** Switches the acknowledgement of new tickets. */
export async function acknowledge(desk: HostileDesk, acknowledges: boolean): Promise<void> {
  await desk.owner.call(updateMailbox, { params: { id: desk.support.id }, body: { acknowledges } })
}

async function inviteOutsider(owner: ApiClient, mailboxIds: number[]) {
  const { agent, link } = await owner.call(inviteAgent, {
    body: {
      email: 'outsider@desk.test',
      name: 'Otto',
      role: 'agent',
      language: 'en',
      mailboxIds,
      sendMail: false,
    },
  })
  const outsider = apiClient(owner.baseUrl)
  await outsider.call(useLink, {
    params: { token: String(link).split('/link/')[1] ?? '' },
    body: { password: CANARIES.agentPassword },
  })
  return { outsider, outsiderId: agent.id }
}

async function findTicket(owner: ApiClient, subject: string): Promise<Ticket | undefined> {
  for (const queue of ['all', 'spam', 'closed'] as const) {
    const { data } = await owner.call(listTickets, { query: { queue, order: 'newest', limit: 100 } })
    const row = data.find(ticket => ticket.subject.startsWith(subject))
    if (row) return await owner.call(getTicket, { params: { number: row.number } })
  }
  return undefined
}
