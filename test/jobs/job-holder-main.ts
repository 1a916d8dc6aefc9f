import { openDatabase } from '../../src/db/database.ts'
import { runJobs } from '../../src/jobs/run-jobs.ts'
import { createLog } from '../../src/lib/log.ts'

const [url = '', instanceId = ''] = process.argv.slice(2)
const log = createLog({ level: 'silent' })
const { db } = openDatabase({ url, log, maxConnections: 2 })
const hold = async () => {
  process.send?.('holding')
  await new Promise<never>(() => undefined)
}
await runJobs({
  db,
  directUrl: url,
  log,
  instanceId: Number(instanceId),
  handlers: {
    acknowledge_ticket: hold,
    settle_proven_mail: hold,
    mail_agent: hold,
    mail_failures: hold,
    find_digests: hold,
    mail_digest: hold,
    keep_live_partitions: hold,
    watch_dkim_records: hold,
    watch_health: hold,
    check_domains: hold,
    send_canaries: hold,
    send_canary: hold,
    tell_alert: hold,
    wake_tickets: hold,
    release_team_tickets: hold,
    empty_trash: hold,
    free_blobs: hold,
    seal_anew: hold,
    clean_up: hold,
  },
})
process.send?.('ready')
