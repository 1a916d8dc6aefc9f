import { getLedger, type LedgerRow } from '../../src/shared/mailboxes.ts'
import { getMessageHtml, getMessageRaw, getTicket } from '../../src/shared/tickets.ts'
import type { ApiClient } from '../support/api.ts'
import { makeCertificates } from '../support/certificates.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type CorpusMail, listCorpus } from '../support/corpus.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { type Letterdesk, startLetterdesk } from '../support/letterdesk.ts'
import { rawMail } from '../support/mails.ts'
import { sha256 } from '../support/sha256.ts'
import { startSmtpSink } from '../support/smtp-sink.ts'
import { changedFlags, checkLedger, type LedgerCheck } from './check-ledger.ts'
import { checkShownOnce, type ShownCheck } from './check-shown.ts'
import { deliverCorpus, type RefusedMail } from './deliver-corpus.ts'
import { type MemoryWatch, type Peak, watchMemory } from './peak-memory.ts'

/** What one run found. It is good when `breaches` is empty. */
export type LedgerReport = {
  corpusMails: number
  refused: RefusedMail[]
  check: LedgerCheck
  /** Of the second mailbox, which gets a copy of each mail. */
  second: LedgerCheck
  shown: ShownCheck
  ours: Peak[]
  postgresMb: number
  tookMs: number
  breaches: string[]
}

/** The most memory one process of ours may take. */
export const memoryLimitMb = 512

const address = 'corpus@desk.test'
const secondAddress = 'copies@desk.test'
const both = [address, secondAddress]
const monthMs = 30 * 86_400_000
const stalledAfterMs = 45_000

/**
 * Puts real mail through the whole product, each mail to two mailboxes: half of it waits on the server
 * when they are connected, half comes after; some of it has flags, and some is older than the chosen start.
 * Both ledgers balance, and whoever sees both mailboxes sees each mail once.
 */
export async function runLedger(options: { mails?: readonly CorpusMail[] } = {}): Promise<LedgerReport> {
  const mails = options.mails ?? (await listCorpus())
  const certificates = await makeCertificates()
  const dovecot = await startDovecot({ certificates })
  const sink = await startSmtpSink({ certificates })
  const desk = await startLetterdesk({ caFile: certificates.caFile })
  const memory = watchMemory(desk.pid)
  try {
    const admin = await desk.owner()
    const servers = { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }
    const startedAtMs = performance.now()
    await deliverOldMail(dovecot)
    const half = Math.ceil(mails.length / 2)
    const refused = await deliverCorpus(dovecot, mails.slice(0, half), both)
    await dovecot.setFlags(address, 'INBOX', [7, 8, 9], ['\\Seen', '\\Flagged'])
    const mailbox = await connect(admin, servers, { address, days: 1 })
    const copies = await connect(admin, servers, { address: secondAddress, days: 1 })
    refused.push(...(await deliverCorpus(dovecot, mails.slice(half), both)))
    const before = await dovecot.readFolder(address)
    const copied = await dovecot.readFolder(secondAddress)
    await untilSettled(admin, mailbox.id, before.length)
    await untilSettled(admin, copies.id, copied.length)
    const after = await dovecot.readFolder(address)
    const check = await checkLedger(admin, mailbox.id, after)
    const second = await checkLedger(admin, copies.id, copied)
    const shown = await checkShownOnce(admin, [check.rows, second.rows], await findRepeats(mails, refused))
    const unread = await readEverything(admin, check)
    const tookMs = performance.now() - startedAtMs
    const breaches = [
      ...check.breaches,
      ...second.breaches,
      ...shown.breaches,
      ...changedFlags(before, after),
      ...unread,
      ...overLimit(memory, desk),
    ]
    const { ours, postgresMb } = { ours: memory.ours(), postgresMb: memory.postgresMb() }
    return { corpusMails: mails.length, refused, check, second, shown, ours, postgresMb, tookMs, breaches }
  } catch (cause) {
    const said = desk.output().split('\n').slice(-20).join('\n')
    throw new Error(`the run broke off; the product said last:\n${said}`, { cause })
  } finally {
    memory.stop()
    await desk.stop()
    await Promise.all([dovecot.stop(), sink.stop()])
    await certificates.remove()
  }
}

/** The places of accepted mails whose bytes came before. */
async function findRepeats(
  mails: readonly CorpusMail[],
  refused: readonly RefusedMail[],
): Promise<Set<number>> {
  const isRefused = new Set(refused.map(({ name }) => name))
  const seen = new Set<string>()
  const repeats = new Set<number>()
  for (const [n, mail] of mails.filter(({ name }) => !isRefused.has(name)).entries()) {
    const hash = sha256(await mail.read())
    if (seen.has(hash)) repeats.add(n)
    seen.add(hash)
  }
  return repeats
}

/** Mail from before the chosen start: it belongs to the range row and never becomes a ticket. */
async function deliverOldMail(dovecot: Dovecot): Promise<void> {
  for (const n of [1, 2, 3, 4, 5]) {
    const internalDate = new Date(Date.now() - monthMs)
    await dovecot.append(address, 'INBOX', rawMail({ subject: `Old mail ${n}` }), { internalDate })
  }
}

/** Waits until every UID is accounted for and nothing waits for filing; a standstill ends it too, for the check to name. */
async function untilSettled(admin: ApiClient, mailboxId: number, shown: number): Promise<void> {
  let last = ''
  let changedAtMs = performance.now()
  while (performance.now() - changedAtMs < stalledAfterMs) {
    const { folders, outcomes } = await admin.call(getLedger, { params: { id: mailboxId } })
    const rows = outcomes.reduce((sum, { count }) => sum + count, 0)
    const waiting = outcomes.find(({ outcome }) => outcome === 'stored')?.count ?? 0
    if (rows + (folders[0]?.mailsBelow ?? 0) >= shown && waiting === 0) return
    const now = JSON.stringify(outcomes)
    if (now !== last) changedAtMs = performance.now()
    last = now
    // time passes: the ledger is asked four times a second until it is settled
    await new Promise(resolve => setTimeout(resolve, 250))
  }
}

/** Every filed mail can be read through the API: its ticket, its bytes as the server has them, its HTML. */
async function readEverything(admin: ApiClient, { rows }: LedgerCheck): Promise<string[]> {
  const filed = rows.filter(row => row.outcome === 'filed')
  const faults: string[] = []
  const messageIds = new Set<number>()
  for (const number of new Set(filed.flatMap(row => row.ticketNumber ?? []))) {
    const ticket = await admin.call(getTicket, { params: { number } }).catch((error: Error) => {
      faults.push(`ticket ${number} cannot be read: ${error.message}`)
    })
    for (const message of ticket?.messages ?? []) messageIds.add(message.id)
  }
  for (const row of filed) {
    if (!messageIds.has(row.messageId ?? 0)) faults.push(`UID ${row.uid}: its message is in no ticket`)
    faults.push(...(await readMail(admin, row)))
  }
  return faults
}

async function readMail(
  admin: ApiClient,
  { uid, messageId, sha256: expected }: LedgerRow,
): Promise<string[]> {
  const params = { id: messageId ?? 0 }
  const raw = await admin.fetch(getMessageRaw, { params })
  const isSame = sha256(Buffer.from(await raw.arrayBuffer())) === expected
  const html = await admin.fetch(getMessageHtml, { params })
  await html.arrayBuffer()
  const isReadable = html.ok || html.status === 404 // no HTML part
  return [
    ...(isSame ? [] : [`UID ${uid}: the raw mail served (${raw.status}) is not the server's`]),
    ...(isReadable ? [] : [`UID ${uid}: its HTML cannot be read: ${html.status}`]),
  ]
}

function overLimit(memory: MemoryWatch, desk: Letterdesk): string[] {
  const peaks = memory.ours()
  const breaches = peaks
    .filter(({ peakMb }) => peakMb >= memoryLimitMb)
    .map(({ name, pid, peakMb }) => `${name} (pid ${pid}) took ${Math.round(peakMb)} MB`)
  if (!peaks.some(({ pid }) => pid === desk.pid())) breaches.push('the memory of our process was not seen')
  if (!peaks.some(({ name }) => name === 'mail reader')) breaches.push('no mail reader was seen')
  return breaches
}
