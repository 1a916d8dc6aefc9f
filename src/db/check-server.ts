import type pg from 'pg'
import { AppError } from '../lib/app-error.ts'

type Facts = { version: number; encoding: string; made_with: string | null; actual: string | null }

/**
 * Refuses a server we cannot keep our promises on, before anything is written to it.
 *
 * @throws AppError `postgres-too-old` (before 15), `database-not-utf8`, or `collation-changed` when an
 *   update of the system changed how text sorts, which silently breaks indexes made before
 */
export async function checkServer(pool: pg.Pool): Promise<void> {
  const found = await pool.query<Facts>(`select current_setting('server_version_num')::int as version,
    pg_encoding_to_char(encoding) as encoding, datcollversion as made_with,
    pg_database_collation_actual_version(oid) as actual
    from pg_database where datname = current_database()`)
  const facts = found.rows[0]
  if (facts === undefined) throw new AppError('postgres-too-old', 'the server does not describe its database')
  const { version, encoding, made_with: madeWith, actual } = facts
  if (version < 150_000) {
    throw new AppError('postgres-too-old', `Postgres 15 or newer is needed, this is ${version / 10_000}`, {
      version,
    })
  }
  if (encoding !== 'UTF8') {
    throw new AppError(
      'database-not-utf8',
      `the database is encoded in ${encoding}: make it with encoding UTF8`,
    )
  }
  if (madeWith !== null && actual !== null && madeWith !== actual) {
    throw new AppError(
      'collation-changed',
      `text sorts differently since the database was made (${madeWith}, now ${actual}): run "reindex database" and "alter database … refresh collation version" in it`,
      { madeWith, actual },
    )
  }
}
