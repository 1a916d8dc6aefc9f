import { type Db, inTransaction } from '../db/database.ts'
import { enqueueJobs } from '../jobs/enqueue.ts'
import type { Job } from '../jobs/job-list.ts'
import { readDiskRoom } from '../lib/disk-room.ts'
import type { Log } from '../lib/log.ts'
import {
  deleteOldAlerts,
  getHealthSetting,
  insertAlert,
  listAdmins,
  listUnclosed,
  lockAlerts,
  updateClosed,
  updateGone,
  updateSeen,
  updateStage,
} from './alerts.queries.ts'
import { type DomainState, listDomains } from './domain-records.ts'
import { type Expiry, listExpiries, listMailboxHealth, type MailboxHealth } from './mailbox-health.ts'
import { type AlertSteps, type Finding, isNear, stepAlerts } from './step-alerts.ts'

export type WatchHealthNeeds = { db: Db; log: Log; dataDir: string }

/**
 * Looks at every mailbox, at the records of their domains, at what ends soon and at the disk, opens and closes alerts
 * accordingly, and queues for each admin and the webhook that they are told. Safe on several nodes at once.
 */
export async function watchHealth({ db, log, dataDir }: WatchHealthNeeds): Promise<void> {
  const mailboxes = await listMailboxHealth(db)
  const expiries = await listExpiries(db, mailboxes)
  const domains = await listDomains(db)
  const disk = await findDiskTrouble(dataDir)
  await inTransaction(db, async tx => {
    const now = await lockAlerts(tx)
    const findings = [
      ...mailboxes.flatMap(ofMailbox),
      ...expiries.flatMap(one => ofExpiry(one, now)),
      ...domains.flatMap(ofDomain),
      ...disk,
    ]
    const steps = stepAlerts(await listUnclosed(tx), findings, now)
    const opened: { id: number; what: string }[] = []
    for (const finding of steps.open) {
      const id = await insertAlert(tx, finding, now)
      opened.push({ id, what: 'opened' })
      log.warn({ alertId: id, trouble: finding.trouble, mailboxId: finding.mailboxId }, 'alert opened')
    }
    for (const { id, finding } of steps.keep) await updateSeen(tx, id, finding)
    for (const { id, stage } of steps.restage) await updateStage(tx, id, stage)
    if (steps.fade.length > 0) await updateGone(tx, steps.fade, now)
    if (steps.close.length > 0) await updateClosed(tx, steps.close, now)
    for (const alertId of steps.close) log.info({ alertId }, 'alert closed')
    await deleteOldAlerts(tx)
    const hasWebhook = (await getHealthSetting(tx)).webhookHost !== null
    await enqueueJobs(tx, tellings([...opened, ...laterNews(steps)], await listAdmins(tx), hasWebhook))
  })
}

function laterNews({ restage, close }: AlertSteps): { id: number; what: string }[] {
  return [
    ...restage.map(({ id, stage }) => ({ id, what: `stage-${stage}` })),
    ...close.map(id => ({ id, what: 'healed' })),
  ]
}

function tellings(
  news: readonly { id: number; what: string }[],
  agentIds: readonly number[],
  hasWebhook: boolean,
): Job[] {
  const readers = [...agentIds, ...(hasWebhook ? [null] : [])]
  return news.flatMap(({ id: alertId, what }) =>
    readers.map(agentId => ({ name: 'tell_alert' as const, payload: { alertId, what, agentId } })),
  )
}

function ofMailbox({ id, name, troubles }: MailboxHealth): Finding[] {
  return troubles.map(({ trouble, code, detail, since }) => ({
    key: `${trouble} ${id}`,
    mailboxId: id,
    endsAt: null,
    began: since,
    trouble,
    name,
    code,
    detail,
  }))
}

function ofExpiry({ kind, id, name, endsAt }: Expiry, now: Date): Finding[] {
  if (!isNear(endsAt, now)) return []
  const key = `expiry ${kind} ${id}`
  const mailboxId = kind === 'app-secret' ? null : id
  return [{ key, trouble: 'expiry', mailboxId, name, code: kind, detail: null, began: now, endsAt }]
}

function ofDomain({ domain, wrong }: DomainState): Finding[] {
  if (wrong === null) return []
  const about = { key: `domain ${domain}`, trouble: 'domain' as const, mailboxId: null, name: domain }
  return [{ ...about, code: wrong.kinds.join(' '), detail: null, began: wrong.since, endsAt: null }]
}

async function findDiskTrouble(dataDir: string): Promise<Finding[]> {
  if ((await readDiskRoom(dataDir)) === 'enough') return []
  const began = new Date()
  const about = { key: 'disk', trouble: 'disk' as const, mailboxId: null, name: 'DATA_DIR' }
  return [{ ...about, code: null, detail: null, began, endsAt: null }]
}
