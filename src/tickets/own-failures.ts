import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { type OwnFailure, selectOwnFailures } from './undelivered.queries.ts'

export type { OwnFailure } from './undelivered.queries.ts'

/** The caller's own replies that did not arrive and wait for somebody, newest first, at most 20. */
export async function listOwnFailures(db: Db, caller: Caller): Promise<OwnFailure[]> {
  return await selectOwnFailures(db, caller)
}
