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
}

/** Looks ids up in the ancestor index of one mailbox. */
export async function selectRefs(
  tx: Tx,
  by: { mailboxId: number; refs: readonly string[] },
): Promise<KnownRef[]> {
  const found = await sql<KnownRef>`
    select thread_ref.ref, thread_ref.owned, message.id as message_id, message.ticket_id, message.side_thread_id, message.direction
    from thread_ref join message on message.id = thread_ref.message_id
    where thread_ref.mailbox_id = ${by.mailboxId} and thread_ref.ref = any(${[...by.refs]}::uuid[])`.execute(
    tx,
  )
  return found.rows
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
