import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Role } from '../shared/vocabulary.ts'

/** Who stands behind those of the sessions that still live. */
export async function selectSessionCallers(
  db: Db,
  sessionIds: readonly number[],
): Promise<{ sessionId: number; agentId: number; role: Role; mailboxIds: number[] }[]> {
  const { rows } = await sql<{ sessionId: number; agentId: number; role: Role; mailboxIds: number[] }>`
    select s.id as "sessionId", s.agent_id as "agentId", a.role,
      array(select mailbox_id from agent_mailbox am where am.agent_id = a.id) as "mailboxIds"
    from session s join agent a on a.id = s.agent_id
    where s.id = any(${[...sessionIds]}::bigint[]) and s.expires_at > clock_timestamp()
      and a.state = 'active'`.execute(db)
  return rows
}
