import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { kept, unseen } from '../db/kept-statements.ts'
import { storableJson } from '../lib/storable-text.ts'
import type { TicketState } from '../shared/vocabulary.ts'
import { oldestUnanswered } from './desk-rows.queries.ts'

/** A locked ticket. `twinOfId` is the ticket that leads it; null where it leads or is alone. */
export type LockedTicket = {
  id: number
  number: number
  mailboxId: number
  state: TicketState
  assigneeId: number | null
  twinOfId: number | null
  /** Of the ticket that has its messages, when it was merged. */
  mergedIntoNumber: number | null
}

/** Which tickets to lock: each with all its twins. `twinKeys` name the tickets that got the first copy of a mail. */
export type TicketNames = { ids: readonly number[]; twinKeys?: readonly string[] }

/**
 * Locks tickets with their twins until the transaction ends, in ascending id, with one statement.
 *
 * Not `for update`, which makes every foreign key check on a ticket wait.
 */
export async function selectForChange(tx: Tx, names: TicketNames): Promise<LockedTicket[]> {
  const { ids, twinKeys = [] } = names
  const found = await sql<LockedTicket>`${kept}
    with named as materialized (
      select id, twin_of_id from ticket where id = any(${unseen([...ids], 'bigint[]')}::bigint[])
      union select t.id, t.twin_of_id from twin join ticket t on t.id = twin.ticket_id
        where twin.key = any(array(select decode(hex, 'hex') from unnest(${[...twinKeys]}::text[]) as hex))
    ), ${groups(sql`named`)}
    select ${lockedColumns} from member join ticket t on t.id = member.id
    order by t.id for no key update of t`.execute(tx)
  return found.rows
}

/** Locks what of the twins of some tickets is not locked by others; `total` counts all of them. */
export async function selectFreeTwins(
  tx: Tx,
  ticketIds: readonly number[],
): Promise<{ total: number; rows: (LockedTicket & { hasActed: boolean })[] }> {
  const found = await sql<LockedTicket & { hasActed: boolean; total: number }>`
    with ${groupsOf(ticketIds)}, locked as materialized (
      select t.* from member join ticket t on t.id = member.id order by t.id for no key update of t skip locked)
    select ${lockedColumns}, (select count(*) from member) as total,
      exists (select 1 from ticket_event e where e.ticket_id = t.id and e.agent_id is not null) as "hasActed"
    from locked t order by t.id`.execute(tx)
  return { total: found.rows[0]?.total ?? 0, rows: found.rows }
}

/** Writes who leads some tickets, the lead among them; they take its state. Clocks run on the lead alone. */
export async function updateLead(tx: Tx, leadId: number, memberIds: readonly number[]): Promise<void> {
  const members = sql`${[...memberIds]}::bigint[]`
  await sql`
    update ticket set
      twin_of_id = case when ticket.id <> lead.id then lead.id end,
      twin_mailbox_id = case when ticket.id <> lead.id then lead.mailbox_id end,
      state = lead.state, closed_at = lead.closed_at,
      snoozed_until = lead.snoozed_until, deleted_at = lead.deleted_at,
      waiting_since = case when ticket.id = lead.id and lead.state = 'open' then ${oldestUnanswered(members)} end
    from ticket lead
    where lead.id = ${leadId} and ticket.id = any(${members})`.execute(tx)
}

/** Makes a ticket stand alone again, with its state as it is. */
export async function clearLead(tx: Tx, ticketId: number): Promise<void> {
  await sql`
    update ticket set twin_of_id = null, twin_mailbox_id = null,
      waiting_since = case when state = 'open' then ${oldestUnanswered(sql`array[ticket.id]`)} end
    where id = ${ticketId}`.execute(tx)
}

/** Lets a later copy of the mails that `fromId` got find another of its twins, or nobody (null). */
export async function moveTwinKeys(tx: Tx, fromId: number, toId: number | null): Promise<void> {
  if (toId === null) await sql`delete from twin where ticket_id = ${fromId}`.execute(tx)
  else await sql`update twin set ticket_id = ${toId} where ticket_id = ${fromId}`.execute(tx)
}

/** A mail that may have copies elsewhere, in its ticket; `key` in hex. `is_opener`: it opened that ticket. */
export type TwinRow = { key: string; ticket_id: number; is_opener: boolean; received_at: Date }

/**
 * Enters mails in key order. A key that is there stays: what comes back for it is the first copy, also
 * where another transaction entered it a moment ago, whose commit this statement waits for.
 */
export async function insertTwins(tx: Tx, rows: readonly TwinRow[]): Promise<TwinRow[]> {
  const entered = await sql<TwinRow>`
    insert into twin (key, ticket_id, is_opener, received_at)
    select decode(key, 'hex'), ticket_id, is_opener, received_at
    from json_to_recordset(${storableJson(rows)}::json) as (
      key text, ticket_id bigint, is_opener boolean, received_at timestamptz)
    order by key
    on conflict (key) do update set received_at = twin.received_at
    returning encode(key, 'hex') as key, ticket_id, is_opener, received_at`.execute(tx)
  return entered.rows
}

/** A ticket that moved from one state to another. */
export type MovedTicket = { id: number; was: TicketState }

/**
 * Which tickets move: those in a state of `from`. `waiting` says whether messages that are there already
 * count as waiting, or only those that the caller adds.
 */
export type StateChange = { from: readonly TicketState[]; to: TicketState; waiting: 'recount' | 'keep' }

/**
 * Moves tickets with all their twins to a state, with what follows from it: `closed_at` is set while closed,
 * `waiting_since` only while open, and of a twin never; only what waits stays put away. Rows that others hold are left
 * out, so that this waits for nobody: `stray` counts them.
 */
export async function updateStates(
  tx: Tx,
  ticketIds: readonly number[],
  change: StateChange,
): Promise<{ moved: MovedTicket[]; stray: number }> {
  const { from, to } = change
  const waiting = change.waiting === 'keep' ? sql`ticket.waiting_since` : oldestUnanswered()
  const target = unseen(to, 'text')
  const found = await sql<{ id: number | null; was: TicketState; stray: number }>`${kept}
    with ${groupsOf(ticketIds)}, due as materialized (
      select t.id from member join ticket t on t.id = member.id where t.state = any(${unseen([...from], 'text[]')}::text[])
    ), locked as materialized (
      select t.id, t.state from due join ticket t on t.id = due.id order by t.id
      for no key update of t skip locked
    ), moved as (
      update ticket set state = ${to}, closed_at = case when ${target} = 'closed' then clock_timestamp() end,
        waiting_since = case when ${target} = 'open' and ticket.twin_of_id is null then ${waiting} end,
        snoozed_until = case when ${target} = 'waiting' then ticket.snoozed_until end
      from locked where ticket.id = locked.id
      returning ticket.id, locked.state as was)
    select moved.id, moved.was, (select count(*) from due) - (select count(*) from locked) as stray
    from (select 1) as one left join moved on true order by moved.id`.execute(tx)
  const moved = found.rows.flatMap(({ id, was }) => (id === null ? [] : [{ id, was }]))
  return { moved, stray: found.rows[0]?.stray ?? 0 }
}

const lockedColumns = sql`t.id, t.number, t.mailbox_id as "mailboxId", t.state, t.assignee_id as "assigneeId",
  t.twin_of_id as "twinOfId",
  (select s.number from ticket s where s.id = t.merged_into_id) as "mergedIntoNumber"`

/** Tickets and their groups, to stand behind `with`: `lead`, and `member`, which are those with everything they lead. */
export function groupsOf(ticketIds: readonly number[]): RawBuilder<unknown> {
  return sql`named as materialized (
    select id, twin_of_id from ticket where id = any(${unseen([...ticketIds], 'bigint[]')}::bigint[])), ${groups(sql`named`)}`
}

/** The leads of the tickets in `named`, and `member`: those with everything they lead. */
function groups(named: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`lead as materialized (select distinct coalesce(twin_of_id, id) as id from ${named}),
    member as materialized (
      select id from lead union select t.id from lead join ticket t on t.twin_of_id = lead.id)`
}
