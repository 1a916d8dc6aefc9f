import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { isSerializationFault } from './faults.ts'
import { KeepingClient } from './kept-statements.ts'
import type { DB } from './schema.ts'
import { ThriftyPool } from './thrifty-pool.ts'

/** The tables, for reads and single statements. Columns keep their SQL names (`received_at`). */
export type Db = Kysely<DB>

/** An open transaction: what must be atomic asks for it, and a `Db` does not satisfy it. */
export type Tx = Transaction<DB>

/** An open database: `db` for queries, `pool` for the few hottest statements, `close` once at the end. */
export type Database = { db: Db; pool: pg.Pool; close: () => Promise<void> }

const serializationRetries = 3
const patienceMs = 10 // as long as opening a connection takes
const int8Oid = 20
const int8ArrayOid = 1016
const dateOid = 1082

/**
 * Opens a pool. Nothing is connected before the first query.
 *
 * bigint, its arrays and count() come as numbers (an unsafe one throws), timestamptz as Date, date as
 * `YYYY-MM-DD`, numeric as text. A query ends after 30 s, a wait for a lock after 10 s, a
 * transaction left idle after 10 s; waiting for a free connection after 10 s. The limits are set
 * by statement, as session poolers refuse them in the start-up packet.
 *
 * @param url a `postgres://` URL; `postgres://name:password@/base?host=/folder` for a socket
 * @param maxConnections at most this many at once
 * @param keepsStatements plans of `kept` statements stay with their connection; not through a transaction pooler, which
 *   gives each transaction another one
 */
export function openDatabase(options: {
  url: string
  log: Log
  maxConnections: number
  keepsStatements?: boolean
}): Database {
  const pool = new ThriftyPool({
    patienceMs,
    connectionString: options.url,
    max: options.maxConnections,
    application_name: 'letterdesk',
    connectionTimeoutMillis: 10_000,
    query_timeout: 45_000, // above the server's own limit: only a frozen server reaches it
    keepAlive: true,
    types: { getTypeParser },
    ...(options.keepsStatements === true ? { Client: KeepingClient } : {}),
    onConnect: setSessionLimits,
  })
  let isClosing = false // the server may go before the last goodbye of ours reached it
  const warn = (error: unknown) => {
    if (!isClosing) options.log.warn({ err: describeError(error) }, 'database connection lost')
  }
  pool.on('error', warn)
  // A checked-out connection that breaks between two queries has no other listener and would end the process.
  pool.on('connect', client => client.on('error', warn))
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  const close = async () => {
    isClosing = true
    await db.destroy()
  }
  return { db, pool, close }
}

/**
 * Runs `work` in one transaction (read committed), again after a deadlock or a serialization
 * fault, at most three more times: `work` must have no effect outside the transaction.
 *
 * @returns what `work` returned, once it is committed
 */
export async function inTransaction<Result>(db: Db, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (attempt >= serializationRetries || !isSerializationFault(error)) throw error
    }
  }
}

// A process that is stopped inside a transaction keeps its locks: 10 s, so that others are rid of them before they take
// it for dead (15 s) and do its work. No transaction of ours waits for anything but the database.
async function setSessionLimits(client: pg.ClientBase): Promise<void> {
  await client.query(
    "set statement_timeout = '30s'; set lock_timeout = '10s'; set idle_in_transaction_session_timeout = '10s'",
  )
}

function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (format === 'binary') return pg.types.getTypeParser(oid, 'binary')
  if (oid === int8Oid) return parseInt8
  if (oid === int8ArrayOid) return parseInt8Array
  if (oid === dateOid) return (text: string) => text
  return pg.types.getTypeParser(oid, 'text')
}

/** `{1,2}`; an array without nulls, as array_agg over a key gives. */
function parseInt8Array(text: string): number[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',').map(parseInt8)
}

function parseInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('bigint beyond 2^53 read as a number')
  return value
}
