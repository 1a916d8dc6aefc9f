import { listMailboxes } from '../../src/shared/mailboxes.ts'
import type { ApiClient } from '../support/api.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { type Letterdesk, startLetterdesk } from '../support/letterdesk.ts'
import { startSmtpSink } from '../support/smtp-sink.ts'
import { describeMachine, type Machine } from './describe-machine.ts'
import { makeMails } from './make-mails.ts'
import { measureArrival } from './measure-arrival.ts'
import { type CeilingResult, measureCeiling } from './measure-ceiling.ts'
import { type IngestResult, measureIngest } from './measure-ingest.ts'
import { type LiveResult, measureLive } from './measure-live.ts'
import { measureNodes, type NodesResult } from './measure-nodes.ts'
import { measureOutbox, type OutboxResult } from './measure-outbox.ts'
import { measurePages, type PageTime } from './measure-pages.ts'
import { measureScreen } from './measure-screen.ts'
import { measureStart, type StartResult } from './measure-start.ts'
import { measureSearches, measureWrites } from './measure-writes.ts'
import type { Spread } from './percentiles.ts'
import { startSeededDesk } from './seeded-desk.ts'

/** How much to measure; everything random follows from `seed`. */
export type BenchSizes = {
  mails: number
  deliveries: number
  tickets: number
  requests: number
  replies: number
  clients: number
  starts: number
  restSeconds: number
  seed: number
}

/** All figures of one run. `ceilings`: before and after ours, since a machine is not always as fast. */
export type BenchReport = {
  machine: Machine
  sizes: BenchSizes
  mailBytes: number
  ceilings: CeilingResult[]
  ingest: IngestResult
  /** Ours by the mean of the ceilings. */
  ratio: number
  arrival: Spread
  /** From the mail server's word of a mail to its row in the browser. */
  screen: Spread
  outbox: OutboxResult
  nodes: NodesResult[]
  seeding: { tickets: number; tookMs: number }
  pages: PageTime[]
  live: LiveResult
  start: StartResult
}

const address = 'support@bench.test'
const password = 'secret'
const liveChanges = 50

/**
 * Runs the whole bench: the real product as a child process on an embedded database of its own, a real
 * Dovecot, and seeded mails and tickets.
 *
 * @param say hears what is being done, for people who wait
 */
export async function runBench(sizes: BenchSizes, say: (line: string) => void): Promise<BenchReport> {
  const machine = await describeMachine()
  const certificates = await makeCertificates()
  try {
    const mail = await measureMail(sizes, certificates, say)
    const desk = await measureDesk(sizes, certificates, say)
    say(`${sizes.starts} starts, and ${sizes.restSeconds} s of rest`)
    const start = await measureStart({ ...sizes, caFile: certificates.caFile })
    return { machine, sizes, ...mail, ...desk, start }
  } finally {
    await certificates.remove()
  }
}

type MailFigures = Pick<
  BenchReport,
  'mailBytes' | 'ceilings' | 'ingest' | 'ratio' | 'arrival' | 'screen' | 'outbox' | 'nodes'
>

async function measureMail(
  sizes: BenchSizes,
  certificates: Certificates,
  say: (line: string) => void,
): Promise<MailFigures> {
  const dovecot = await startDovecot({ certificates })
  const sink = await startSmtpSink({ certificates })
  const product = await startLetterdesk({ caFile: certificates.caFile }).catch(async cause => {
    await Promise.all([dovecot.stop(), sink.stop()])
    throw cause
  })
  try {
    const servers = { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }
    return await measureMailWith({ sizes, certificates, dovecot, servers, product, say })
  } finally {
    await product.stop()
    await Promise.all([dovecot.stop(), sink.stop()])
  }
}

type MailSetUp = {
  sizes: BenchSizes
  certificates: Certificates
  dovecot: Dovecot
  servers: { imapsPort: number; smtpsPort: number }
  product: Letterdesk
  say: (line: string) => void
}

async function measureMailWith(setUp: MailSetUp): Promise<MailFigures> {
  const { sizes, dovecot, servers, product, say } = setUp
  const mails = makeMails(sizes.mails, sizes.seed)
  say(`delivering ${mails.length} mails by LMTP`)
  await dovecot.deliverMany(mails.map(raw => ({ raw, to: [address] })))
  const owner = await product.owner()
  const where = { port: dovecot.imapsPort, ca: dovecot.ca, user: address, password }
  say('ceiling: imapflow and simpleParser alone')
  const before = await measureCeiling(where)
  say('ingest: Dovecot to filed tickets')
  const from = { pid: product.pid(), servers, address, mails: mails.length }
  const ingest = await measureIngest(owner, from)
  say('ceiling once more')
  const after = await measureCeiling(where)
  say(`arrival: ${sizes.deliveries} deliveries`)
  const { deliveries, seed } = sizes
  const arrival = await measureArrival(owner, { dovecot, addresses: [address], deliveries, seed })
  say(`screen: ${deliveries} deliveries`)
  const screen = await measureScreen(owner, { dovecot, address, password, deliveries, seed })
  say(`outbox: ${sizes.replies} replies`)
  const outbox = await measureReplies(owner, setUp)
  say('ingest by one process and by two')
  const nodes = await measureNodesOf(mails, setUp)
  const ceilings = [before, after]
  const mailBytes = mails.reduce((sum, mail) => sum + mail.length, 0)
  const ratio = ingest.perSecond / ((before.perSecond + after.perSecond) / 2)
  return { mailBytes, ceilings, ingest, ratio, arrival, screen, outbox, nodes }
}

/** Half of the mails in each of two more mailboxes. */
async function measureNodesOf(mails: readonly Buffer[], setUp: MailSetUp): Promise<NodesResult[]> {
  const { certificates, dovecot, servers } = setUp
  const addresses = ['first@nodes.test', 'second@nodes.test']
  await dovecot.deliverMany(mails.map((raw, at) => ({ raw, to: [addresses[at % 2] ?? ''] })))
  return await measureNodes({ certificates, servers, addresses, mails: mails.length })
}

async function measureReplies(owner: ApiClient, setUp: MailSetUp): Promise<OutboxResult> {
  const { certificates, product, sizes } = setUp
  const { data } = await owner.call(listMailboxes)
  const mailboxId = data.find(mailbox => mailbox.address === address)?.id ?? 0
  const { replies } = sizes
  return await measureOutbox(owner, { pid: product.pid(), certificates, mailboxId, address, replies })
}

async function measureDesk(
  sizes: BenchSizes,
  certificates: Certificates,
  say: (line: string) => void,
): Promise<Pick<BenchReport, 'seeding' | 'pages' | 'live'>> {
  say(`seeding ${sizes.tickets} tickets`)
  const { product, agent, seeding } = await startSeededDesk({ ...sizes, caFile: certificates.caFile })
  try {
    say(`lists, tickets, searches and writes, ${sizes.requests} requests each`)
    const reads = [...(await measurePages(agent, sizes)), ...(await measureSearches(agent, sizes))]
    const pages = [...reads, ...(await measureWrites(agent, sizes))]
    say(`${sizes.clients} live clients`)
    const live = await measureLive(agent, {
      pid: product.pid(),
      clients: sizes.clients,
      changes: liveChanges,
    })
    return { seeding, pages, live }
  } finally {
    await product.stop()
  }
}
