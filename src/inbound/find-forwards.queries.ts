import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'

/** The addresses of the active agents who may use a mailbox: owners and admins use all. */
export async function selectAgentAddresses(tx: Tx, mailboxId: number): Promise<string[]> {
  const { rows } = await sql<{ email: string }>`
    select email from agent where state = 'active' and (role in ('owner', 'admin') or exists (
      select 1 from agent_mailbox where agent_id = agent.id and mailbox_id = ${mailboxId}))`.execute(tx)
  return rows.map(row => row.email)
}
