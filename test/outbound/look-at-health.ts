import { sql } from 'kysely'
import { tellAlert } from '../../src/health/tell-alert.ts'
import { watchHealth } from '../../src/health/watch-health.ts'
import type { SendingDesk } from './sending-desk.ts'

/** Looks once, as the job of a minute does, and tells what it queued. */
export async function lookAtHealth({ db, log, mailing }: SendingDesk): Promise<void> {
  await watchHealth({ db, log, dataDir: '/' })
  const { rows } = await sql<{ payload: Parameters<typeof tellAlert>[1] }>`
    with taken as (delete from graphile_worker._private_jobs where task_id in (
      select id from graphile_worker._private_tasks where identifier = 'tell_alert') returning id, payload)
    select payload from taken order by id`.execute(db)
  for (const { payload } of rows) await tellAlert(mailing, payload)
}
