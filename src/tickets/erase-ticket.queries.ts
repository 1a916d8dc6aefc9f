import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'

/** What goes together: a ticket with its twins and all that was merged into one of them; `all` in ascending id. */
export type ErasureGroup = { all: number[]; mailboxIds: number[] }

/** How a ticket stands, locked, before it is erased. */
export type ErasableTicket = {
  /** In the Trash, and in nobody's lead or merge. */
  isErasable: boolean
  deletedAt: Date | null
  /** A reply of it, or its copy for the Sent folder, is still on its way. */
  hasReplyUnderWay: boolean
}

/** Of an outbox row `o`: its mail, or the copy for the Sent folder, is still to go. */
export const isUnderWay = sql<boolean>`(o.state in ('held', 'sending', 'deferred', 'uncertain')
  or o.state = 'accepted' and o.sent_copy = 'due')`

const erasingLock = 7_236_118_044 // any number but that of search-index.queries.ts: what nodes that erase agree on

/** Waits for the turn of erasing, which is this transaction's until it ends: of all nodes one erases at a time. */
export async function takeErasingTurn(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${erasingLock})`.execute(tx)
}

/**
 * Finds what goes with a ticket, and every mailbox whose filing could lead a mail to it: those the tickets and messages are
 * in, and those that know an id of one of the messages.
 */
export async function selectErasureGroup(db: Db, leadId: number): Promise<ErasureGroup> {
  const { rows } = await sql<{ id: number; mailboxIds: number[] }>`
    with recursive member (id) as (
      select ${leadId}::bigint union
      select t.id from member join ticket t on t.twin_of_id = member.id or t.merged_into_id = member.id)
    select t.id, array(
      select t.mailbox_id
      union select m.mailbox_id from message m where m.ticket_id = t.id
      union select r.mailbox_id from message m join thread_ref r on r.message_id = m.id where m.ticket_id = t.id
    ) as "mailboxIds"
    from member join ticket t on t.id = member.id order by t.id`.execute(db)
  return {
    all: rows.map(row => row.id),
    mailboxIds: [...new Set(rows.flatMap(row => row.mailboxIds))].sort((a, b) => a - b),
  }
}

/** Lets nothing be filed in some mailboxes until the transaction ends: no mail looks for its ticket meanwhile. */
export async function lockFilingOf(tx: Tx, mailboxIds: readonly number[]): Promise<void> {
  await sql`
    insert into mailbox_filing (mailbox_id) select id from unnest(${[...mailboxIds]}::bigint[]) as wanted (id) order by id
    on conflict (mailbox_id) do update set turn_at = mailbox_filing.turn_at`.execute(tx)
}

/** Locks tickets so that nobody may even refer to them, in ascending id. */
export async function lockToErase(tx: Tx, ticketIds: readonly number[]): Promise<void> {
  await sql`select from ticket where id = any(${[...ticketIds]}::bigint[]) order by id for update`.execute(tx)
}

/** How the ticket stands that is to be erased with its group; the caller holds their locks. */
export async function selectErasable(
  tx: Tx,
  leadId: number,
  groupIds: readonly number[],
): Promise<ErasableTicket | undefined> {
  const { rows } = await sql<ErasableTicket>`
    select deleted_at is not null and twin_of_id is null and merged_into_id is null as "isErasable",
      deleted_at as "deletedAt", exists (
        select from message m join outbox o on o.message_id = m.id
        where m.ticket_id = any(${[...groupIds]}::bigint[]) and ${isUnderWay}
      ) as "hasReplyUnderWay"
    from ticket where id = ${leadId}`.execute(tx)
  return rows[0]
}

/** What is said in tickets by mail, in the order of their ids. */
export async function selectMessagesIn(tx: Tx, ticketIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from message where ticket_id = any(${[...ticketIds]}::bigint[]) order by id`.execute(tx)
  return rows.map(row => row.id)
}

/** Enters tickets as erased, and tells their screens. */
export async function insertErased(tx: Tx, ticketIds: readonly number[], erasureId: number): Promise<void> {
  const ids = sql`${[...ticketIds]}::bigint[]`
  await sql`
    insert into erased_ticket (ticket_id, number, mailbox_id, erasure_id)
    select id, number, mailbox_id, ${erasureId} from ticket where id = any(${ids})`.execute(tx)
  await sql`
    insert into live_event (mailbox_id, ticket_id, kind, version)
    select mailbox_id, id, 'erased', version + 1 from ticket where id = any(${ids}) order by id`.execute(tx)
}

/**
 * Keeps of messages by what they are known again: the ledger rows of their mails become `erased`, without bytes, their mail
 * keys lead to no message, and of our own mail the uuid stays.
 */
export async function writeErasedMail(
  tx: Tx,
  messageIds: readonly number[],
  erasureId: number,
): Promise<void> {
  const ids = sql`${[...messageIds]}::bigint[]`
  await sql`
    update mail_instance set state = 'erased', erasure_id = ${erasureId}, message_id = null, raw_blob_id = null,
      reason = null, settled_at = clock_timestamp()
    where message_id = any(${ids})`.execute(tx)
  await sql`
    update mail_key set message_id = null, erasure_id = ${erasureId} where message_id = any(${ids})`.execute(
    tx,
  )
  await sql`
    insert into erased_sent (uuid, erasure_id)
    select uuid, ${erasureId} from message where id = any(${ids}) and direction = 'outbound'
    on conflict do nothing`.execute(tx)
}

/**
 * Notes the bytes that messages, their files, mails and drafts hold: those that nothing else holds are freed
 * (blobs/free-blobs.ts).
 */
export async function noteLooseBlobs(
  tx: Tx,
  { ticketIds, messageIds }: { ticketIds: readonly number[]; messageIds: readonly number[] },
): Promise<void> {
  const ids = sql`${[...messageIds]}::bigint[]`
  await sql`
    insert into loose_blob (blob_id)
    select raw_blob_id from message where id = any(${ids}) and raw_blob_id is not null
    union select blob_id from attachment where message_id = any(${ids}) and blob_id is not null
    union select bytes_blob_id from outbox where message_id = any(${ids})
    union select raw_blob_id from mail_instance where message_id = any(${ids}) and raw_blob_id is not null
    union select u.blob_id from draft d join upload u on u.agent_id = d.agent_id and d.content -> 'uploadIds' ? u.id::text
      where d.ticket_id = any(${[...ticketIds]}::bigint[])
    on conflict do nothing`.execute(tx)
  await sql`
    delete from upload u using draft d
    where d.ticket_id = any(${[...ticketIds]}::bigint[]) and u.agent_id = d.agent_id
      and d.content -> 'uploadIds' ? u.id::text`.execute(tx)
}

/** Cuts what messages, replies and histories of other tickets say of messages that go. */
export async function cutReferences(
  tx: Tx,
  { ticketIds, messageIds }: { ticketIds: readonly number[]; messageIds: readonly number[] },
): Promise<void> {
  const gone = sql`any(${[...messageIds]}::bigint[])`
  const tickets = sql`any(${[...ticketIds]}::bigint[])`
  await inOrder(tx, [
    sql`update message set placed_by_message_id = null where placed_by_message_id = ${gone} and ticket_id <> all(${[...ticketIds]}::bigint[])`,
    // What was written with a third party stays apart from the customer: the oldest that is left in a ticket stands for the forward.
    sql`update message m set side_thread_id = left_over.first_id
      from (select side_thread_id, ticket_id, min(id) as first_id from message
        where side_thread_id = ${gone} and ticket_id <> all(${[...ticketIds]}::bigint[]) group by side_thread_id, ticket_id) left_over
      where m.side_thread_id = left_over.side_thread_id and m.ticket_id = left_over.ticket_id`,
    sql`update outbox set answered_message_id = null where answered_message_id = ${gone}`,
    // What was followed by a reply is dealt with, though that reply is no more.
    sql`update undelivered set followed_by_id = null, put_aside_at = coalesce(put_aside_at, clock_timestamp())
      where followed_by_id = ${gone}`,
    sql`update participant set message_id = null where message_id = ${gone}`,
    sql`update ticket_event set message_id = null where message_id = ${gone}`,
    sql`update ticket_event set note_id = null where note_id in (select id from note where ticket_id = ${tickets})`,
    sql`update message_move set placed_by_message_id = null where placed_by_message_id = ${gone}`,
  ])
}

/** Deletes messages and their tickets with all that hangs on them; nothing else leads there any more. */
export async function deleteErased(
  tx: Tx,
  { ticketIds, messageIds }: { ticketIds: readonly number[]; messageIds: readonly number[] },
): Promise<void> {
  const gone = sql`any(${[...messageIds]}::bigint[])`
  const tickets = sql`any(${[...ticketIds]}::bigint[])`
  const notes = sql`(select id from note where ticket_id = ${tickets})`
  const merges = sql`(select id from ticket_merge where survivor_id = ${tickets} or merged_id = ${tickets})`
  await inOrder(tx, [
    sql`delete from message_hint where message_id = ${gone} or other_ticket_id = ${tickets}`,
    sql`delete from message_move where message_id = ${gone} or from_ticket_id = ${tickets} or to_ticket_id = ${tickets}`,
    sql`delete from ticket_action_item where merge_id in ${merges}`,
    sql`delete from merge_item where message_id = ${gone} or from_ticket_id = ${tickets} or merge_id in ${merges}`,
    sql`delete from merge_note where note_id in ${notes} or merge_id in ${merges}`,
    sql`delete from ticket_merge where survivor_id = ${tickets} or merged_id = ${tickets}`,
    sql`delete from acknowledgement where message_id = ${gone}`,
    sql`delete from automatic_mail where ticket_id = ${tickets}`,
    sql`delete from storm_ticket where ticket_id = ${tickets}`,
    sql`delete from ticket_event where ticket_id = ${tickets}`,
    sql`delete from undelivered where message_id = ${gone}`,
    sql`delete from outbox where message_id = ${gone}`,
    sql`delete from thread_ref where message_id = ${gone}`,
    sql`delete from attachment where message_id = ${gone}`,
    sql`delete from message_html where message_id = ${gone}`,
    sql`delete from message_body where message_id = ${gone}`,
    // Their words in the index of search go with them (0037).
    sql`delete from message where id = ${gone}`,
    sql`delete from note where ticket_id = ${tickets}`,
    sql`delete from ticket where id = ${tickets}`,
  ])
}

/** Counts what an act erased: one ticket as people see it, and its messages. */
export async function addToErasure(tx: Tx, erasureId: number, messages: number): Promise<void> {
  await sql`
    update erasure set ticket_count = ticket_count + 1, message_count = message_count + ${messages}
    where id = ${erasureId}`.execute(tx)
}

async function inOrder(tx: Tx, statements: readonly RawBuilder<unknown>[]): Promise<void> {
  for (const statement of statements) await statement.execute(tx)
}
