import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import type { TicketState } from '../shared/vocabulary.ts'

/** What a command must know of a ticket before it changes it. */
export type LockedTicket = {
  id: number
  number: number
  mailboxId: number
  state: TicketState
  assigneeId: number | null
  /** Of the ticket that has its messages, when it was merged. */
  mergedIntoNumber: number | null
}

/** A note as stored. */
export type NoteRow = { id: number; authorId: number; text: string; createdAt: Date }

/** Locks one ticket until the end of the transaction; undefined where it does not exist. */
export async function lockTicket(tx: Tx, ticketId: number): Promise<LockedTicket | undefined> {
  // Everywhere a ticket is locked: not `for update`, which makes every foreign key check on it wait.
  const row = await tx
    .selectFrom('ticket')
    .select(['id', 'number', 'mailbox_id', 'state', 'assignee_id', 'merged_into_id'])
    .where('id', '=', ticketId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    id: row.id,
    number: row.number,
    mailboxId: row.mailbox_id,
    state: row.state as TicketState, // the column's check constraint
    assigneeId: row.assignee_id,
    mergedIntoNumber: row.merged_into_id === null ? null : await selectNumber(tx, row.merged_into_id),
  }
}

async function selectNumber(tx: Tx, ticketId: number): Promise<number> {
  const row = await tx.selectFrom('ticket').select('number').where('id', '=', ticketId).executeTakeFirst()
  return row?.number ?? 0
}

/**
 * Writes a ticket's state with what follows from it: `closed_at` is set while closed, `waiting_since`
 * only while open, as the arrival of the oldest customer mail after our last reply.
 */
export async function writeState(tx: Tx, ticketId: number, state: TicketState): Promise<void> {
  await sql`
    update ticket set
      state = ${state},
      closed_at = case when ${state} = 'closed' then clock_timestamp() end,
      waiting_since = case when ${state} = 'open' then ${oldestUnanswered} end
    where id = ${ticketId}`.execute(tx)
}

/** When the oldest customer mail after our last reply arrived; of the row `ticket` of the statement around it. */
export const oldestUnanswered = sql<Date | null>`(
  select min(m.received_at) from message m
  where m.ticket_id = ticket.id and m.direction = 'inbound' and m.kind in ('person', 'list')
    and m.received_at > coalesce((
      select max(r.received_at) from message r join outbox o on o.message_id = r.id
      where r.ticket_id = ticket.id and r.direction = 'outbound' and r.author_id is not null
        and o.state not in ('cancelled', 'failed')), '-infinity'))`

/** Writes who a ticket belongs to; null is nobody. */
export async function writeAssignee(tx: Tx, ticketId: number, assigneeId: number | null): Promise<void> {
  await tx.updateTable('ticket').set({ assignee_id: assigneeId }).where('id', '=', ticketId).execute()
}

/** Takes an agent off all open and waiting tickets, in order of id; gives back which. */
export async function clearAssignee(tx: Tx, assigneeId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with held as (
      select id from ticket where assignee_id = ${assigneeId} and state in ('open', 'waiting')
      order by id for no key update)
    update ticket set assignee_id = null from held where ticket.id = held.id
    returning ticket.id`.execute(tx)
  return rows.map(row => row.id)
}

/**
 * An agent as an assignee: role and state, and whether a row lets them use the mailbox. The agent's
 * row is held, so that a deactivation that runs beside this cannot overlook the ticket.
 */
export async function lockAssignee(tx: Tx, agentId: number, mailboxId: number) {
  return await tx
    .selectFrom('agent')
    .leftJoin('agent_mailbox', join =>
      join.onRef('agent_mailbox.agent_id', '=', 'agent.id').on('agent_mailbox.mailbox_id', '=', mailboxId),
    )
    .select(['agent.id', 'agent.role', 'agent.state', 'agent_mailbox.mailbox_id as mailboxId'])
    .where('agent.id', '=', agentId)
    .forShare('agent')
    .executeTakeFirst()
}

/** Adds a note; the caller writes its event. */
export async function insertNote(tx: Tx, note: { ticketId: number; authorId: number; text: string }) {
  return await tx
    .insertInto('note')
    .values({ ticket_id: note.ticketId, author_id: note.authorId, text: note.text })
    .returning(['id', 'author_id as authorId', 'text', 'created_at as createdAt'])
    .executeTakeFirstOrThrow()
}
