import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** Adds one to the counter of the running window. @returns the count with this try, and seconds until the window ends */
export async function countAttempt(
  db: Db,
  key: string,
  windowMinutes: number,
): Promise<{ attempts: number; endsInS: number }> {
  const windowS = windowMinutes * 60
  const counted = await sql<{ attempts: number; endsInS: number }>`
    insert into attempt_window (key, window_start, attempts)
    values (${key}, ${windowStart(windowS)}, 1)
    on conflict (key, window_start) do update set attempts = attempt_window.attempts + 1
    returning attempts, ceil(extract(epoch from window_start) + ${windowS}::numeric - extract(epoch from clock_timestamp()))::int as "endsInS"`.execute(
    db,
  )
  return counted.rows[0] ?? { attempts: 1, endsInS: windowS }
}

/** Takes one off the counter of the running window; in a newer window there is nothing to take off. */
export async function uncountAttempt(db: Db, key: string, windowMinutes: number): Promise<void> {
  await sql`
    update attempt_window set attempts = attempts - 1
    where key = ${key} and window_start = ${windowStart(windowMinutes * 60)} and attempts > 0`.execute(db)
}

function windowStart(windowS: number) {
  return sql`to_timestamp(floor(extract(epoch from clock_timestamp()) / ${windowS}::numeric) * ${windowS}::numeric)`
}

/** Deletes the counters of windows that began so long ago. @returns how many */
export async function deleteWindows(db: Db, days: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from attempt_window where window_start < clock_timestamp() - make_interval(days => ${days})`.execute(
    db,
  )
  return Number(numAffectedRows ?? 0n)
}
