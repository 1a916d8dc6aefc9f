import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Language } from '../shared/vocabulary.ts'

/** A working one-time link with the agent it is for. */
export type LinkToMail = {
  id: number
  purpose: 'invitation' | 'password-reset'
  tokenHash: Buffer
  email: string
  name: string
  language: Language
}

/** The link, while it works and is one that is mailed. */
export async function findLinkToMail(db: Db, linkId: number): Promise<LinkToMail | undefined> {
  const { rows } = await sql<LinkToMail>`
    select l.id, l.purpose, l.token_hash as "tokenHash", a.email, a.name, a.language
    from agent_link l join agent a on a.id = l.agent_id
    where l.id = ${linkId} and l.used_at is null and l.expires_at > clock_timestamp()
      and l.purpose in ('invitation', 'password-reset') and a.state <> 'deactivated'`.execute(db)
  return rows[0]
}

/** Mailboxes to send from, best first: real before practice, working before those with a fault or a hold of sending. */
export async function listSendingMailboxes(db: Db, options: { withPractice: boolean }): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from mailbox
    where state = 'active' and removed_at is null and (kind <> 'practice' or ${options.withPractice})
    order by kind = 'practice', coalesce(state_code, '') like 'smtp-%',
      coalesce(sending_held_until, '-infinity') > clock_timestamp(), id`.execute(db)
  return rows.map(row => row.id)
}
