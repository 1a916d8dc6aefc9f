import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'

/** What the ancestor index says of an id, with the ticket its message is in today. */
export type KnownRef = {
  ref: string
  owned: boolean
  message_id: number
  ticket_id: number
  side_thread_id: number | null
  direction: string
  /** Another message had the id before. */
  is_namesake: boolean
}

/** Looks ids up in the ancestor index of one mailbox; beside the message it leads to there may be namesakes. */
export async function selectRefs(
  tx: Tx,
  by: { mailboxId: number; refs: readonly string[] },
): Promise<KnownRef[]> {
  const found = await sql<KnownRef>`
    select known.ref, known.owned, message.id as message_id, message.ticket_id, message.side_thread_id, message.direction,
      known.is_namesake
    from (
      select ref, owned, message_id, false as is_namesake from thread_ref
      where mailbox_id = ${by.mailboxId} and ref = any(${[...by.refs]}::uuid[])
      union all select ref, true, message_id, true from namesake
      where mailbox_id = ${by.mailboxId} and ref = any(${[...by.refs]}::uuid[])) as known
    join message on message.id = known.message_id
    order by known.message_id`.execute(tx)
  return found.rows
}

// Senders that put one Message-ID on all they send do not make an answer to it look through them all.
const MOST_NAMESAKES = 5

/** Enters messages whose id another one had before, as long as there are few of them. */
export async function insertNamesakes(
  tx: Tx,
  mailboxId: number,
  rows: readonly { ref: string; messageId: number }[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into namesake (mailbox_id, ref, message_id)
    select ${mailboxId}, ref, message_id from (
      select ref, message_id, row_number() over (partition by ref order by message_id) as n
      from unnest(${rows.map(row => row.ref)}::uuid[], ${rows.map(row => row.messageId)}::bigint[])
        as given (ref, message_id)) as given
    where n + (select count(*) from namesake where mailbox_id = ${mailboxId} and namesake.ref = given.ref) <= ${MOST_NAMESAKES}
    order by ref, message_id
    on conflict do nothing`.execute(tx)
}

/** The ticket in which today is what a reply key was made for. */
export type KnownKeyTicket = {
  reply_key: string
  ticket_id: number
  /** The first message that a merge took there from the key's own ticket. */
  merged_message_id: number | null
  /** The side thread that the key is of. */
  side_thread_id: number | null
}

/**
 * Finds tickets by reply key; one that was merged leads to the ticket that has its messages. The key of a side thread is the
 * uuid of the forward that began it, wherever that is today: no third party ever holds a token of the ticket itself.
 */
export async function selectKeyTickets(tx: Tx, replyKeys: readonly string[]): Promise<KnownKeyTicket[]> {
  const found = await sql<KnownKeyTicket>`
    select reply_key, coalesce(merged_into_id, id) as ticket_id,
      case when merged_into_id is not null then
        (select min(message_id) from merge_item where from_ticket_id = ticket.id) end as merged_message_id,
      null::bigint as side_thread_id
    from ticket where reply_key = any(${[...replyKeys]}::uuid[])
    union all
    select uuid, ticket_id, null, id from message
    where uuid = any(${[...replyKeys]}::uuid[]) and direction = 'outbound' and side_thread_id = id`.execute(
    tx,
  )
  return found.rows
}

/** Who belongs to tickets, newcomers not among them; addresses in normal form. */
export async function selectParticipants(
  tx: Tx,
  ticketIds: readonly number[],
): Promise<{ ticket_id: number; address: string; kind: 'customer' | 'copied' }[]> {
  const found = await sql<{ ticket_id: number; address: string; kind: 'customer' | 'copied' }>`
    select ticket_id, address, kind from participant
    where ticket_id = any(${[...ticketIds]}::bigint[]) and kind <> 'newcomer'`.execute(tx)
  return found.rows
}
