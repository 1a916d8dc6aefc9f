import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Language } from '../shared/vocabulary.ts'

/** An active agent as somebody to tell; the ages are null where they were never seen or mailed of late. */
export type AgentToTell = {
  name: string
  email: string
  language: Language
  seenMsAgo: number | null
  mailedMsAgo: number | null
}

/** A reply that did not arrive, of which its author has had no mail. */
export type UntoldFailure = {
  messageId: number
  ticketNumber: number
  mailboxId: number
  recipients: string[]
  ageMs: number
}

/** The agent, when they were last at the screen, and when they last had a mail of this kind. */
export async function findAgentToTell(db: Db, agentId: number): Promise<AgentToTell | undefined> {
  const { rows } = await sql<AgentToTell>`
    select a.name, a.email, a.language,
      (select (extract(epoch from clock_timestamp() - max(s.seen_at)) * 1000)::float8
        from session s where s.agent_id = a.id) as "seenMsAgo",
      (select (extract(epoch from clock_timestamp() - max(u.mailed_at)) * 1000)::float8
        from undelivered u join message m on m.id = u.message_id
        where m.author_id = a.id and u.mailed_at > clock_timestamp() - interval '1 day') as "mailedMsAgo"
    from agent a where a.id = ${agentId} and a.state = 'active'`.execute(db)
  return rows[0]
}

/**
 * What of an agent's replies in mailboxes they may use did not arrive in the last seven days and waits for somebody,
 * oldest first, at most 50.
 */
export async function listUntold(db: Db, agentId: number): Promise<UntoldFailure[]> {
  const { rows } = await sql<UntoldFailure>`
    select u.message_id as "messageId", t.number as "ticketNumber", t.mailbox_id as "mailboxId",
      array(select r.address from outbox_recipient r where r.message_id = u.message_id
        and (r.state in ('failed', 'bounced') or r.state = 'due' and exists (
          select from outbox o where o.message_id = r.message_id and o.state = 'uncertain'))
        order by r.address limit 5) as recipients,
      (extract(epoch from clock_timestamp() - u.since) * 1000)::float8 as "ageMs"
    from undelivered u join message m on m.id = u.message_id join ticket t on t.id = m.ticket_id
    where u.followed_by_id is null and u.put_aside_at is null and u.mailed_at is null
      and m.author_id = ${agentId} and u.since > clock_timestamp() - interval '7 days'
      and exists (select from agent a where a.id = m.author_id and (a.role in ('owner', 'admin') or exists (
        select from agent_mailbox w where w.agent_id = a.id and w.mailbox_id = t.mailbox_id)))
    order by u.since limit 50`.execute(db)
  return rows
}

/** Remembers that their author is told of these by mail. @returns those of which they were not told yet */
export async function markTold(db: Db, messageIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`update undelivered set mailed_at = clock_timestamp()
    where message_id = any(${[...messageIds]}::bigint[]) and mailed_at is null
    returning message_id as id`.execute(db)
  return rows.map(row => row.id)
}

/** The author has not been told of these after all. */
export async function markUntold(db: Db, messageIds: readonly number[]): Promise<void> {
  await sql`update undelivered set mailed_at = null
    where message_id = any(${[...messageIds]}::bigint[])`.execute(db)
}
