import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { ASKING_KINDS } from './kind-rules.ts'

/**
 * The messages of one ticket that are there because of the given ones: they answer or name them, or
 * name what does. Only messages written after `afterMessageId` are looked at.
 */
export async function selectFollowers(
  tx: Tx,
  by: { ticketId: number; messageIds: readonly number[]; afterMessageId: number },
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with recursive later as materialized (
      select id, placed_by_message_id from message
      where ticket_id = ${by.ticketId} and id > ${by.afterMessageId} and placed_by_message_id is not null
    ), follower as (
      select id from later where placed_by_message_id = any(${[...by.messageIds]}::bigint[])
      union
      select later.id from later join follower on later.placed_by_message_id = follower.id
    )
    select id from follower where id <> all(${[...by.messageIds]}::bigint[]) order by id`.execute(tx)
  return rows.map(row => row.id)
}

/** Puts messages into a ticket; the caller holds the locks of both and refreshes them. */
export async function writeTicketOf(tx: Tx, messageIds: readonly number[], ticketId: number): Promise<void> {
  await sql`
    update message set ticket_id = ${ticketId} where id = any(${[...messageIds]}::bigint[])`.execute(tx)
}

/** Which of some messages are in a ticket today. */
export async function selectStillIn(
  tx: Tx,
  messageIds: readonly number[],
  ticketId: number,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from message where id = any(${[...messageIds]}::bigint[]) and ticket_id = ${ticketId}
    order by id`.execute(tx)
  return rows.map(row => row.id)
}

/** The highest id among the messages of tickets: what is written later has a higher one. */
export async function selectLastMessageId(tx: Tx, ticketIds: readonly number[]): Promise<number> {
  const { rows } = await sql<{ id: number | null }>`
    select max(id) as id from message where ticket_id = any(${[...ticketIds]}::bigint[])`.execute(tx)
  return rows[0]?.id ?? 0
}

/** Whether one of these messages came in and asks for an answer. */
export async function hasCustomerMail(tx: Tx, messageIds: readonly number[]): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`
    select exists (select 1 from message where id = any(${[...messageIds]}::bigint[])
      and direction = 'inbound' and kind = any(${[...ASKING_KINDS]}::text[])) as has`.execute(tx)
  return rows[0]?.has ?? false
}

/** Whether a mail that asks for an answer came into a ticket or one that it leads and is there, written after `afterMessageId`. */
export async function hasCustomerMailSince(
  tx: Tx,
  ticketId: number,
  afterMessageId: number,
): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`
    select exists (select 1 from message where id > ${afterMessageId} and ticket_id in (
        select ${ticketId}::bigint union all select id from ticket where twin_of_id = ${ticketId})
      and direction = 'inbound' and kind = any(${[...ASKING_KINDS]}::text[])) as has`.execute(tx)
  return rows[0]?.has ?? false
}

/** Events `e` of merges and moves that brought messages into a ticket, which keep their older ids, and that nobody took back. */
export const bringsMessages = sql`(
  e.kind = 'merged' and exists (
    select from ticket_merge g where g.id = (e.data ->> 'mergeId')::bigint and g.undone_at is null)
  or e.kind = 'message_moved_in' and exists (
    select from message_move v where v.id = (e.data ->> 'moveId')::bigint and v.undone_at is null))`

/** What is taken back: a reply, a merge into a ticket, or a move into one. */
export type TakenBackAct = { messageId: number } | { mergeId: number } | { moveId: number }

/** The event that an act left in the ticket it changed. */
export function eventOfAct(ticketId: number, act: TakenBackAct): RawBuilder<unknown> {
  if ('messageId' in act)
    return sql`(select max(id) from ticket_event where message_id = ${act.messageId} and kind = 'reply_queued')`
  if ('mergeId' in act)
    return sql`(select max(id) from ticket_event where ticket_id = ${ticketId} and kind = 'merged'
      and (data ->> 'mergeId')::bigint = ${act.mergeId})`
  return sql`(select max(id) from ticket_event where ticket_id = ${ticketId} and kind = 'message_moved_in'
    and (data ->> 'moveId')::bigint = ${act.moveId})`
}

/** Whether a merge or a move brought messages into a ticket, or one that it leads, since an act that is taken back. */
export async function isFilledSince(tx: Tx, ticketId: number, act: TakenBackAct): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    select exists (select from ticket_event e
      where e.ticket_id in (select id from ticket where id = ${ticketId} or twin_of_id = ${ticketId})
        and ${bringsMessages} and e.id > ${eventOfAct(ticketId, act)}) as is`.execute(tx)
  return rows[0]?.is ?? false
}

/** Whether somebody closed a ticket, put it away or threw it away after a move was made. */
export async function isPutAwaySince(tx: Tx, ticketId: number, moveId: number): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    select exists (select from ticket_event e join message_move v on v.id = ${moveId}
      where e.ticket_id = ${ticketId} and e.at > v.moved_at
        and (e.kind in ('snoozed', 'deleted') or e.kind = 'state_changed' and e.data ->> 'to' = 'closed')) as is`.execute(
    tx,
  )
  return rows[0]?.is ?? false
}
