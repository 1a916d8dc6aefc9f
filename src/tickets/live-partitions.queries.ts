import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'

/**
 * The coming days (UTC, `YYYY-MM-DD`) without a partition. Today is one of them only while the rest
 * partition holds no row of today, as Postgres refuses a partition whose rows lie in the default one.
 */
export async function selectMissingDays(db: Db, daysAhead: number): Promise<string[]> {
  const { rows } = await sql<{ day: string }>`
    with coming as (
      select (clock_timestamp() at time zone 'UTC')::date + n as day from generate_series(0, ${daysAhead}::int) n)
    select day::text as day from coming
    where to_regclass('live_event_' || to_char(day, 'YYYYMMDD')) is null
      and not exists (
        select 1 from live_event_rest where at >= day::timestamp at time zone 'UTC'
          and at < (day + 1)::timestamp at time zone 'UTC')
    order by day`.execute(db)
  return rows.map(row => row.day)
}

/**
 * Makes the partition of one day. Attached rather than made in place, as that lets others go on
 * writing; only the rest partition is locked, for the time of a scan that finds nothing.
 *
 * @param day `YYYY-MM-DD` from selectMissingDays
 * @returns the partition's name
 */
export async function addLivePartition(tx: Tx, day: string): Promise<string> {
  const name = `live_event_${day.replaceAll('-', '')}`
  const from = `${day} 00:00:00+00`
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString()
  await sql`set local lock_timeout = '1s'`.execute(tx)
  await sql`create table if not exists ${sql.table(name)} (like live_event including defaults including constraints)`.execute(
    tx,
  )
  await sql`alter table live_event attach partition ${sql.table(name)}
    for values from (${sql.lit(from)}) to (${sql.lit(next)})`.execute(tx)
  return name
}

/** The day partitions that ended more than `keptDays` ago. */
export async function selectOldPartitions(db: Db, keptDays: number): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'live_event'::regclass and c.relname ~ '^live_event_[0-9]{8}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') + 1
        < (clock_timestamp() at time zone 'UTC')::date - ${keptDays}::int + 1
    order by 1`.execute(db)
  return rows.map(row => row.name)
}

/** Drops one partition with its hints. @param name from selectOldPartitions */
export async function dropLivePartition(tx: Tx, name: string): Promise<void> {
  await sql`set local lock_timeout = '1s'`.execute(tx)
  await sql`drop table if exists ${sql.table(name)}`.execute(tx)
}

/** Deletes old hints that came when their day had no partition. */
export async function deleteOldRest(db: Db, keptDays: number): Promise<void> {
  await sql`delete from live_event_rest
    where at < clock_timestamp() - ${keptDays}::int * interval '1 day'`.execute(db)
}
