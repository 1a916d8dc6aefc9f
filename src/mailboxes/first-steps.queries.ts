import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** What is there of a new desk. */
export type FirstFacts = {
  hasMailbox: boolean
  hasMail: boolean
  hasColleague: boolean
  hasSignature: boolean
  hasSavedReply: boolean
}

/** What of a new desk is there by now; a signature counts of a mailbox, or of this agent. */
export async function selectFirstFacts(db: Db, agentId: number): Promise<FirstFacts> {
  const { rows } = await sql<FirstFacts>`
    with connected as materialized (
      select id, signature from mailbox where kind <> 'practice' and removed_at is null)
    select exists (select 1 from connected) as "hasMailbox",
      exists (select 1 from connected c where exists (select 1 from ticket t where t.mailbox_id = c.id)) as "hasMail",
      exists (select 1 from agent where id <> ${agentId} and state <> 'deactivated') as "hasColleague",
      exists (select 1 from connected where signature <> '')
        or exists (select 1 from agent where id = ${agentId} and signature <> '') as "hasSignature",
      exists (select 1 from saved_reply where archived_at is null) as "hasSavedReply"`.execute(db)
  return rows[0] as FirstFacts
}
