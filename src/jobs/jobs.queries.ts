import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'

/** One job as graphile-worker's `add_jobs` reads it. */
export type JobRow = {
  identifier: string
  payload: object
  run_at: string | null
  max_attempts: number
  job_key: string | null
}

/** Adds all jobs with one statement. */
export async function insertJobs(tx: Tx, rows: readonly JobRow[]): Promise<void> {
  await sql`
    select count(*) from graphile_worker.add_jobs(array(
      select row(j.identifier, j.payload, null, j.run_at, j.max_attempts, j.job_key, null, null)::graphile_worker.job_spec
      from json_to_recordset(${JSON.stringify(rows)}::json)
        as j(identifier text, payload json, run_at timestamptz, max_attempts integer, job_key text)))`.execute(
    tx,
  )
}

/**
 * Frees the jobs held by worker pools of instances whose heartbeat is older than `deadAfterMs` by the
 * database's clock, or that no longer have a row. A pool's id is `instance-<id>-…`.
 *
 * @returns the pools freed
 */
export async function unlockDeadPools(db: Db, deadAfterMs: number): Promise<string[]> {
  const { rows } = await sql<{ pool: string }>`
    select distinct jobs.locked_by as pool from graphile_worker.jobs
    where jobs.locked_by like 'instance-%' and not exists (
      select 1 from instance
      where instance.id = split_part(jobs.locked_by, '-', 2)::bigint
        and instance.alive_at > clock_timestamp() - make_interval(secs => ${deadAfterMs / 1000}))`.execute(db)
  const pools = rows.map(row => row.pool)
  if (pools.length > 0) await sql`select graphile_worker.force_unlock_workers(${pools}::text[])`.execute(db)
  return pools
}

/** Keys of the jobs of one name that run or will be tried. */
export async function selectWaitingKeys(db: Db, identifier: string): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select key from graphile_worker.jobs where task_identifier = ${identifier} and key is not null
      and (attempts < max_attempts or locked_at is not null)`.execute(db)
  return rows.map(row => row.key)
}

/** How many jobs of each name wait or run, and how many were given up after their last try. */
export async function countJobs(db: Db): Promise<{ name: string; waiting: number; givenUp: number }[]> {
  const { rows } = await sql<{ name: string; waiting: number; givenUp: number }>`
    select task_identifier as name, count(*) filter (where attempts < max_attempts or locked_at is not null) as waiting,
      count(*) filter (where attempts >= max_attempts and locked_at is null) as "givenUp"
    from graphile_worker.jobs group by task_identifier order by task_identifier`.execute(db)
  return rows
}
