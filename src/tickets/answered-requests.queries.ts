import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'

/** A request as its sender names it. `key` is theirs to choose; `hash` is SHA-256 of what is asked. */
export type NamedRequest = { agentId: number; key: string; hash: Buffer }

// As draft-ietf-httpapi-idempotency-key-header lets the server choose.
const answeredFor = sql`interval '24 hours'`

/** What the key of this agent was used for within the last 24 hours. */
export async function selectAnswered(
  db: Db,
  { agentId, key }: NamedRequest,
): Promise<{ hash: Buffer; resultId: number } | undefined> {
  const { rows } = await sql<{ hash: Buffer; resultId: number }>`${kept}
    select request_hash as hash, result_id as "resultId" from answered_request
    where agent_id = ${agentId} and key = ${key}
      and answered_at > clock_timestamp() - ${answeredFor}`.execute(db)
  return rows[0]
}

/** Notes the answer, also over one that is older than a day. False where another request has the key. */
export async function insertAnswered(tx: Tx, request: NamedRequest, resultId: number): Promise<boolean> {
  const { rows } = await sql<{ one: number }>`${kept}
    insert into answered_request as a (agent_id, key, request_hash, result_id)
    values (${request.agentId}, ${request.key}, ${request.hash}, ${resultId})
    on conflict (agent_id, key) do update
      set request_hash = excluded.request_hash, result_id = excluded.result_id, answered_at = excluded.answered_at
      where a.answered_at <= clock_timestamp() - ${answeredFor}
    returning 1 as one`.execute(tx)
  return rows.length === 1
}

/** Deletes the answers whose keys are free again. @returns how many */
export async function deleteOldAnswers(db: Db): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from answered_request where answered_at < clock_timestamp() - ${answeredFor}`.execute(db)
  return Number(numAffectedRows ?? 0n)
}
