import type { Db, Tx } from '../db/database.ts'
import { type Job, type JobName, jobAttempts } from './job-list.ts'
import { countJobs, insertJobs, selectWaitingKeys } from './jobs.queries.ts'

/**
 * Adds jobs in the transaction of the change that wants them: they exist if it commits. Call it
 * once per transaction, as late as possible: the NOTIFY in it serialises commits of the whole cluster.
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

/** The keys of the jobs of one name that are under way or to be tried: another with such a key would begin it anew. */
export async function listWaitingKeys(db: Db, name: JobName): Promise<string[]> {
  return await selectWaitingKeys(db, name)
}

/** How many jobs of each name wait or run, and how many were given up. */
export async function listJobCounts(db: Db): Promise<{ name: string; waiting: number; givenUp: number }[]> {
  return await countJobs(db)
}
