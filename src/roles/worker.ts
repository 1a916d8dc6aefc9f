import type { App, RunningRole } from '../app.ts'
import { trustOf } from '../config.ts'
import { inTransaction } from '../db/database.ts'
import { sendCanaries, sendCanary } from '../health/canary.ts'
import { checkDomains } from '../health/domain-records.ts'
import { SEALED_COLUMNS } from '../health/sealed-columns.ts'
import { tellAlert } from '../health/tell-alert.ts'
import { watchHealth } from '../health/watch-health.ts'
import { startFiling } from '../inbound/run-filing.ts'
import { cleanUp } from '../jobs/clean-up.ts'
import { enqueueJobs } from '../jobs/enqueue.ts'
import type { JobHandlers } from '../jobs/job-list.ts'
import { runJobs } from '../jobs/run-jobs.ts'
import { openDns } from '../lib/dns.ts'
import { sealAnew } from '../mailboxes/seal-anew.ts'
import { watchDkimRecords } from '../mailboxes/watch-dkim-records.ts'
import { acknowledgeTicket } from '../outbound/acknowledge-ticket.ts'
import { settleUncertain } from '../outbound/decide-uncertain.ts'
import { mailAgent } from '../outbound/mail-agent.ts'
import { findDigests, mailDigest } from '../outbound/mail-digest.ts'
import { mailFailures } from '../outbound/mail-failures.ts'
import { startSending } from '../outbound/run-sending.ts'
import { emptyTrash } from '../tickets/empty-trash.ts'
import { keepLivePartitions } from '../tickets/live-partitions.ts'
import { releaseTickets } from '../tickets/release-tickets.ts'
import { startIndexing } from '../tickets/run-indexing.ts'
import { wakeDueTickets } from '../tickets/wake-tickets.ts'
import { EXPIRING_ROWS } from './expiring-rows.ts'

/** Starts the worker role: filing, sending, and the background jobs. Ends by itself when the job engine does. */
export async function start(app: App): Promise<RunningRole> {
  const { db, keys, blobs, bells, log, clock, instanceId, config, directUrl } = app
  await enqueueAtStart(app)
  const jobs = await runJobs({ db, directUrl, log, instanceId, handlers: jobHandlers(app) })
  const dns = config.senderChecks ? openDns({ servers: config.dnsServers, clock }) : null
  const filing = startFiling({ db, keys, bells, log, clock, instanceId, dns, reader: app.reader() })
  const sending = startSending({
    db,
    keys,
    blobs,
    bells,
    log,
    clock,
    instanceId,
    trust: trustOf(config),
    practice: () => app.practice,
    random: Math.random,
    timing: { patienceMs: config.sendPatienceMs },
  })
  const indexing = startIndexing({ db, log })
  return {
    stop: async () => {
      await Promise.all([jobs.stop(), filing.stop(), sending.stop(), indexing.stop()])
      dns?.stop()
    },
    status: () => {
      const { isFailing, filedCount } = filing.status()
      const isReady = !isFailing && sending.status().isRunning && jobs.status().isRunning
      return { isReady, mailsFiled: filedCount, mailsBeingSent: sending.status().sending }
    },
    ended: jobs.ended,
  }
}

/** The feed's partitions must not wait for the first night of a new desk. */
async function enqueueAtStart({ db }: App): Promise<void> {
  await inTransaction(db, tx =>
    enqueueJobs(tx, [{ name: 'keep_live_partitions', payload: {}, key: 'keep_live_partitions_at_start' }]),
  )
}

/** Who does each job of `jobs/job-list.ts`; the compiler names one that is missing. */
function jobHandlers(app: App): JobHandlers {
  const { db, keys, blobs, bells, log, clock, config, templates } = app
  const practice = () => app.practice
  const { baseUrl } = config
  const mailing = { db, keys, templates, log, clock, trust: trustOf(config), practice, baseUrl }
  return {
    acknowledge_ticket: job => acknowledgeTicket({ db, keys, blobs, bells, log, templates }, job),
    settle_proven_mail: async ({ messageId }) => {
      if (await settleUncertain(db, messageId, 'was-sent')) bells.ring('live')
    },
    mail_agent: job => mailAgent(mailing, job),
    mail_failures: job => mailFailures(mailing, job),
    find_digests: () => findDigests(mailing),
    mail_digest: job => mailDigest(mailing, job),
    wake_tickets: async () => {
      if ((await wakeDueTickets(db)) > 0) bells.ring('live')
    },
    release_team_tickets: async job => {
      if ((await releaseTickets(db, job)) > 0) bells.ring('live')
    },
    watch_dkim_records: () => watchDkimRecords({ db, clock, log, dnsServers: config.dnsServers }),
    send_canaries: () => sendCanaries(db),
    send_canary: job => sendCanary({ ...mailing, blobs }, job),
    check_domains: () => checkDomains({ db, clock, dnsServers: config.dnsServers }),
    watch_health: () => watchHealth({ db, log, dataDir: config.dataDir }),
    tell_alert: job => tellAlert(mailing, job),
    keep_live_partitions: async () => void (await keepLivePartitions(db)),
    empty_trash: () => inSteps(app, 'empty_trash', isLate => emptyTrash({ db, bells, log }, isLate)),
    free_blobs: () => inSteps(app, 'free_blobs', isLate => blobs.free(isLate)),
    seal_anew: () => inSteps(app, 'seal_anew', isLate => sealAnew({ db, keys, log }, SEALED_COLUMNS, isLate)),
    clean_up: () => cleanUp({ db, log }, EXPIRING_ROWS),
  }
}

const stepMs = 5_000 // a node that is to stop waits for no more than this

/** Works until it is late, and leaves what is due then to a further job. @param work returns false where something is left */
async function inSteps(
  { db, clock }: App,
  name: 'empty_trash' | 'free_blobs' | 'seal_anew',
  work: (isLate: () => boolean) => Promise<boolean>,
): Promise<void> {
  const endMs = clock.monotonicMs() + stepMs
  if (await work(() => clock.monotonicMs() >= endMs)) return
  await inTransaction(db, tx => enqueueJobs(tx, [{ name, payload: {}, key: name }]))
}
