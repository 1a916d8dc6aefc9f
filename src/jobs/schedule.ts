import type { JobName } from './job-list.ts'

/** Clock work, UTC: each line is enqueued once per period, however many nodes run. */
export const SCHEDULE: readonly { job: JobName; at: string }[] = [
  { job: 'keep_live_partitions', at: '7 */6 * * *' }, // two days ahead: a missed run or three does no harm
  { job: 'wake_tickets', at: '* * * * *' }, // people choose whole minutes
  { job: 'find_digests', at: '* * * * *' },
  { job: 'watch_health', at: '* * * * *' },
  { job: 'send_canaries', at: '29 * * * *' },
  { job: 'check_domains', at: '17 * * * *' }, // those not looked up within a day
  { job: 'watch_dkim_records', at: '41 5 * * *' },
  { job: 'empty_trash', at: '37 * * * *' },
  { job: 'free_blobs', at: '53 * * * *' },
  { job: 'seal_anew', at: '3,13,23,33,43,53 * * * *' }, // what a node sealed that had not heard of the new key
  { job: 'clean_up', at: '23 * * * *' },
]
