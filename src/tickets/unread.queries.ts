import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'

/**
 * Whether ticket `t` has a message that an agent has not read: of its customer or of a colleague, newer than what they were
 * last shown. Where they never opened it, what waits for an answer counts, and what came since the agent is here.
 */
export function isUnreadBy(agentId: RawBuilder<unknown>): RawBuilder<boolean> {
  const readFrom = sql`(select a.read_from from agent a where a.id = ${agentId})`
  return sql`coalesce((
    select exists (select from message m where m.ticket_id = t.id and m.id > r.message_id and ${isOfOthers(agentId)})
    from ticket_read r where r.agent_id = ${agentId} and r.ticket_id = t.id
  ), t.waiting_since is not null or t.last_message_at > ${readFrom} and exists (
    select from message m where m.ticket_id = t.id and m.received_at > ${readFrom} and ${isOfOthers(agentId)}))`
}

// What was sent by itself or by the agent needs no reading.
function isOfOthers(agentId: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`(m.direction = 'inbound' or m.author_id <> ${agentId} or m.is_from_mail_program and m.author_id is null)`
}

/** Notes how far an agent has read a ticket. What they have read stays read: an older message changes nothing. */
export async function writeRead(
  db: Db,
  read: { ticketId: number; agentId: number; upToMessageId: number },
): Promise<void> {
  await sql`${kept}
    insert into ticket_read (agent_id, ticket_id, message_id)
    select ${read.agentId}, m.ticket_id, m.id from message m
    where m.id = ${read.upToMessageId} and m.ticket_id = ${read.ticketId}
    on conflict (agent_id, ticket_id) do update set message_id = excluded.message_id
      where ticket_read.message_id < excluded.message_id`.execute(db)
}

/** Notes that an agent has read all of a ticket, or leaves it unread. */
export async function writeUnread(
  tx: Tx,
  ticket: { ticketId: number; agentId: number; isUnread: boolean },
): Promise<void> {
  const newest = sql`(select coalesce(max(m.id), 0) from message m where m.ticket_id = ${ticket.ticketId})`
  await sql`
    insert into ticket_read (agent_id, ticket_id, message_id)
    values (${ticket.agentId}, ${ticket.ticketId}, ${ticket.isUnread ? sql`0` : newest})
    on conflict (agent_id, ticket_id) do update set message_id = excluded.message_id`.execute(tx)
}
