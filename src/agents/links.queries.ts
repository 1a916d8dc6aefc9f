import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'

/** What a one-time link opens. */
export type LinkPurpose = 'setup' | 'invitation' | 'password-reset'

/** A link that still works. */
export type LinkRow = { id: number; purpose: LinkPurpose; agentId: number | null; expiresAt: Date }

/** Reserves a link's row, so that its token can be derived from its id. The hash is set right after. */
export async function insertLink(
  tx: Tx,
  link: { purpose: LinkPurpose; agentId: number | null; hours: number; placeholder: Buffer },
): Promise<{ id: number; expiresAt: Date }> {
  const made = await sql<{ id: number; expiresAt: Date }>`
    insert into agent_link (token_hash, purpose, agent_id, expires_at)
    values (${link.placeholder}, ${link.purpose}, ${link.agentId},
            clock_timestamp() + make_interval(hours => ${link.hours}))
    returning id, expires_at as "expiresAt"`.execute(tx)
  const row = made.rows[0]
  return row ?? { id: 0, expiresAt: new Date(0) }
}

/** Sets the hash by which a link is found. */
export async function setLinkHash(tx: Tx, linkId: number, tokenHash: Buffer): Promise<void> {
  await tx.updateTable('agent_link').set({ token_hash: tokenHash }).where('id', '=', linkId).execute()
}

/** The working link of a token, by its hashes. */
export async function findLinkRow(db: Db, tokenHashes: Buffer[]): Promise<LinkRow | undefined> {
  const found = await sql<LinkRow>`
    select id, purpose, agent_id as "agentId", expires_at as "expiresAt" from agent_link
    where token_hash = any(${tokenHashes}::bytea[]) and used_at is null and expires_at > clock_timestamp()`.execute(
    db,
  )
  return found.rows[0]
}

/** Uses a link up. @returns false when somebody else did, or it has ended */
export async function markLinkUsed(tx: Tx, linkId: number): Promise<boolean> {
  const used = await sql`
    update agent_link set used_at = clock_timestamp()
    where id = ${linkId} and used_at is null and expires_at > clock_timestamp()`.execute(tx)
  return Number(used.numAffectedRows ?? 0) === 1
}

/** Ends the working links of one purpose, of one agent or (null) of nobody yet. */
export async function endLinks(tx: Tx, purpose: LinkPurpose, agentId: number | null): Promise<void> {
  await sql`
    update agent_link set expires_at = clock_timestamp()
    where purpose = ${purpose} and agent_id is not distinct from ${agentId} and used_at is null`.execute(tx)
}

/** Deletes the links that ended so long ago. @returns how many */
export async function deleteEndedLinks(db: Db, days: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from agent_link where expires_at < clock_timestamp() - make_interval(days => ${days})`.execute(db)
  return Number(numAffectedRows ?? 0n)
}
