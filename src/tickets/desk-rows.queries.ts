import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import { OPENING_RULES } from '../shared/vocabulary.ts'
import { ASKING_KINDS } from './kind-rules.ts'

/** The row `ticket` of the statement around it and the tickets it leads: what came to a twin, its lead answers. */
const itsGroup = sql`array(select ticket.id union all select t.id from ticket t where t.twin_of_id = ticket.id)`

/** Whether a message is a person's answer: an agent wrote it here, or somebody in a mail program. */
export function isAnswer(message: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(${message}.direction = 'outbound'
    and (${message}.author_id is not null or ${message}.is_from_mail_program) and ${message}.kind <> 'auto-reply')`
}

/**
 * When the oldest customer mail after our last reply arrived; of the row `ticket` of the statement around it.
 * Of copies of one mail in a group one counts, and a reply from any of its mailboxes.
 *
 * @param group an array of the ids of those whose mail it waits for, itself among them
 */
export function oldestUnanswered(group: RawBuilder<unknown> = itsGroup): RawBuilder<Date | null> {
  return sql<Date | null>`(
    select min(m.received_at) from message m
    where m.ticket_id = any(${group}) and m.direction = 'inbound' and m.side_thread_id is null and m.kind = any(${[...ASKING_KINDS]}::text[])
      and (m.sender_grade is distinct from 'failed' or m.placed_by = any(${[...OPENING_RULES]}::text[]))
      and (m.ticket_id = ticket.id or m.copy_key is null or not exists (
        select 1 from message c where c.ticket_id = any(${group}) and c.copy_key = m.copy_key
          and c.id <> m.id and (c.ticket_id = ticket.id or c.id < m.id)))
      and m.received_at > coalesce((
        select max(r.received_at) from message r left join outbox o on o.message_id = r.id
        where r.ticket_id = any(${group}) and ${isAnswer(sql`r`)} and r.side_thread_id is null
          and (r.is_from_mail_program or o.state not in ('cancelled', 'failed'))), '-infinity'))`
}

/** Writes who a ticket belongs to; null is nobody. */
export async function writeAssignee(tx: Tx, ticketId: number, assigneeId: number | null): Promise<void> {
  await sql`${kept} update ticket set assignee_id = ${assigneeId} where id = ${ticketId}`.execute(tx)
}

/** Writes who tickets belong to with one statement. */
export async function writeAssignees(
  tx: Tx,
  rows: readonly { ticketId: number; assigneeId: number }[],
): Promise<void> {
  await sql`update ticket set assignee_id = given.agent_id
    from unnest(${rows.map(row => row.ticketId)}::bigint[], ${rows.map(row => row.assigneeId)}::bigint[])
      as given(ticket_id, agent_id)
    where ticket.id = given.ticket_id`.execute(tx)
}

/** An agent as one mailbox is concerned; `mailboxId` is null where no row lets them use it. */
export type Assignee = { id: number; role: string; state: string; mailboxId: number | null }

/**
 * An agent as an assignee: role and state, and whether a row lets them use the mailbox. The agent's
 * row is held, so that a deactivation that runs beside this cannot overlook the ticket, by a statement of its own, since one
 * that waited for the lock sees the mailboxes of before.
 */
export async function lockAssignee(
  tx: Tx,
  agentId: number,
  mailboxId: number,
): Promise<Assignee | undefined> {
  await sql`${kept} select 1 from agent where id = ${agentId} for share`.execute(tx)
  const { rows } = await sql<Assignee>`${kept}
    select a.id, a.role, a.state, am.mailbox_id as "mailboxId"
    from agent a left join agent_mailbox am on am.agent_id = a.id and am.mailbox_id = ${mailboxId}
    where a.id = ${agentId}`.execute(tx)
  return rows[0]
}

/** Agents as lockAssignee, each for a mailbox of its own: with two statements, the rows held in ascending id. */
export async function lockAssignees(
  tx: Tx,
  wishes: readonly { agentId: number; mailboxId: number }[],
): Promise<(Assignee & { wishedMailboxId: number })[]> {
  const agentIds = wishes.map(wish => wish.agentId)
  await sql`select 1 from agent where id = any(${agentIds}::bigint[]) order by id for share`.execute(tx)
  const { rows } = await sql<Assignee & { wishedMailboxId: number }>`
    select distinct a.id, a.role, a.state, am.mailbox_id as "mailboxId", wish.mailbox_id as "wishedMailboxId"
    from unnest(${agentIds}::bigint[], ${wishes.map(wish => wish.mailboxId)}::bigint[]) as wish(agent_id, mailbox_id)
      join agent a on a.id = wish.agent_id
      left join agent_mailbox am on am.agent_id = a.id and am.mailbox_id = wish.mailbox_id`.execute(tx)
  return rows
}

/** Adds a note; the caller writes its event. @returns its id */
export async function insertNote(
  tx: Tx,
  note: { ticketId: number; authorId: number; text: string; html: string | null },
): Promise<number> {
  const { rows } = await sql<{ id: number }>`${kept}
    insert into note (ticket_id, author_id, text, html)
    values (${note.ticketId}, ${note.authorId}, ${note.text}, ${note.html}) returning id`.execute(tx)
  return rows[0]?.id ?? 0
}
