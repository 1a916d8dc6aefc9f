import type { KeyRing } from '../db/key-ring.ts'
import { setCanary as set } from '../health/canary.ts'
import { checkDomain, type DomainNeeds, type DomainState, listDomains } from '../health/domain-records.ts'
import { listExpiries, listMailboxHealth, type MailboxHealth as Row } from '../health/mailbox-health.ts'
import { type AlertRow, findAlerting, findOpenAlerts } from '../health/open-alerts.ts'
import { setWebhook } from '../health/webhook.ts'
import { NotFound } from '../lib/app-error.ts'
import { readDiskRoom } from '../lib/disk-room.ts'
import type { Trust } from '../mailboxes/host-guard.ts'
import {
  type Alert,
  checkDomainRecords,
  getHealth,
  listAlerts,
  type MailboxHealth,
  type SendingDomain,
  setAlertWebhook,
  setCanary,
} from '../shared/health.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers how the mailboxes are doing, what admins were told of, and where else it is told. */
export function registerMailboxHealth(
  server: ApiServer,
  needs: DomainNeeds & { keys: KeyRing; trust: Trust; dataDir: string },
): void {
  const { db } = needs
  handle(server, getHealth, async () => {
    const mailboxes = await listMailboxHealth(db)
    const expiries = await listExpiries(db, mailboxes)
    const { lookedAt, webhookHost } = await findAlerting(db)
    return {
      alerts: (await findOpenAlerts(db)).map(presentAlert),
      disk: await readDiskRoom(needs.dataDir),
      lookedAt: instant(lookedAt),
      webhookHost,
      domains: (await listDomains(db)).map(presentDomain),
      mailboxes: mailboxes.map(present),
      expiries: expiries.map(one => ({ ...one, endsAt: one.endsAt.toISOString() })),
    }
  })
  handle(server, listAlerts, async () => ({ data: (await findOpenAlerts(db)).map(presentAlert) }))
  handle(server, checkDomainRecords, async ({ params: { domain } }) => {
    await checkDomain(needs, domain)
    const found = (await listDomains(db)).find(one => one.domain === domain)
    if (found === undefined) throw new NotFound('domain')
    return presentDomain(found)
  })
  handle(server, setCanary, async ({ params, body }) => await set(db, params.id, body))
  handle(server, setAlertWebhook, async ({ body }) => {
    await setWebhook(needs, body.url)
    return { webhookHost: (await findAlerting(db)).webhookHost }
  })
}

function presentDomain({ domain, mailboxIds, isOurs, checkedAt, records }: DomainState): SendingDomain {
  return { domain, mailboxIds, isOurs, checkedAt: instant(checkedAt), records }
}

function presentAlert({ id, trouble, mailboxId, name, beganAt, endsAt }: AlertRow): Alert {
  return { id, trouble, mailboxId, name, beganAt: beganAt.toISOString(), endsAt: instant(endsAt) }
}

function present(row: Row): MailboxHealth {
  const { serverCount, missingCount, comparedAt, quotaUsedBytes, quotaLimitBytes, appId, appName } = row
  const { afterFaultCode: afterCode } = row
  return {
    ...row,
    troubles: row.troubles.map(one => ({ ...one, since: one.since.toISOString() })),
    unreadFolders: row.unreadFolders.map(one => ({ ...one, since: one.since.toISOString() })),
    fetchedAt: instant(row.fetchedAt),
    sentAt: instant(row.sentAt),
    unfiled: { count: row.unfiledCount, since: instant(row.unfiledSince) },
    quarantined: row.quarantinedCount,
    outbox: {
      waiting: row.waitingCount,
      since: instant(row.waitingSince),
      uncertain: row.uncertainCount,
      failed: row.failedCount,
    },
    balance:
      serverCount === null || missingCount === null || comparedAt === null
        ? null
        : {
            serverCount,
            missingCount,
            comparedAt: comparedAt.toISOString(),
            missingIn: row.missingIn,
          },
    quota:
      quotaUsedBytes === null || quotaLimitBytes === null
        ? null
        : { usedBytes: quotaUsedBytes, limitBytes: quotaLimitBytes },
    canary: row.canaryOn
      ? {
          arrivedAt: instant(row.canaryArrivedAt),
          arrivedIn: row.canaryIn,
          roundTripMs: row.canaryMs,
          lostCount: row.canaryLost,
        }
      : null,
    afterFiling: afterCode === null ? null : { code: afterCode, detail: row.afterFaultDetail },
    signInApp: appId === null || appName === null ? null : { id: appId, name: appName },
  }
}

function instant(at: Date | null): string | null {
  return at?.toISOString() ?? null
}
