import type { Db } from '../db/database.ts'
import { type AlertRow, getHealthSetting, listOpenAlerts } from './alerts.queries.ts'

export type { AlertRow } from './alerts.queries.ts'

/** What admins were told of that is not over, the oldest first. */
export async function findOpenAlerts(db: Db): Promise<AlertRow[]> {
  return await listOpenAlerts(db)
}

/** When the background work last looked, and where alerts are posted to. */
export async function findAlerting(db: Db): Promise<{ lookedAt: Date | null; webhookHost: string | null }> {
  const { lookedAt, webhookHost } = await getHealthSetting(db)
  return { lookedAt, webhookHost }
}
