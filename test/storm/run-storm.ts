import { API_BASE } from '../../src/shared/define-route.ts'
import { streamEvents } from '../../src/shared/live.ts'
import { getLedger, type MailboxSettings } from '../../src/shared/mailboxes.ts'
import { getTicket, listTickets, type TicketRow, updateTicket } from '../../src/shared/tickets.ts'
import { type Spread, spreadOf } from '../bench/percentiles.ts'
import type { ApiClient } from '../support/api.ts'
import { makeCertificates } from '../support/certificates.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { type EventStream, openEventStream } from '../support/event-stream.ts'
import { type Letterdesk, startLetterdesk } from '../support/letterdesk.ts'
import { type MailParts, rawMail } from '../support/mails.ts'
import { startSmtpSink } from '../support/smtp-sink.ts'
import { waitUntil } from '../support/wait-until.ts'

/** The three storms of A73. */
export const STORMS = ['one sender', 'many senders', 'one ticket'] as const
export type StormKind = (typeof STORMS)[number]

/** What one storm left behind. */
export type StormReport = {
  kind: StormKind
  mails: number
  deliveredInMs: number
  filedInMs: number
  /** Messages that are in a ticket, and ledger rows that are not filed. */
  messages: number
  unfiled: number
  /** Tickets the storm opened, and those that group it. */
  tickets: number
  stormTickets: number
  /** Hints for the busiest ticket, at one agent's browser. */
  hints: number
  /** From handing a mail to the server to its ticket: in a mailbox beside the storm, and of others in the same one. */
  healthy: Spread
  others: Spread
}

const FLOODED = 'flooded@desk.test'
const HEALTHY = 'healthy@desk.test'
const probeEveryMs = 250
const chunk = 50

/**
 * Sends each storm in turn at one product, with other customers writing all the while.
 *
 * @param kinds those to send
 * @param onReport told of each storm when it is over: ten thousand mails take minutes
 */
export async function runStorms(
  mails: number,
  kinds: readonly StormKind[] = STORMS,
  onReport: (report: StormReport) => void = () => undefined,
): Promise<StormReport[]> {
  const certificates = await makeCertificates()
  const dovecot = await startDovecot({ certificates })
  const sink = await startSmtpSink({ certificates })
  const product = await startLetterdesk({ caFile: certificates.caFile })
  try {
    const owner = await product.owner()
    const servers = { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }
    const flooded = await connect(owner, servers, { address: FLOODED })
    const healthy = await connect(owner, servers, { address: HEALTHY })
    const reports: StormReport[] = []
    for (const kind of kinds) {
      const report = await runStorm({ dovecot, product, owner, flooded, healthy }, kind, mails)
      onReport(report)
      reports.push(report)
    }
    return reports
  } catch (cause) {
    await product.stop() // what it said of the fault may still be on its way
    const said = product
      .output()
      .split('\n')
      .filter(line => !line.includes('"filed mail"'))
      .slice(-20)
      .join('\n')
    throw new Error(`the run broke off; the product said last:\n${said}`, { cause })
  } finally {
    await product.stop()
    await Promise.all([dovecot.stop(), sink.stop()])
    await certificates.remove()
  }
}

type Field = {
  dovecot: Dovecot
  product: Letterdesk
  owner: ApiClient
  flooded: MailboxSettings
  healthy: MailboxSettings
}

async function runStorm(field: Field, kind: StormKind, mails: number): Promise<StormReport> {
  const { dovecot, owner, flooded, healthy } = field
  const before = await countRows(owner, flooded.id)
  const beside = await countRows(owner, healthy.id)
  const mark = kind.replace(' ', '-')
  const first = await openFirst(field, kind, mark)
  const stream = await openEventStream(`${owner.baseUrl}${API_BASE}${streamEvents.path}`, {
    cookie: owner.cookie(),
  })
  const startedAtMs = performance.now()
  const probes = sendProbes(dovecot, mark)
  for (let at = 0; at < mails; at += chunk) {
    const size = Math.min(chunk, mails - at)
    const parts = Array.from({ length: size }, (_, n) => mailOf(kind, mark, at + n))
    await dovecot.deliverMany(parts.map(one => ({ raw: rawMail(one), to: [FLOODED] })))
  }
  const deliveredInMs = performance.now() - startedAtMs
  await untilFiled(owner, flooded.id, before + mails + first)
  const filedInMs = performance.now() - startedAtMs
  const sent = await probes.stop()
  await untilFiled(owner, flooded.id, before + mails + first + sent.others.length)
  await untilFiled(owner, healthy.id, beside + sent.healthy.length)
  stream.close()
  const rows = await listAll(owner)
  const stormy = rows.filter(row => row.subject.startsWith(mark))
  return {
    kind,
    mails,
    deliveredInMs,
    filedInMs,
    messages: stormy.reduce((sum, row) => sum + row.messageCount, 0) - first,
    unfiled: await countUnfiled(owner, flooded.id),
    tickets: stormy.length,
    stormTickets: stormy.filter(row => row.isStorm).length,
    hints: mostHints(stream),
    healthy: await waitsOf(owner, rows, sent.healthy),
    others: await waitsOf(owner, rows, sent.others),
  }
}

/** The ticket that a storm of answers will open again and again: closed before it comes. @returns mails sent */
async function openFirst({ dovecot, owner }: Field, kind: StormKind, mark: string): Promise<number> {
  if (kind !== 'one ticket') return 0
  await dovecot.deliver(
    rawMail({ from: 'a@thread.test', subject: `${mark} first`, messageId: `${mark}@storm.test` }),
    [FLOODED],
  )
  const row = await waitUntil('the first ticket', async () => {
    const { data } = await owner.call(listTickets, { query: { queue: 'all', order: 'newest', limit: 100 } })
    return data.find(one => one.subject === `${mark} first`)
  })
  await owner.call(updateTicket, { params: { number: row.number }, body: { state: 'closed' } })
  return 1
}

function mailOf(kind: StormKind, mark: string, n: number): MailParts {
  const parts = { subject: `${mark} ${n}`, text: `Alarm number ${n}: the disk of the machine is full.\r\n` }
  if (kind === 'one sender') return { ...parts, from: 'Monitor <alarm@machines.test>' }
  if (kind === 'many senders') return { ...parts, from: `customer${n}@storm${n % 97}.test` }
  return { ...parts, from: `robot${n % 3}@thread.test`, inReplyTo: `${mark}@storm.test` }
}

type Probe = { subject: string; atMs: number }

/** Other customers: one mail to the mailbox beside the storm and one into it, four times a second. */
function sendProbes(dovecot: Dovecot, mark: string) {
  const sent = { healthy: [] as Probe[], others: [] as Probe[] }
  let isOn = true
  const work = (async () => {
    for (let n = 0; isOn; n++) {
      for (const [list, to] of [
        [sent.healthy, HEALTHY],
        [sent.others, FLOODED],
      ] as const) {
        const subject = `probe ${mark} ${to} ${n}`
        list.push({ subject, atMs: Date.now() })
        await dovecot.deliver(rawMail({ from: `person${n}@people${n}.test`, subject }), [to])
      }
      // time passes: the next customers write a moment later
      await new Promise(resolve => setTimeout(resolve, probeEveryMs))
    }
  })()
  const stop = async () => {
    isOn = false
    await work
    return sent
  }
  return { stop }
}

/** How long probes waited for their ticket; the clock of the database is this machine's. */
async function waitsOf(
  owner: ApiClient,
  rows: readonly TicketRow[],
  probes: readonly Probe[],
): Promise<Spread> {
  const numbers = new Map(rows.map(row => [row.subject, row.number]))
  const waits: number[] = []
  for (const probe of probes) {
    const number = numbers.get(probe.subject)
    if (number === undefined) throw new Error(`no ticket of its own for "${probe.subject}"`)
    const { createdAt } = await owner.call(getTicket, { params: { number } })
    waits.push(new Date(createdAt).getTime() - probe.atMs)
  }
  return spreadOf(waits)
}

async function untilFiled(owner: ApiClient, mailboxId: number, rows: number): Promise<void> {
  await waitUntil(
    `${rows} mails filed`,
    async () =>
      ((await countRows(owner, mailboxId)) >= rows && (await countUnfiled(owner, mailboxId)) === 0) ||
      undefined,
    { withinMs: 900_000, everyMs: 200 },
  )
}

async function outcomes(owner: ApiClient, mailboxId: number) {
  return (await owner.call(getLedger, { params: { id: mailboxId } })).outcomes
}

async function countRows(owner: ApiClient, mailboxId: number): Promise<number> {
  return (await outcomes(owner, mailboxId)).reduce((sum, one) => sum + one.count, 0)
}

async function countUnfiled(owner: ApiClient, mailboxId: number): Promise<number> {
  const open = (await outcomes(owner, mailboxId)).filter(({ outcome }) => outcome !== 'filed')
  return open.reduce((sum, one) => sum + one.count, 0)
}

async function listAll(owner: ApiClient): Promise<TicketRow[]> {
  const rows: TicketRow[] = []
  let cursor: string | undefined
  do {
    const query = { queue: 'all' as const, limit: 100, ...(cursor === undefined ? {} : { cursor }) }
    const page = await owner.call(listTickets, { query })
    rows.push(...page.data)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return rows
}

function mostHints(stream: EventStream): number {
  const numbers = stream.events.flatMap(one => (one.event === 'hint' ? [one.data.number] : []))
  return Math.max(0, ...[...Map.groupBy(numbers, number => number).values()].map(list => list.length))
}
