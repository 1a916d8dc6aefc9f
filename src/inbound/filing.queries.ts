import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import { storableJson } from '../lib/storable-text.ts'
import type { MailboxKind } from '../shared/mailbox-words.ts'

/**
 * A message this mailbox already knows; `first_id` is the ledger row that brought it, `erasure_id` the act that erased
 * it. Hex key.
 */
export type KnownKey = {
  key: string
  message_id: number | null
  first_id: number | null
  erasure_id: number | null
}

/** Looks mail keys up in one mailbox. A known key without message is of a mail that was erased. */
export async function selectKnownKeys(
  tx: Tx,
  by: { mailboxId: number; keys: readonly string[] },
): Promise<KnownKey[]> {
  const found = await sql<KnownKey>`${kept}
    select encode(mail_key.key, 'hex') as key, mail_key.message_id, mail_key.erasure_id,
      (select min(mail_instance.id) from mail_instance
        where mail_instance.message_id = mail_key.message_id and mail_instance.state = 'filed') as first_id
    from mail_key where mail_key.mailbox_id = ${by.mailboxId}
      and mail_key.key = any(array(select decode(hex, 'hex') from unnest(${[...by.keys]}::text[]) as hex))`.execute(
    tx,
  )
  return found.rows
}

/** Enters mail keys, in key order. A key already there is a unique violation: the batch is rolled back. */
export async function insertMailKeys(
  tx: Tx,
  rows: readonly { mailbox_id: number; key: string; message_id: number }[],
): Promise<void> {
  await sql`${kept}
    insert into mail_key (mailbox_id, key, message_id)
    select mailbox_id, decode(key, 'hex'), message_id
    from json_to_recordset(${storableJson(rows)}::json) as (mailbox_id bigint, key text, message_id bigint)
    order by mailbox_id, key`.execute(tx)
}

/** A message we sent. */
export type OwnMessage = {
  uuid: string
  id: number
  mailbox_id: number
  ticket_id: number
  side_thread_id: number | null
}

/** Sent messages by the uuid of their X-Letterdesk-Ref. */
export async function selectOwnMessages(tx: Tx, uuids: readonly string[]): Promise<OwnMessage[]> {
  const found = await sql<OwnMessage>`${kept}
    select uuid, id, mailbox_id, ticket_id, side_thread_id from message
    where uuid = any(${[...uuids]}::uuid[]) and direction = 'outbound'`.execute(tx)
  return found.rows
}

/** Sent messages that were erased, by the uuid of their X-Letterdesk-Ref. */
export async function selectErasedSent(
  tx: Tx,
  uuids: readonly string[],
): Promise<{ uuid: string; erasure_id: number }[]> {
  if (uuids.length === 0) return []
  const found = await sql<{ uuid: string; erasure_id: number }>`
    select uuid, erasure_id from erased_sent where uuid = any(${[...uuids]}::uuid[])`.execute(tx)
  return found.rows
}

/** What a sent message said, to tell a copy of it from other words under its proof. */
export type SentWords = { id: number; text: string; attachments: number }

/** The words of sent messages and how many files they carried. */
export async function selectSentWords(tx: Tx, messageIds: readonly number[]): Promise<SentWords[]> {
  const found = await sql<SentWords>`${kept}
    select body.message_id as id, body.text,
      (select count(*)::int from attachment where attachment.message_id = body.message_id) as attachments
    from message_body body where body.message_id = any(${[...messageIds]}::bigint[])`.execute(tx)
  return found.rows
}

/** The end of one ledger row; keys are columns. */
export type SettledRow = {
  id: number
  state: 'filed' | 'same' | 'own' | 'ignored' | 'erased'
  same_as_id: number | null
  message_id: number | null
  /** Why it is ignored. */
  reason?: string
  /** The act that erased what it is a copy of. */
  erasure_id?: number | null
}

/**
 * Ends rows with their outcome, also those whose claim ran out meanwhile: the caller holds their locks. What was erased keeps
 * no bytes.
 */
export async function settleRows(tx: Tx, rows: readonly SettledRow[]): Promise<void> {
  await sql`${kept}
    update mail_instance set state = row.state, same_as_id = row.same_as_id, message_id = row.message_id,
      reason = row.reason, claimed_by = null, settled_at = clock_timestamp(), erasure_id = row.erasure_id,
      raw_blob_id = case when row.state <> 'erased' then raw_blob_id end
    from json_to_recordset(${storableJson(rows)}::json) as row (
      id bigint, state text, same_as_id bigint, message_id bigint, reason text, erasure_id bigint)
    where mail_instance.id = row.id`.execute(tx)
}

/** Notes the bytes of ledger rows as loose: they are let go (blobs/free-blobs.ts). */
export async function noteLooseRaw(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await sql`
    insert into loose_blob (blob_id)
    select distinct raw_blob_id from mail_instance where id = any(${[...ids]}::bigint[]) and raw_blob_id is not null
    on conflict do nothing`.execute(tx)
}

/** Whether a mailbox acknowledges new tickets. */
export async function selectAcknowledges(tx: Tx, mailboxId: number): Promise<boolean> {
  const found = await sql<{ acknowledges: boolean }>`${kept}
    select acknowledges from mailbox where id = ${mailboxId}`.execute(tx)
  return found.rows[0]?.acknowledges ?? false
}

/** When each of some messages came or was accepted, by id. */
export async function selectReceivedAt(tx: Tx, messageIds: readonly number[]): Promise<Map<number, Date>> {
  if (messageIds.length === 0) return new Map()
  const rows = await tx
    .selectFrom('message')
    .select(['id', 'received_at'])
    .where('id', 'in', [...messageIds])
    .execute()
  return new Map(rows.map(row => [row.id, row.received_at]))
}

/** Which mails of uncertain fate own one of these ids: whoever answers or returns a mail has had it. */
export async function selectProvenSent(
  tx: Tx,
  by: { mailboxId: number; refs: readonly string[]; sentIds: readonly number[] },
): Promise<number[]> {
  if (by.refs.length + by.sentIds.length === 0) return []
  const found = await sql<{ id: number }>`
    select o.message_id as id from outbox o
    where o.state = 'uncertain' and (o.message_id = any(${[...by.sentIds]}::bigint[]) or exists (
      select 1 from thread_ref r
      where r.mailbox_id = ${by.mailboxId} and r.message_id = o.message_id and r.owned
        and r.ref = any(${[...by.refs]}::uuid[])))`.execute(tx)
  return found.rows.map(row => row.id)
}

/** A connected mailbox with its addresses and aliases as entered. */
export type ConnectedRow = { id: number; kind: MailboxKind; addresses: string[] }

/** All that are not removed, by id; also the practice one. */
export async function selectConnected(db: Db): Promise<ConnectedRow[]> {
  const found = await sql<ConnectedRow>`${kept}
    select id, kind, array_append(aliases, address) as addresses from mailbox
    where removed_at is null order by id`.execute(db)
  return found.rows
}

/** Which of some tickets hold copies of mails; `key` is a copy key in hex. */
export async function selectCopies(
  tx: Tx,
  by: { ticketIds: readonly number[]; keys: readonly string[] },
): Promise<{ key: string; ticketId: number }[]> {
  const found = await sql<{ key: string; ticketId: number }>`
    select encode(copy_key, 'hex') as key, ticket_id as "ticketId" from message
    where ticket_id = any(${[...by.ticketIds]}::bigint[])
      and copy_key = any(array(select decode(hex, 'hex') from unnest(${[...by.keys]}::text[]) as hex))`.execute(
    tx,
  )
  return found.rows
}

/** The beginnings of the latest texts of tickets, oldest first: what an answer may quote. */
export async function selectKnownTexts(
  tx: Tx,
  ticketIds: readonly number[],
  limit: { messages: number; chars: number },
): Promise<{ ticketId: number; isOurs: boolean; text: string }[]> {
  if (ticketIds.length === 0) return []
  const found = await sql<{ ticketId: number; isOurs: boolean; text: string }>`
    select latest.ticket_id as "ticketId", latest.direction = 'outbound' as "isOurs", left(b.text, ${limit.chars}::integer) as text
    from unnest(${[...ticketIds]}::bigint[]) as wanted (ticket_id)
      cross join lateral (
        select m.id, m.ticket_id, m.direction, m.received_at from message m where m.ticket_id = wanted.ticket_id
        order by m.received_at desc, m.id desc limit ${limit.messages}::integer) as latest
      join message_body b on b.message_id = latest.id
    order by latest.received_at, latest.id`.execute(tx)
  return found.rows
}
