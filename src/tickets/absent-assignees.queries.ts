import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import { groupsOf } from './twins.queries.ts'

/** Whether the assignee of the row `ticket` of the statement around it is not active, or may not use its mailbox. */
const isOfAbsent = sql<boolean>`exists (
  select from agent a where a.id = ticket.assignee_id and (a.state <> 'active' or a.role = 'agent' and not exists (
    select from agent_mailbox m where m.agent_id = a.id and m.mailbox_id = ticket.mailbox_id)))`

/** Takes an agent off their open and waiting tickets where they do not work, in order of id. @returns which */
export async function clearWhereAbsent(tx: Tx, agentId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with held as (
      select id from ticket where assignee_id = ${agentId} and state in ('open', 'waiting') and ${isOfAbsent}
      order by id for no key update)
    update ticket set assignee_id = null from held where ticket.id = held.id
    returning ticket.id`.execute(tx)
  return rows.map(row => row.id)
}

/**
 * Holds the rows of who has some tickets, locked by now, and their twins: nobody is deactivated or loses a mailbox before
 * the transaction ends. A statement of its own, since one that waited for the lock sees the mailboxes of before.
 *
 * @returns whether anybody has one
 */
export async function shareAssignees(tx: Tx, ticketIds: readonly number[]): Promise<boolean> {
  const { rows } = await sql`${kept}
    with ${groupsOf(ticketIds)}
    select 1 from agent where id in (select t.assignee_id from member join ticket t on t.id = member.id)
    order by id for share`.execute(tx)
  return rows.length > 0
}

/** A ticket that was taken from somebody. */
export type TakenRow = { id: number; from: number }

/** Takes tickets, locked by now, and their twins from who cannot work there. */
export async function clearAbsent(tx: Tx, ticketIds: readonly number[]): Promise<TakenRow[]> {
  const { rows } = await sql<TakenRow>`${kept}
    with ${groupsOf(ticketIds)}, held as materialized (
      select ticket.id, ticket.assignee_id as "from" from member join ticket on ticket.id = member.id
      where ${isOfAbsent})
    update ticket set assignee_id = null from held where ticket.id = held.id
    returning ticket.id, held."from"`.execute(tx)
  return rows.toSorted((a, b) => a.id - b.id)
}
