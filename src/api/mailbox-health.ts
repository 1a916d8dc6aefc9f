import type { Db } from '../db/database.ts'
import { listExpiries, listMailboxHealth, type MailboxHealth as Row } from '../health/mailbox-health.ts'
import { getHealth, type MailboxHealth } from '../shared/health.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers how the mailboxes are doing. */
export function registerMailboxHealth(server: ApiServer, { db }: { db: Db }): void {
  handle(server, getHealth, async () => {
    const mailboxes = await listMailboxHealth(db)
    const expiries = await listExpiries(db, mailboxes)
    return {
      mailboxes: mailboxes.map(present),
      expiries: expiries.map(one => ({ ...one, endsAt: one.endsAt.toISOString() })),
    }
  })
}

function present(row: Row): MailboxHealth {
  const { serverCount, missingCount, comparedAt, quotaUsedBytes, quotaLimitBytes, appId, appName } = row
  return {
    ...row,
    troubles: row.troubles.map(one => ({ ...one, since: one.since.toISOString() })),
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
        : { serverCount, missingCount, comparedAt: comparedAt.toISOString() },
    quota:
      quotaUsedBytes === null || quotaLimitBytes === null
        ? null
        : { usedBytes: quotaUsedBytes, limitBytes: quotaLimitBytes },
    signInApp: appId === null || appName === null ? null : { id: appId, name: appName },
  }
}

function instant(at: Date | null): string | null {
  return at?.toISOString() ?? null
}
