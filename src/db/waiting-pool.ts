import pg from 'pg'
import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { isConnectionLoss } from './faults.ts'

/** A pool for an engine that lends it connections; `close` once at the end. */
export type WaitingPool = { pool: pg.Pool; close: () => Promise<void> }

/**
 * Opens a pool whose connection losses all say 57P03, "cannot connect now": the job engine then does the same again, for
 * hours, where it takes any other word (EPIPE, 57P01, ECONNREFUSED) for the end of everything and the process ends.
 * Only for statements that may run twice.
 *
 * @param url a direct connection or a session pooler
 */
export function openWaitingPool(options: { url: string; maxConnections: number; log: Log }): WaitingPool {
  const pool = new PatientPool({
    connectionString: options.url,
    max: options.maxConnections,
    Client: PatientClient,
    keepAlive: true,
  })
  const debug = (error: unknown) =>
    options.log.debug({ err: describeError(error) }, 'connection of the job engine lost')
  pool.on('error', debug)
  // A checked-out connection that breaks between two queries has no other listener and would end the process.
  pool.on('connect', client => client.on('error', debug))
  return { pool, close: () => pool.end() }
}

function asAbsence(error: unknown): unknown {
  if (!isConnectionLoss(error) || !(error instanceof Error)) return error
  return Object.assign(new Error(error.message, { cause: error }), { code: '57P03' })
}

class PatientClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: the overloads of the driver's method, passed on as they come
  override query(...given: any[]): any {
    const asked: unknown = super.query(...(given as Parameters<pg.Client['query']>))
    return asked instanceof Promise ? asked.catch(error => Promise.reject(asAbsence(error))) : asked
  }
}

class PatientPool extends pg.Pool {
  // biome-ignore lint/suspicious/noExplicitAny: the overloads of the driver's method, passed on as they come
  override connect(...given: any[]): any {
    const asked: unknown = super.connect(...(given as Parameters<pg.Pool['connect']>))
    return asked instanceof Promise ? asked.catch(error => Promise.reject(asAbsence(error))) : asked
  }
}
