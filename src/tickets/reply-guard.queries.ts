import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import type { GuardedEvent } from './reply-guard-rule.ts'

/** An event with what the guard asks of it. */
export type EventSince = GuardedEvent & { eventId: number; at: Date; messageId: number | null }

/** What happened on a ticket after an event, in order; a reply that was taken back or overtaken did not. */
export async function selectEventsSince(tx: Tx, ticketId: number, eventId: number): Promise<EventSince[]> {
  const { rows } = await sql<EventSince>`
    select e.id as "eventId", e.at, e.kind, e.agent_id as "agentId", e.message_id as "messageId",
      m.kind as "mailKind", e.data ->> 'to' as "stateAfter"
    from ticket_event e left join message m on m.id = e.message_id
    where e.ticket_id = ${ticketId} and e.id > ${eventId}
      and not exists (select 1 from ticket_event u
        where u.ticket_id = e.ticket_id and u.message_id = e.message_id
          and e.kind = 'reply_queued' and u.kind in ('reply_undone', 'reply_overtaken'))
    order by e.id`.execute(tx)
  return rows
}
