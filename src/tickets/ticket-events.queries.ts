import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import { storableJson } from '../lib/storable-text.ts'

/** One row of history before it is written; keys are columns. */
export type TicketEventRow = {
  ticket_id: number
  kind: string
  agent_id: number | null
  message_id: number | null
  note_id: number | null
  data: unknown
  /** Null: now. */
  at: Date | null
}

/**
 * Writes history, versions and hints in one statement. Tickets are locked in ascending id,
 * as everywhere, their version rises by one however many rows they get, and the hint of each
 * carries the new version and the kind of its last row.
 */
export async function insertTicketEvents(tx: Tx, rows: readonly TicketEventRow[]): Promise<void> {
  await sql`${kept}
    with event as materialized (
      select * from rows from (json_to_recordset(${storableJson(rows)}::json) as (
        ticket_id bigint, kind text, agent_id bigint, message_id bigint, note_id bigint, data jsonb, at timestamptz
      )) with ordinality as event (ticket_id, kind, agent_id, message_id, note_id, data, at, n)
    ), locked as materialized (
      select id from ticket where id in (select ticket_id from event) order by id for no key update
    ), raised as (
      update ticket set version = ticket.version + 1 from locked where ticket.id = locked.id
      returning ticket.id, ticket.mailbox_id, ticket.version
    ), history as (
      insert into ticket_event (ticket_id, kind, agent_id, message_id, note_id, data, at)
      select ticket_id, kind, agent_id, message_id, note_id, data, coalesce(at, clock_timestamp()) from event order by n
    )
    insert into live_event (mailbox_id, ticket_id, kind, version)
    select raised.mailbox_id, raised.id,
      (select kind from event where event.ticket_id = raised.id order by n desc limit 1), raised.version
    from raised order by raised.id`.execute(tx)
}
