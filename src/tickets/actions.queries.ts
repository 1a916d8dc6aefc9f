import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { storableJson } from '../lib/storable-text.ts'
import type { TicketPriority, TicketState } from '../shared/vocabulary.ts'
import type { NamedRequest } from './answered-requests.queries.ts'
import { ASKING_KINDS } from './kind-rules.ts'
import { bringsMessages } from './re-place.queries.ts'
import { isUnreadBy } from './unread.queries.ts'

/** What actions change of a ticket. Instants as ISO 8601 to the microsecond. */
export type TicketFields = {
  mailboxId: number
  state: TicketState
  assigneeId: number | null
  teamId: number | null
  priority: TicketPriority
  /** `infinity` where only a mail ends it. */
  snoozedUntil: string | null
  deletedAt: string | null
  closedAt: string | null
  tags: string[]
  isFollowed: boolean
  isUnread: boolean
}

/** A ticket somebody names by its number. */
export type NamedTicket = { number: number; ticketId: number; mailboxId: number; mergedInto: number | null }

/** The tickets with these numbers; of merged ones, also the number that has their messages. */
export async function selectNamed(db: Db, numbers: readonly number[]): Promise<NamedTicket[]> {
  const { rows } = await sql<NamedTicket>`
    select t.number, t.id as "ticketId", t.mailbox_id as "mailboxId", s.number as "mergedInto"
    from ticket t left join ticket s on s.id = t.merged_into_id
    where t.number = any(${[...numbers]}::bigint[])`.execute(db)
  return rows
}

/** What of some tickets, locked, could change, by id; followed by `agentId`. */
export async function selectFields(
  tx: Tx,
  ticketIds: readonly number[],
  agentId: number,
): Promise<Map<number, TicketFields>> {
  const { rows } = await sql<TicketFields & { id: number }>`
    select t.id, t.mailbox_id as "mailboxId", t.state, t.assignee_id as "assigneeId",
      t.team_id as "teamId", t.priority,
      ${exact(sql`t.snoozed_until`)} as "snoozedUntil", ${exact(sql`t.deleted_at`)} as "deletedAt",
      ${exact(sql`t.closed_at`)} as "closedAt",
      array(select tag.name from ticket_tag tt join tag on tag.id = tt.tag_id
        where tt.ticket_id = t.id order by tag.name) as tags,
      exists (select from ticket_follower f where f.ticket_id = t.id and f.agent_id = ${agentId}) as "isFollowed",
      ${isUnreadBy(sql`${agentId}`)} as "isUnread"
    from ticket t where t.id = any(${[...ticketIds]}::bigint[])`.execute(tx)
  return new Map(rows.map(({ id, ...fields }) => [id, fields]))
}

/** The versions of some tickets, by id. */
export async function selectVersions(tx: Tx, ticketIds: readonly number[]): Promise<Map<number, number>> {
  const { rows } = await sql<{ id: number; version: number }>`
    select id, version from ticket where id = any(${[...ticketIds]}::bigint[])`.execute(tx)
  return new Map(rows.map(({ id, version }) => [id, version]))
}

// To the microsecond, whatever the zone of the session.
function exact(column: RawBuilder<unknown>): RawBuilder<string | null> {
  return sql`case when ${column} = 'infinity' then 'infinity'
    else to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end`
}

/**
 * Enters an action, or finds the one that has the request's key.
 *
 * @returns its id, and the hash it was asked for with; null for an action that is new
 */
export async function insertAction(
  db: Db,
  agentId: number,
  request: NamedRequest | null,
): Promise<{ id: number; knownHash: Buffer | null }> {
  const { rows } = await sql<{ id: number }>`
    insert into ticket_action (agent_id, key, request_hash)
    values (${agentId}, ${request?.key ?? null}, ${request?.hash ?? null})
    on conflict (agent_id, key) where key is not null do nothing
    returning id`.execute(db)
  if (rows[0] !== undefined) return { id: rows[0].id, knownHash: null }
  return await db
    .selectFrom('ticket_action')
    .select(['id', 'request_hash as knownHash'])
    .where('agent_id', '=', agentId)
    .where('key', '=', request?.key ?? null)
    .executeTakeFirstOrThrow()
}

/** What an action did to one ticket; of a merge `mergeId` says it, and the fields are empty. */
export type ActionItem = {
  ticketId: number
  was: Partial<TicketFields>
  became: Partial<TicketFields>
  mergeId: number | null
}

/** Enters what was done to some tickets. */
export async function insertItems(tx: Tx, actionId: number, items: readonly ActionItem[]): Promise<void> {
  if (items.length === 0) return
  await sql`
    insert into ticket_action_item (action_id, ticket_id, was, became, merge_id)
    select ${actionId}, "ticketId", was, became, "mergeId"
    from json_to_recordset(${storableJson(items)}::json) as (
      "ticketId" bigint, was jsonb, became jsonb, "mergeId" bigint)`.execute(tx)
}

/** Which of some tickets an action has done. */
export async function selectDone(
  db: Db | Tx,
  actionId: number,
  ticketIds: readonly number[],
): Promise<Set<number>> {
  const { rows } = await sql<{ id: number }>`
    select ticket_id as id from ticket_action_item
    where action_id = ${actionId} and ticket_id = any(${[...ticketIds]}::bigint[])`.execute(db)
  return new Set(rows.map(({ id }) => id))
}

/** Marks an action of this agent as taken back. @returns whether it is theirs, and was not yet */
export async function claimUndo(
  db: Db,
  by: { actionId: number; agentId: number },
): Promise<'claimed' | 'undone' | 'unknown'> {
  const { rows } = await sql<{ isFirst: boolean }>`
    with own as materialized (
      select id, undone_at is null as "isFirst" from ticket_action
      where id = ${by.actionId} and agent_id = ${by.agentId} for update
    ), marked as (
      update ticket_action set undone_at = clock_timestamp() from own
      where ticket_action.id = own.id and own."isFirst")
    select "isFirst" from own`.execute(db)
  if (rows[0] === undefined) return 'unknown'
  return rows[0].isFirst ? 'claimed' : 'undone'
}

/** What an action did, by ticket, with where each ticket is now. */
export async function selectItems(
  db: Db,
  actionId: number,
): Promise<(ActionItem & { number: number; mailboxId: number })[]> {
  const { rows } = await sql<ActionItem & { number: number; mailboxId: number }>`
    select i.ticket_id as "ticketId", i.was, i.became, i.merge_id as "mergeId", t.number,
      t.mailbox_id as "mailboxId"
    from ticket_action_item i join ticket t on t.id = i.ticket_id
    where i.action_id = ${actionId} order by i.ticket_id`.execute(db)
  return rows
}

/**
 * Which of some tickets, locked, somebody wrote to since an action began, or to a twin that they lead, and asked for an answer;
 * or into which a merge or a move brought what may.
 */
export async function selectWrittenSince(
  tx: Tx,
  actionId: number,
  ticketIds: readonly number[],
): Promise<Set<number>> {
  const { rows } = await sql<{ id: number }>`
    select coalesce(t.twin_of_id, t.id) as id from ticket_action a, ticket t
    where a.id = ${actionId} and (t.id = any(${[...ticketIds]}::bigint[]) or t.twin_of_id = any(${[...ticketIds]}::bigint[]))
      and exists (select from ticket_event e left join message m on m.id = e.message_id
        where e.ticket_id = t.id and e.at > a.at and (${bringsMessages} or e.kind = 'message_received'
          and m.kind = any(${[...ASKING_KINDS]}::text[]) and m.sender_grade is distinct from 'failed'))`.execute(
    tx,
  )
  return new Set(rows.map(({ id }) => id))
}

/** Gives a ticket, with its twins as they share them, the times it had; the caller holds their locks. */
export async function writeTimes(
  tx: Tx,
  ticketId: number,
  times: Pick<TicketFields, 'closedAt' | 'deletedAt'>,
): Promise<void> {
  await sql`
    update ticket set closed_at = case when state = 'closed' then ${times.closedAt}::timestamptz end,
      deleted_at = ${times.deletedAt}::timestamptz
    where id = ${ticketId} or twin_of_id = ${ticketId}`.execute(tx)
}

/** Deletes the actions that are so old, with what they did to each ticket. @returns how many */
export async function deleteActions(db: Db, days: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from ticket_action where at < clock_timestamp() - make_interval(days => ${days})`.execute(db)
  return Number(numAffectedRows ?? 0n)
}
