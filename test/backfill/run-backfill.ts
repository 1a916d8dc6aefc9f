import { getLedger, listLedgerRows, updateMailbox } from '../../src/shared/mailboxes.ts'
import { getOldMail, holdOldMail, type OldMail, resumeOldMail } from '../../src/shared/old-mail.ts'
import { listTickets } from '../../src/shared/tickets.ts'
import { type Peak, watchMemory } from '../ledger/peak-memory.ts'
import type { ApiClient } from '../support/api.ts'
import { makeCertificates } from '../support/certificates.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { type Letterdesk, startLetterdesk } from '../support/letterdesk.ts'
import { rawMail } from '../support/mails.ts'
import { startSmtpSink } from '../support/smtp-sink.ts'
import { waitUntil } from '../support/wait-until.ts'
import { plantOldMails } from './old-mails.ts'

/** `upTo` ends the run when so many old mails are in, the newest ones; without it all of them are waited for. */
export type BackfillOptions = { mails: number; kills: number; upTo?: number; say?: (line: string) => void }

/** What one run found. It is good when `breaches` is empty. */
export type BackfillReport = {
  /** What the server held, and how many of them were in at the end. */
  mails: number
  settled: number
  /** From connecting to the last outcome waited for, restarts and the halt included. */
  tookMs: number
  perSecond: number
  /** Of each new mail from its delivery to its ticket, the first at once after connecting. */
  newMailMs: number[]
  kills: number
  outcomes: Record<string, number>
  openTickets: number
  acknowledgedOld: number
  acknowledgedNew: number
  ours: Peak[]
  postgresMb: number
  breaches: string[]
}

/** What the run must hold to. */
export const AIMS = { perSecond: 100, newMailMs: 60_000, memoryMb: 512 }

const address = 'years@desk.test'
const openDays = 10
const spanDays = 400
const newDomain = 'new.test'
const oldDomain = 'customer.test'
const giveUpMs = 1_800_000

type Run = {
  options: BackfillOptions
  dovecot: Dovecot
  desk: Letterdesk
  admin: ApiClient
  mailboxId: number
  newMailMs: number[]
  breaches: string[]
}

/**
 * Connects a mailbox with years of mail to the whole product: the last ten days as open tickets, the rest as history.
 * While it comes in, it is halted once, the product is killed again and again, and new mail comes between.
 */
export async function runBackfill(options: BackfillOptions): Promise<BackfillReport> {
  const certificates = await makeCertificates()
  const dovecot = await startDovecot({ certificates })
  const sink = await startSmtpSink({ certificates })
  const desk = await startLetterdesk({ caFile: certificates.caFile })
  const memory = watchMemory(desk.pid)
  try {
    options.say?.(`putting ${options.mails} mails on the server`)
    await plantOldMails(dovecot, address, { count: options.mails, spanDays })
    const admin = await desk.owner()
    const servers = { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }
    const wish = { address, days: openDays, historyDays: spanDays + 30 }
    const { id: mailboxId } = await connect(admin, servers, wish)
    const beganMs = performance.now()
    await admin.call(updateMailbox, { params: { id: mailboxId }, body: { acknowledges: true } })
    const run: Run = { options, dovecot, desk, admin, mailboxId, newMailMs: [], breaches: [] }
    await bringNewMail(run, 'at once')
    await haltOnce(run)
    for (let kill = 1; kill <= options.kills; kill++) await killOnce(run, kill)
    const { total, settled } = await untilProgress(run, 'the last of it', isEnough(options))
    const tookMs = performance.now() - beganMs
    const outcomes = await outcomesOf(run)
    const openTickets = await checkTickets(run)
    // The desk's own word to its admins, as of trouble with a mailbox, is no acknowledgement.
    const acknowledged = (domain: string) =>
      sink.accepted.filter(({ to }) => to.some(person => person.endsWith(`@${domain}`))).length
    await waitUntil('the acknowledgements', () =>
      acknowledged(newDomain) >= run.newMailMs.length ? true : undefined,
    )
    const report = {
      mails: total,
      settled,
      tookMs,
      perSecond: (settled * 1000) / tookMs,
      newMailMs: run.newMailMs,
      kills: options.kills,
      outcomes,
      openTickets,
      acknowledgedOld: acknowledged(oldDomain),
      acknowledgedNew: acknowledged(newDomain),
      ours: memory.ours(),
      postgresMb: memory.postgresMb(),
    }
    return { ...report, breaches: [...run.breaches, ...judge(run, report)] }
  } finally {
    memory.stop()
    await desk.stop()
    await Promise.all([dovecot.stop(), sink.stop()])
    await certificates.remove()
  }
}

const isEnough =
  ({ upTo }: BackfillOptions) =>
  ({ isDone, settled }: OldMail): boolean =>
    isDone || (upTo !== undefined && settled >= upTo)

/** Delivers a mail and waits for its ticket. */
async function bringNewMail(run: Run, when: string): Promise<void> {
  const subject = `New ${when}`
  const beganMs = performance.now()
  await run.dovecot.deliver(
    rawMail({ to: address, from: `writer${run.newMailMs.length}@${newDomain}`, subject }),
    [address],
  )
  await waitUntil(
    subject,
    async () => {
      const query = { queue: 'unassigned', mailboxId: run.mailboxId, order: 'newest' } as const
      const { data } = await run.admin.call(listTickets, { query })
      return data.find(ticket => ticket.subject === subject)
    },
    { withinMs: 120_000, everyMs: 100 },
  )
  run.newMailMs.push(performance.now() - beganMs)
  run.options.say?.(`${subject}: a ticket after ${Math.round(performance.now() - beganMs)} ms`)
}

/** Nothing old comes while it is halted, new mail does, and it goes on. */
async function haltOnce(run: Run): Promise<void> {
  const params = { id: run.mailboxId }
  await untilProgress(run, 'a beginning', ({ settled, total }) => total > 0 && settled > 0)
  await run.admin.call(holdOldMail, { params })
  const before = await untilProgress(run, 'the halt', ({ settled, fetched }) => settled === fetched)
  await bringNewMail(run, 'while it is halted')
  const after = await run.admin.call(getOldMail, { params })
  // The batch in hand when it was halted may still have come.
  if (after.settled - before.settled > 500) run.breaches.push('old mail came in while it was halted')
  if (!after.isHeld || (after.isDone && run.options.mails > 2_000)) run.breaches.push('it was not halted')
  await run.admin.call(resumeOldMail, { params })
}

async function killOnce(run: Run, kill: number): Promise<void> {
  const share = kill / (run.options.kills + 1)
  const { upTo = Number.POSITIVE_INFINITY } = run.options
  const before = await untilProgress(
    run,
    `${share} of it`,
    ({ settled, total }) => settled >= share * Math.min(total, upTo),
  )
  run.options.say?.(`kill ${kill} at ${before.settled} of ${before.total}, ${before.perSecond}/s`)
  await run.desk.kill('SIGKILL')
  await run.desk.start()
  const after = await run.admin.call(getOldMail, { params: { id: run.mailboxId } })
  if (after.settled < before.settled || after.total !== before.total)
    run.breaches.push(`after kill ${kill} it stood at ${after.settled} of ${after.total}`)
  await bringNewMail(run, `after kill ${kill}`)
}

async function untilProgress(
  { admin, mailboxId }: Run,
  what: string,
  isThere: (progress: OldMail) => boolean,
): Promise<OldMail> {
  const look = async () => {
    const progress = await admin.call(getOldMail, { params: { id: mailboxId } })
    return isThere(progress) ? progress : undefined
  }
  return await waitUntil(what, look, { withinMs: giveUpMs, everyMs: 1_000 })
}

async function outcomesOf({ admin, mailboxId }: Run): Promise<Record<string, number>> {
  const { outcomes } = await admin.call(getLedger, { params: { id: mailboxId } })
  return Object.fromEntries(
    outcomes.filter(({ count }) => count > 0).map(({ outcome, count }) => [outcome, count]),
  )
}

/** What is open is of the last days or new, and the newest came first. @returns how many are open */
async function checkTickets({ admin, mailboxId, breaches }: Run): Promise<number> {
  const since = Date.now() - (openDays + 1) * 86_400_000
  let open = 0
  for (let cursor: string | undefined; ; ) {
    const query = {
      queue: 'unassigned',
      mailboxId,
      order: 'newest',
      limit: 100,
      ...(cursor && { cursor }),
    } as const
    const page = await admin.call(listTickets, { query })
    open += page.data.length
    const old = page.data.filter(ticket => Date.parse(ticket.lastMessageAt) < since)
    if (old.length > 0) breaches.push(`${old.length} tickets of history are open`)
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  const { data } = await admin.call(listLedgerRows, { query: { mailboxId, limit: 50 } })
  const oldest = Math.min(...data.map(row => Date.parse(row.receivedAt)))
  if (oldest < Date.now() - (spanDays / 2) * 86_400_000 && data.length === 50)
    breaches.push('the oldest mail came first')
  return open
}

function judge(run: Run, report: Omit<BackfillReport, 'breaches'>): string[] {
  const { mails, settled, perSecond, newMailMs, outcomes, acknowledgedOld, ours, openTickets } = report
  const { filed = 0 } = outcomes
  // Up to a number, more come in between the last look and the count.
  const isWhole =
    run.options.upTo === undefined
      ? filed === run.options.mails + newMailMs.length
      : filed >= settled && settled >= run.options.upTo
  const largest = Math.max(...ours.map(({ peakMb }) => peakMb))
  return [
    // What came before the folder was opened for the first time is counted with the old.
    ...(mails - run.options.mails <= 1 ? [] : [`${mails} old mails were counted`]),
    ...(isWhole ? [] : [`${filed} mails were filed`]),
    ...(perSecond >= AIMS.perSecond ? [] : [`${Math.round(perSecond)} mails a second`]),
    ...(Math.max(...newMailMs) <= AIMS.newMailMs ? [] : ['a new mail took too long']),
    ...(acknowledgedOld === 0 ? [] : [`${acknowledgedOld} acknowledgements of old mail`]),
    ...(largest <= AIMS.memoryMb ? [] : [`a process took ${Math.round(largest)} MB`]),
    ...(openTickets > newMailMs.length ? [] : ['the last days are not open']),
  ]
}
