import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import type { Db } from './database.ts'
import {
  insertInstance,
  listMailIntake,
  listSilentInstances,
  markInstanceGone,
  markOthersGone,
  touchInstance,
  updateMailIntake,
} from './instances.queries.ts'

/** This process as the other nodes see it. */
export type Instance = {
  id: number
  /** Ends the heartbeat and tells the others at once. */
  stop: () => Promise<void>
}

/** A node is taken for dead after three missed beats: its leases and jobs go to others within 15 s. */
export const instanceSilenceMs = 15_000

const heartbeatMs = 5_000

/**
 * Registers this process and keeps its row alive, every 5 s by the database's clock.
 *
 * @param options.among `alone`: this process holds the lock of the only data folder, so whoever else is
 *   registered was killed; what they held is free at once instead of after their silence
 */
export async function startInstance(options: {
  db: Db
  log: Log
  among?: 'others' | 'alone'
}): Promise<Instance> {
  const { db, log } = options
  const id = await insertInstance(db)
  if (options.among === 'alone') await markOthersGone(db, id)
  const beat = async () => {
    try {
      if (!(await touchInstance(db, id))) log.error({ instanceId: id }, 'the row of this node is gone')
    } catch (error) {
      log.warn({ instanceId: id, err: describeError(error) }, 'heartbeat missed')
    }
  }
  const timer = setInterval(() => void beat(), heartbeatMs)
  timer.unref()
  return {
    id,
    stop: async () => {
      clearInterval(timer)
      await markInstanceGone(db, id)
    },
  }
}

/** The ids of nodes that are dead or have stopped, for whoever frees what they held. */
export async function listDeadInstances(db: Db): Promise<number[]> {
  return await listSilentInstances(db, { silentForMs: instanceSilenceMs })
}

/** Tells the other nodes through which doors this one takes mail that is handed in, as `lmtp:///run/letterdesk/lmtp.sock`. */
export async function noteIntakeDoors(db: Db, instanceId: number, doors: readonly string[]): Promise<void> {
  if (doors.length > 0) await updateMailIntake(db, instanceId, doors)
}

/** The doors for mail that are open on any living node, as in MAIL_INTAKE. */
export async function listIntakeDoors(db: Db): Promise<string[]> {
  return await listMailIntake(db, { silentForMs: instanceSilenceMs })
}
