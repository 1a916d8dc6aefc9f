import type { Db } from '../db/database.ts'
import { findFirstSteps } from '../mailboxes/first-steps.ts'
import { getFirstSteps } from '../shared/first-steps.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers what makes a new desk ready. */
export function registerFirstSteps(server: ApiServer, { db }: { db: Db }): void {
  handle(server, getFirstSteps, async ({ caller }) => ({
    steps: [...(await findFirstSteps(db, caller.agentId))],
  }))
}
