import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { storableJson } from '../lib/storable-text.ts'
import type { Address } from '../mail/mail-types.ts'
import { OPENING_RULES, type SenderGrade } from '../shared/vocabulary.ts'
import { oldestUnanswered } from './desk-rows.queries.ts'
import type { Envelope } from './participants.ts'
import type { ParticipantRow } from './ticket-rows.queries.ts'

/** What of a stored message says who belongs to its ticket. */
export type StoredEnvelope = Envelope & { id: number; ticketId: number }

/**
 * Counts tickets anew from the messages they hold: number, latest time and snippet, waiting since. A
 * ticket without a message keeps its time and snippet. Locks in ascending id.
 */
export async function recountTickets(tx: Tx, ticketIds: readonly number[]): Promise<void> {
  await sql`
    with locked as materialized (
      select id from ticket where id = any(${[...ticketIds]}::bigint[]) order by id for no key update
    ), counted as (
      select locked.id, (select count(*)::int from message m where m.ticket_id = locked.id and not exists (
          select from message f where f.ticket_id = m.ticket_id and f.copy_key = m.copy_key
            and m.internet_message_id is not null and f.id < m.id)) as messages,
        shown.received_at, shown.snippet
      from locked left join lateral (
        select max(received_at) over () as received_at, snippet from message
        where ticket_id = locked.id and placed_by <> 'acknowledgement'
        order by (sender_grade = 'failed' and placed_by <> all(${[...OPENING_RULES]}::text[])) is true,
          received_at desc, id desc limit 1) shown on true
    )
    update ticket set
      message_count = counted.messages,
      last_message_at = coalesce(counted.received_at, ticket.last_message_at),
      snippet = coalesce(counted.snippet, ticket.snippet),
      waiting_since = case when ticket.state = 'open' and ticket.twin_of_id is null then ${oldestUnanswered()} end
    from counted where ticket.id = counted.id`.execute(tx)
}

/** The envelopes of all messages of some tickets, oldest first. */
export async function selectEnvelopes(tx: Tx, ticketIds: readonly number[]): Promise<StoredEnvelope[]> {
  const { rows } = await sql<
    Omit<StoredEnvelope, 'from' | 'forwardedFrom' | 'sender'> & {
      fromName: string | null
      fromAddress: string | null
      forwardedName: string | null
      forwardedAddress: string | null
      grade: SenderGrade | null
    }
  >`
    select id, ticket_id as "ticketId", sender_grade as grade, direction, kind, placed_by as "placedBy", is_newcomer as "isNewcomer",
      from_name as "fromName", from_address as "fromAddress", forwarded_name as "forwardedName",
      forwarded_address as "forwardedAddress", side_thread_id as "sideThreadId", to_addresses as "to", cc_addresses as cc,
      bcc_addresses as bcc
    from message where ticket_id = any(${[...ticketIds]}::bigint[])
    order by received_at, id`.execute(tx)
  return rows.map(({ fromName, fromAddress, forwardedName, forwardedAddress, grade, ...row }) => ({
    ...row,
    from: toAddress(fromName, fromAddress),
    forwardedFrom: toAddress(forwardedName, forwardedAddress),
    sender: grade === null ? null : { grade },
  }))
}

function toAddress(name: string | null, address: string | null): Address | null {
  return address === null ? null : { name, address }
}

// The customer of a ticket that an agent began without mail: no message brought them.
const isByHand = sql`(participant.kind = 'customer' and participant.message_id is null)`

/** Which of some tickets an agent began without a mail. */
export async function selectBegunByHand(tx: Tx, ticketIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct ticket_id as id from ticket_event
    where ticket_id = any(${[...ticketIds]}::bigint[]) and kind = 'ticket_opened'
      and data ->> 'by' = 'phone'`.execute(tx)
  return rows.map(row => row.id)
}

/** Makes these the participants of the tickets; who stays keeps the time since when, and what an agent decided. */
export async function replaceParticipants(
  tx: Tx,
  ticketIds: readonly number[],
  rows: readonly ParticipantRow[],
): Promise<void> {
  await sql`
    delete from participant where ticket_id = any(${[...ticketIds]}::bigint[])
      and not exists (
        select 1 from json_to_recordset(${storableJson(rows)}::json) as kept (ticket_id bigint, address text)
        where kept.ticket_id = participant.ticket_id and kept.address = participant.address)
      and not ${isByHand}`.execute(tx)
  await sql`
    insert into participant (ticket_id, address, kind, name, message_id)
    select ticket_id, address, kind, name, message_id
    from json_to_recordset(${storableJson(rows)}::json) as (
      ticket_id bigint, address text, kind text, name text, message_id bigint)
    order by ticket_id, address
    on conflict (ticket_id, address) do update set kind = excluded.kind
      where participant.kind <> excluded.kind and not ${isByHand}
        and not (excluded.kind = 'newcomer' and participant.decided_at is not null)`.execute(tx)
}
