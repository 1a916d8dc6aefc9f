import type { Tx } from '../db/database.ts'
import { type Job, jobAttempts } from './job-list.ts'
import { insertJobs } from './jobs.queries.ts'

/**
 * Adds jobs in the transaction of the change that wants them: they exist if it commits. Call it
 * once per transaction, as late as possible: the NOTIFY in it serialises commits (mail-core.md 11).
 */
export async function enqueueJobs(tx: Tx, jobs: readonly Job[]): Promise<void> {
  if (jobs.length === 0) return
  await insertJobs(
    tx,
    jobs.map(job => ({
      identifier: job.name,
      payload: job.payload,
      run_at: job.runAt?.toISOString() ?? null,
      max_attempts: jobAttempts[job.name],
      job_key: job.key ?? null,
    })),
  )
}
