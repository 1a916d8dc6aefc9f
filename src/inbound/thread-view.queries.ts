import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import type { TicketState } from '../shared/vocabulary.ts'

/** What the ancestor index says of an id, with the ticket its message is in today. */
export type KnownRef = {
  ref: string
  owned: boolean
  message_id: number
  ticket_id: number
  direction: string
}

/** Looks ids up in the ancestor index of one mailbox. */
export async function selectRefs(
  tx: Tx,
  by: { mailboxId: number; refs: readonly string[] },
): Promise<KnownRef[]> {
  const found = await sql<KnownRef>`
    select thread_ref.ref, thread_ref.owned, message.id as message_id, message.ticket_id, message.direction
    from thread_ref join message on message.id = thread_ref.message_id
    where thread_ref.mailbox_id = ${by.mailboxId} and thread_ref.ref = any(${[...by.refs]}::uuid[])`.execute(
    tx,
  )
  return found.rows
}

/** A ticket that a mail of the batch may continue. */
export type KnownTicket = { id: number; mailbox_id: number; reply_key: string; state: TicketState }

/** Locks tickets by id or reply key until the transaction ends, in ascending id. */
export async function lockTickets(
  tx: Tx,
  by: { ids: readonly number[]; replyKeys: readonly string[] },
): Promise<KnownTicket[]> {
  const found = await sql<KnownTicket>`
    select id, mailbox_id, reply_key, state from ticket
    where id = any(${[...by.ids]}::bigint[]) or reply_key = any(${[...by.replyKeys]}::uuid[])
    order by id for no key update`.execute(tx)
  return found.rows
}

/** The participants of tickets; addresses in normal form. */
export async function selectParticipants(
  tx: Tx,
  ticketIds: readonly number[],
): Promise<{ ticket_id: number; address: string; kind: 'customer' | 'copied' | 'newcomer' }[]> {
  const found = await sql<{ ticket_id: number; address: string; kind: 'customer' | 'copied' | 'newcomer' }>`
    select ticket_id, address, kind from participant where ticket_id = any(${[...ticketIds]}::bigint[])`.execute(
    tx,
  )
  return found.rows
}
