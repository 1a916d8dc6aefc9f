import type { Db } from '../db/database.ts'
import type { Caller } from './can.ts'
import { selectSessionCallers } from './session-callers.queries.ts'

/**
 * The rights, as they are now, behind sessions that stay connected. One statement for all of them.
 *
 * @returns by session id; a session that ended, ran out, or whose agent is deactivated is missing
 */
export async function findSessionCallers(
  db: Db,
  sessionIds: readonly number[],
): Promise<Map<number, Caller>> {
  const rows = await selectSessionCallers(db, sessionIds)
  return new Map(
    rows.map(({ sessionId, agentId, role, mailboxIds }) => [
      sessionId,
      { agentId, role, mailboxIds: role === 'agent' ? mailboxIds : 'all' },
    ]),
  )
}
