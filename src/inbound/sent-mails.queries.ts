import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'

/** The active agents with one of these addresses, as entered. */
export async function selectAuthors(tx: Tx): Promise<{ id: number; email: string }[]> {
  return await tx.selectFrom('agent').select(['id', 'email']).where('state', '=', 'active').execute()
}

/** Who wrote some messages, and where they want to be answered; addresses as in the mails. */
export async function selectCorrespondents(
  tx: Tx,
  messageIds: readonly number[],
): Promise<{ id: number; addresses: string[] }[]> {
  if (messageIds.length === 0) return []
  const found = await sql<{ id: number; addresses: string[] }>`
    select id, array_remove(array[from_address, forwarded_address] || array(
      select one ->> 'address' from jsonb_array_elements(reply_to_addresses) one), null) as addresses
    from message where id = any(${[...messageIds]}::bigint[]) and direction = 'inbound'`.execute(tx)
  return found.rows
}

/**
 * The tickets in a state, or those that lead them, whose newest message somebody sent from a mail program, and in which nobody
 * waits any more.
 */
export async function selectAnsweredTickets(
  tx: Tx,
  ticketIds: readonly number[],
  state: 'open' | 'spam',
): Promise<number[]> {
  if (ticketIds.length === 0) return []
  const found = await sql<{ id: number }>`
    select distinct lead.id from ticket t join ticket lead on lead.id = coalesce(t.twin_of_id, t.id)
    where t.id = any(${[...ticketIds]}::bigint[]) and lead.state = ${state} and lead.waiting_since is null and (
      select m.is_from_mail_program and m.kind <> 'auto-reply' and m.side_thread_id is null from message m
      where m.ticket_id = t.id and m.placed_by <> 'acknowledgement'
      order by m.received_at desc, m.id desc limit 1)
    order by lead.id`.execute(tx)
  return found.rows.map(row => row.id)
}

/** The tickets themselves and those that lead them. */
export async function selectWithLeads(tx: Tx, ticketIds: readonly number[]): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select distinct unnest(array[id, coalesce(twin_of_id, id)]) as id from ticket
    where id = any(${[...ticketIds]}::bigint[]) order by 1`.execute(tx)
  return found.rows.map(row => row.id)
}

/** Remembers which ids the ignored mails of Sent are or name. */
export async function insertUnplacedRefs(
  tx: Tx,
  mailboxId: number,
  rows: readonly { instanceId: number; refs: readonly string[] }[],
): Promise<void> {
  const pairs = rows.flatMap(({ instanceId, refs }) => refs.map(ref => ({ instanceId, ref })))
  if (pairs.length === 0) return
  await sql`
    insert into unplaced_ref (mailbox_id, ref, instance_id)
    select ${mailboxId}, ref, instance_id
    from unnest(${pairs.map(one => one.ref)}::uuid[], ${pairs.map(one => one.instanceId)}::bigint[])
      as given (ref, instance_id)
    order by ref, instance_id on conflict do nothing`.execute(tx)
}

/** Forgets what ledger rows were waiting for. */
export async function deleteUnplacedRefs(tx: Tx, instanceIds: readonly number[]): Promise<void> {
  if (instanceIds.length === 0) return
  await sql`delete from unplaced_ref where instance_id = any(${[...instanceIds]}::bigint[])`.execute(tx)
}

/** Puts the ignored mails of Sent that are or name one of these ids back to work. @returns how many */
export async function wakeIgnored(
  tx: Tx,
  by: { mailboxId: number; refs: readonly string[]; except: readonly number[] },
): Promise<number> {
  if (by.refs.length === 0) return 0
  const woken = await sql`
    update mail_instance set state = 'stored', reason = null, settled_at = null, attempts = 0
    where state = 'ignored' and raw_blob_id is not null and id <> all(${[...by.except]}::bigint[]) and id in (
      select instance_id from unplaced_ref where mailbox_id = ${by.mailboxId} and ref = any(${[...by.refs]}::uuid[]))`.execute(
    tx,
  )
  return Number(woken.numAffectedRows ?? 0n)
}
