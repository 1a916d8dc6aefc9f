import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import type { Role } from '../shared/vocabulary.ts'

/** A live session joined to its agent. */
export type SessionRow = {
  sessionId: number
  agentId: number
  csrfToken: string
  role: Role
  mailboxIds: number[]
  isStale: boolean
}

/**
 * The session of a token, by its hashes, if it has not expired and its agent is active. `isStale`: not marked seen for
 * a minute.
 */
export async function findSessionRow(db: Db, tokenHashes: Buffer[]): Promise<SessionRow | undefined> {
  const found = await sql<SessionRow>`${kept}
    select s.id as "sessionId", s.agent_id as "agentId", s.csrf_token as "csrfToken", a.role,
           s.seen_at < clock_timestamp() - interval '1 minute' as "isStale",
           coalesce((select array_agg(am.mailbox_id) from agent_mailbox am where am.agent_id = a.id), '{}') as "mailboxIds"
    from session s join agent a on a.id = s.agent_id
    where s.token_hash = any(${tokenHashes}::bytea[]) and s.expires_at > clock_timestamp() and a.state = 'active'`.execute(
    db,
  )
  return found.rows[0]
}

/** Marks a session seen and moves its end `days` ahead. */
export async function touchSession(db: Db, sessionId: number, days: number): Promise<void> {
  await sql`
    update session set seen_at = clock_timestamp(), expires_at = clock_timestamp() + make_interval(days => ${days})
    where id = ${sessionId}`.execute(db)
}

/** Adds a session that ends `days` ahead. */
export async function insertSession(
  tx: Tx,
  session: {
    tokenHash: Buffer
    csrfToken: string
    agentId: number
    userAgent: string
    address: string
    days: number
  },
): Promise<number> {
  const made = await sql<{ id: number }>`
    insert into session (token_hash, csrf_token, agent_id, user_agent, address, expires_at)
    values (${session.tokenHash}, ${session.csrfToken}, ${session.agentId}, ${session.userAgent}, ${session.address},
            clock_timestamp() + make_interval(days => ${session.days}))
    returning id`.execute(tx)
  return made.rows[0]?.id ?? 0
}

/** The sessions of one agent that have not ended, newest first. */
export async function listSessionRows(db: Db, agentId: number) {
  return await db
    .selectFrom('session')
    .select(['id', 'user_agent', 'address', 'created_at', 'seen_at'])
    .where('agent_id', '=', agentId)
    .where(sql<boolean>`expires_at > clock_timestamp()`)
    .orderBy('id', 'desc')
    .execute()
}

/** Ends one session of one agent. @returns how many ended */
export async function deleteSession(db: Db, agentId: number, sessionId: number): Promise<number> {
  const result = await db
    .deleteFrom('session')
    .where('agent_id', '=', agentId)
    .where('id', '=', sessionId)
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

/** Ends every session of an agent, except one where given. */
export async function deleteSessions(
  tx: Tx,
  agentId: number,
  options: { exceptId?: number } = {},
): Promise<void> {
  let query = tx.deleteFrom('session').where('agent_id', '=', agentId)
  if (options.exceptId !== undefined) query = query.where('id', '!=', options.exceptId)
  await query.execute()
}

/** Deletes the sessions that have ended. @returns how many */
export async function deleteEndedSessions(db: Db): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from session where expires_at < clock_timestamp()`.execute(db)
  return Number(numAffectedRows ?? 0n)
}
