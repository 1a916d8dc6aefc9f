import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import { storableJson } from '../lib/storable-text.ts'
import type { TicketState } from '../shared/vocabulary.ts'

/** A ticket before it is written; keys are columns. */
export type TicketInsert = {
  mailbox_id: number
  customer_id: number | null
  subject: string
  state: TicketState
  last_message_at: Date
  /** Null for now. */
  created_at: Date | null
  /** Whether the default team of its mailbox gets it. */
  takes_team: boolean
}

/** What inserting one ticket drew and looked up. */
export type InsertedTicket = { id: number; number: number; reply_key: string; team_id: number | null }

/**
 * Inserts tickets and gives their keys back in the order of `rows`: ids are drawn first, so nothing is guessed.
 * A default team goes on working in its mailbox until the transaction ends; one that stops meanwhile gets nothing,
 * since the row that was waited for is gone.
 */
export async function insertTickets(tx: Tx, rows: readonly TicketInsert[]): Promise<InsertedTicket[]> {
  const added = await sql<InsertedTicket>`${kept}
    with input as materialized (
      select nextval(pg_get_serial_sequence('ticket', 'id')) as id, row.*
      from rows from (json_to_recordset(${storableJson(rows)}::json) as (
        mailbox_id bigint, customer_id bigint, subject text, state text, last_message_at timestamptz,
        created_at timestamptz, takes_team boolean
      )) with ordinality as row (
        mailbox_id, customer_id, subject, state, last_message_at, created_at, takes_team, n)
    ), working as materialized (
      select w.mailbox_id, w.team_id
      from team_mailbox w
        join mailbox on mailbox.id = w.mailbox_id and mailbox.default_team_id = w.team_id
        join team on team.id = w.team_id and team.removed_at is null
      where w.mailbox_id in (select mailbox_id from input where takes_team)
      for key share of w
    ), added as (
      insert into ticket (id, mailbox_id, customer_id, subject, state, last_message_at, closed_at, created_at, team_id)
      overriding system value
      select id, mailbox_id, customer_id, subject, state, last_message_at, case when state = 'closed' then last_message_at end,
        coalesce(created_at, clock_timestamp()),
        case when takes_team then (select team_id from working where working.mailbox_id = input.mailbox_id) end
      from input order by n
      returning id, number, reply_key, team_id
    )
    select added.id, added.number, added.reply_key, added.team_id
    from added join input using (id) order by input.n`.execute(tx)
  return added.rows
}

/** What a batch of messages adds to one ticket; keys are columns of the recordset, null changes nothing. */
export type TicketAggregate = {
  ticket_id: number
  added: number
  last_message_at: Date | null
  snippet: string | null
  is_answered: boolean
  waiting_since: Date | null
}

/**
 * Adds messages up on their tickets; locks in ascending id. An answer ends the wait before it. What a
 * customer wrote to a twin makes its lead wait and rise, and tells nothing else of it: its readers may be others.
 *
 * @returns the number of the ticket into which one of them was merged: nothing may be added there
 */
export async function updateAggregates(
  tx: Tx,
  rows: readonly TicketAggregate[],
): Promise<number | undefined> {
  const updated = await sql<{ mergedInto: number | null }>`${kept}
    with given as materialized (
      select * from json_to_recordset(${storableJson(rows)}::json) as (
        ticket_id bigint, added integer, last_message_at timestamptz, snippet text,
        is_answered boolean, waiting_since timestamptz)
    ), led as materialized (
      select t.twin_of_id as ticket_id, max(given.last_message_at) as last_message_at,
        min(given.waiting_since) as waiting_since
      from given join ticket t on t.id = given.ticket_id
      where t.twin_of_id is not null and given.waiting_since is not null group by t.twin_of_id
    ), added as materialized (
      select ticket_id, sum(added)::integer as added, max(last_message_at) as last_message_at,
        max(snippet) as snippet, bool_or(is_answered) as is_answered, min(waiting_since) as waiting_since
      from (select * from given
        union all select ticket_id, 0, last_message_at, null, false, waiting_since from led) as each
      group by ticket_id
    ), locked as materialized (
      select id from ticket where id in (select ticket_id from added) order by id for no key update
    )
    update ticket set
      message_count = ticket.message_count + added.added,
      snippet = case when added.last_message_at >= ticket.last_message_at
        then coalesce(added.snippet, ticket.snippet) else ticket.snippet end,
      last_message_at = greatest(ticket.last_message_at, added.last_message_at),
      waiting_since = case when ticket.twin_of_id is not null then null
        when added.is_answered then added.waiting_since
        else least(ticket.waiting_since, added.waiting_since) end
    from locked join added on added.ticket_id = locked.id
    where ticket.id = locked.id
    returning (select s.number from ticket s where s.id = ticket.merged_into_id) as "mergedInto"`.execute(tx)
  return updated.rows.find(row => row.mergedInto !== null)?.mergedInto ?? undefined
}

/** Moves when tickets began back to `first_at`, and when those that are closed were closed on to `last_at`. */
export async function updateDates(
  tx: Tx,
  rows: readonly { ticket_id: number; first_at: Date; last_at: Date }[],
): Promise<void> {
  await sql`${kept}
    update ticket set created_at = least(created_at, first_at),
      closed_at = case when closed_at is not null then greatest(closed_at, last_at) end
    from json_to_recordset(${storableJson(rows)}::json) as row (
      ticket_id bigint, first_at timestamptz, last_at timestamptz)
    where ticket.id = row.ticket_id and (created_at > first_at or closed_at < last_at)`.execute(tx)
}

/** A row of `participant`. */
export type ParticipantRow = {
  ticket_id: number
  address: string
  kind: 'customer' | 'copied' | 'newcomer'
  name: string | null
  /** The message that brought them. */
  message_id: number
}

/** Adds participants; whom an agent addressed is no newcomer any more, every other row stays as it is. */
export async function insertParticipants(tx: Tx, rows: readonly ParticipantRow[]): Promise<void> {
  await sql`${kept}
    insert into participant (ticket_id, address, kind, name, message_id)
    select ticket_id, address, kind, name, message_id
    from json_to_recordset(${storableJson(rows)}::json) as (
      ticket_id bigint, address text, kind text, name text, message_id bigint)
    order by ticket_id, address
    on conflict (ticket_id, address) do update set kind = excluded.kind
      where participant.kind = 'newcomer' and excluded.kind = 'copied'`.execute(tx)
}

/** Addresses and aliases of every mailbox, removed ones too: mail of ours may still name them. */
export async function selectMailboxAddresses(tx: Tx): Promise<string[]> {
  const found = await sql<{ address: string }>`${kept}
    select address from mailbox union select unnest(aliases) from mailbox`.execute(tx)
  return found.rows.map(row => row.address)
}
