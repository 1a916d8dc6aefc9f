import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Db } from '../db/database.ts'
import { listKeyStates } from '../db/rotate-key.ts'
import { listDomains } from '../health/domain-records.ts'
import { type Expiry, listExpiries, listMailboxHealth, type MailboxHealth } from '../health/mailbox-health.ts'
import { findOpenAlerts } from '../health/open-alerts.ts'
import { SEALED_COLUMNS } from '../health/sealed-columns.ts'
import { listJobCounts } from '../jobs/enqueue.ts'
import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { sameSecret } from '../lib/secrets.ts'
import { countSecretsByKey } from '../mailboxes/seal-anew.ts'
import { DOMAIN_RECORDS } from '../shared/health-words.ts'
import { listOpenCounts } from '../tickets/open-counts.ts'
import type { ApiServer } from './handle.ts'
import { measureProcess, type PoolCounts } from './process-metrics.ts'

export type MetricsNeeds = {
  db: Db
  /** Of the same database. */
  pool: PoolCounts
  log: Log
  /** What a Prometheus server shows as its bearer token; null: there is no `/metrics`. */
  token: string | null
}

/**
 * Serves `/metrics` in the text format of Prometheus to whoever knows the token: the names and meanings of
 * docs/metrics.md. Labels hold ids, states and route patterns: no address, name or subject. Register it before the
 * routes it is to time.
 */
export function registerMetrics(server: ApiServer, { db, pool, log, token }: MetricsNeeds): void {
  if (token === null) return
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  measureProcess(server, registry, pool)
  const gauges = makeGauges(registry)
  server.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (given === undefined || !sameSecret(given, token)) {
      return reply
        .code(401)
        .header('www-authenticate', 'Bearer')
        .type('text/plain')
        .send('a token opens this\n')
    }
    try {
      await fill(gauges, db)
      gauges.isDatabaseUp.set(1)
    } catch (error) {
      // What the process itself knows is worth most just then.
      log.warn({ err: describeError(error) }, 'metrics without the database')
      for (const gauge of Object.values(gauges)) gauge.reset()
      gauges.isDatabaseUp.set(0)
    }
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

function makeGauges(registry: Registry) {
  const gauge = <const Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `letterdesk_${name}`, help, labelNames, registers: [registry] })
  return {
    isDatabaseUp: gauge('database_up', '1 while the database answers'),
    isUp: gauge('mailbox_up', '1 while nothing is wrong with the mailbox, or it is paused', 'mailbox'),
    isPaused: gauge('mailbox_paused', '1 while somebody has paused it', 'mailbox'),
    trouble: gauge('mailbox_trouble', '1 for each thing that is wrong', 'mailbox', 'trouble'),
    isConnected: gauge(
      'imap_connected',
      '1 while a node watches it and has fetched within a minute',
      'mailbox',
    ),
    isIdle: gauge('imap_idle', '1 where new mail is noticed by IDLE, 0 where by polls', 'mailbox'),
    fetchLag: gauge('mail_fetch_lag_seconds', 'Since when all mail was last known to be fetched', 'mailbox'),
    sentAt: gauge('mail_last_sent_timestamp_seconds', 'When the server last took a mail', 'mailbox'),
    unfiled: gauge('mail_unfiled', 'Fetched mails that are no tickets yet', 'mailbox'),
    unfiledAge: gauge('mail_unfiled_oldest_seconds', 'How long the oldest of them has waited', 'mailbox'),
    quarantined: gauge('mail_quarantined', 'Mails that could not be filed or are too large', 'mailbox'),
    serverMails: gauge(
      'ledger_server_mails',
      'Mails in the watched folders by the server’s count',
      'mailbox',
    ),
    missingMails: gauge('ledger_missing_mails', 'Of those, how many the ledger lacks', 'mailbox'),
    quotaUsed: gauge('mailbox_quota_used_bytes', 'How full it is, where the server tells', 'mailbox'),
    quotaLimit: gauge('mailbox_quota_limit_bytes', 'How full it may be', 'mailbox'),
    outbox: gauge('outbox_depth', 'Outgoing mails that are not settled well', 'mailbox', 'state'),
    outboxAge: gauge('outbox_oldest_seconds', 'How long the oldest that waits should have left', 'mailbox'),
    roundTrip: gauge('canary_round_trip_seconds', 'How long the last mail to itself took', 'mailbox'),
    canaryLost: gauge('canary_lost', 'How many of them in a row did not come back', 'mailbox'),
    retiredSecrets: gauge('secrets_to_seal_anew', 'Stored secrets that need a retired key'),
    expiry: gauge('expiry_timestamp_seconds', 'When something stops working', 'kind', 'id'),
    wrongRecords: gauge('domain_records_wrong', 'Domains whose record of that kind is wrong', 'record'),
    open: gauge('tickets_open', 'Tickets that are open, those in the Trash aside', 'mailbox'),
    alerts: gauge('alerts_open', 'What admins were told of that is not over', 'trouble'),
    jobs: gauge('job_queue_depth', 'Background jobs that wait or run', 'job'),
    jobsGivenUp: gauge('jobs_given_up', 'Background jobs that failed for good', 'job'),
  }
}

type Gauges = ReturnType<typeof makeGauges>

async function fill(gauges: Gauges, db: Db): Promise<void> {
  const mailboxes = await listMailboxHealth(db)
  const expiries = await listExpiries(db, mailboxes)
  const jobs = await listJobCounts(db)
  const alerts = await findOpenAlerts(db)
  const domains = await listDomains(db)
  const secrets = await countSecretsByKey(db, SEALED_COLUMNS)
  const retired = (await listKeyStates(db)).filter(key => key.retiredAt !== null)
  const open = new Map((await listOpenCounts(db)).map(one => [one.mailboxId, one.count]))
  // A mailbox that is gone leaves no last value behind.
  for (const gauge of Object.values(gauges)) gauge.reset()
  for (const mailbox of mailboxes) {
    fillFetching(gauges, mailbox)
    fillStock(gauges, mailbox)
    gauges.open.set({ mailbox: String(mailbox.id) }, open.get(mailbox.id) ?? 0)
  }
  gauges.retiredSecrets.set(retired.reduce((sum, key) => sum + (secrets.get(key.id) ?? 0), 0))
  for (const { kind, id, endsAt } of expiries satisfies Expiry[])
    gauges.expiry.set({ kind, id: String(id) }, endsAt.getTime() / 1000)
  for (const record of DOMAIN_RECORDS) {
    const wrong = domains.filter(one => one.wrong?.kinds.includes(record) === true)
    gauges.wrongRecords.set({ record }, wrong.length)
  }
  for (const { trouble } of alerts) gauges.alerts.inc({ trouble })
  for (const { name: job, waiting, givenUp } of jobs) {
    gauges.jobs.set({ job }, waiting)
    gauges.jobsGivenUp.set({ job }, givenUp)
  }
}

const connectedS = 60

function fillFetching(gauges: Gauges, row: MailboxHealth): void {
  const mailbox = { mailbox: String(row.id) }
  const lagS = ageS(row.fetchedAt ?? row.createdAt, row.now)
  const isConnected = row.isWatched && row.fetchedAt !== null && lagS < connectedS
  gauges.isUp.set(mailbox, Number(row.troubles.length === 0))
  gauges.isPaused.set(mailbox, Number(row.state === 'paused'))
  for (const { trouble } of row.troubles) gauges.trouble.set({ ...mailbox, trouble }, 1)
  if (row.kind !== 'intake') {
    gauges.isConnected.set(mailbox, Number(isConnected))
    gauges.isIdle.set(mailbox, Number(row.fetchMode === 'idle'))
    if (row.state === 'active') gauges.fetchLag.set(mailbox, lagS)
  }
  if (row.sentAt !== null) gauges.sentAt.set(mailbox, row.sentAt.getTime() / 1000)
}

function fillStock(gauges: Gauges, row: MailboxHealth): void {
  const mailbox = { mailbox: String(row.id) }
  const { waitingCount: waiting, uncertainCount: uncertain, failedCount: failed } = row
  gauges.unfiled.set(mailbox, row.unfiledCount)
  gauges.unfiledAge.set(mailbox, row.unfiledSince === null ? 0 : ageS(row.unfiledSince, row.now))
  gauges.quarantined.set(mailbox, row.quarantinedCount)
  for (const [state, count] of Object.entries({ waiting, uncertain, failed }))
    gauges.outbox.set({ ...mailbox, state }, count)
  gauges.outboxAge.set(mailbox, row.waitingSince === null ? 0 : ageS(row.waitingSince, row.now))
  setKnown(gauges.roundTrip, mailbox, row.canaryMs === null ? null : row.canaryMs / 1000)
  setKnown(gauges.canaryLost, mailbox, row.canaryOn ? row.canaryLost : null)
  setKnown(gauges.serverMails, mailbox, row.serverCount)
  setKnown(gauges.missingMails, mailbox, row.missingCount)
  setKnown(gauges.quotaUsed, mailbox, row.quotaUsedBytes)
  setKnown(gauges.quotaLimit, mailbox, row.quotaLimitBytes)
}

/** What nobody knows has no line. */
function setKnown(gauge: Gauge<'mailbox'>, labels: { mailbox: string }, value: number | null): void {
  if (value !== null) gauge.set(labels, value)
}

function ageS(at: Date, now: Date): number {
  return Math.max(0, (now.getTime() - at.getTime()) / 1000)
}
