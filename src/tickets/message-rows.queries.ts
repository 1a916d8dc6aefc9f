import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import { storableJson } from '../lib/storable-text.ts'
import type { SenderVerdict } from '../mail/sender-verdict.ts'
import type { SenderGrade } from '../shared/vocabulary.ts'

/** Draws ids for messages to come, ascending, so that one of a batch can name another. */
export async function selectNextMessageIds(tx: Tx, count: number): Promise<number[]> {
  const drawn = await sql<{ id: number }>`${kept}
    select nextval(pg_get_serial_sequence('message', 'id')) as id from generate_series(1, ${count}::integer)`.execute(
    tx,
  )
  return drawn.rows.map(row => row.id)
}

/** How a sender was judged, as it is kept beside the grade. */
export type SenderCheck = Pick<SenderVerdict, 'checker' | 'reason' | 'facts'>

/** A message before it is written; keys are columns. */
export type MessageInsert = {
  id: number
  uuid: string | null
  ticket_id: number
  mailbox_id: number
  direction: string
  received_at: Date
  kind: string
  from_name: string | null
  from_address: string | null
  forward: unknown
  forwarded_name: string | null
  forwarded_address: string | null
  side_thread_id: number | null
  to_addresses: unknown
  cc_addresses: unknown
  bcc_addresses: unknown
  reply_to_addresses: unknown
  subject: string
  snippet: string
  language: string | null
  internet_message_id: string | null
  sent_at: Date | null
  author_id: number | null
  is_from_mail_program: boolean
  customer_id: number | null
  is_newcomer: boolean
  is_unverified: boolean
  sender_grade: SenderGrade | null
  sender_check: SenderCheck | null
  placed_by: string
  placed_by_message_id: number | null
  placed_by_ref: string | null
  defects: string[]
  raw_blob_id: number | null
  reader_version: number
  /** Hex. */
  copy_key: string | null
  calendar: unknown
  protections: unknown
}

/** Inserts messages under the ids drawn for them; a missing uuid is made. */
export async function insertMessages(tx: Tx, rows: readonly MessageInsert[]): Promise<void> {
  await sql`${kept}
    insert into message (id, uuid, ticket_id, mailbox_id, direction, received_at, kind, from_name, from_address,
      forward, forwarded_name, forwarded_address, side_thread_id, to_addresses, cc_addresses, bcc_addresses, reply_to_addresses, subject, snippet, language, internet_message_id, sent_at,
      author_id, is_from_mail_program, customer_id, is_newcomer, is_unverified, sender_grade, sender_check, placed_by, placed_by_message_id,
      placed_by_ref, defects, raw_blob_id, reader_version, copy_key, calendar, protections)
      overriding system value
    select id, coalesce(uuid, gen_random_uuid()), ticket_id, mailbox_id, direction, received_at, kind, from_name,
      from_address, forward, forwarded_name, forwarded_address, side_thread_id, to_addresses, cc_addresses, bcc_addresses, reply_to_addresses, subject, snippet,
      language, internet_message_id, sent_at, author_id, is_from_mail_program, customer_id, is_newcomer, is_unverified, sender_grade, sender_check,
      placed_by, placed_by_message_id, placed_by_ref, defects, raw_blob_id, reader_version, decode(copy_key, 'hex'),
      calendar, protections
    from json_to_recordset(${storableJson(rows)}::json) as (
      id bigint, uuid uuid, ticket_id bigint, mailbox_id bigint, direction text, received_at timestamptz, kind text,
      from_name text, from_address text, forward jsonb, forwarded_name text, forwarded_address text, side_thread_id bigint, to_addresses jsonb, cc_addresses jsonb, bcc_addresses jsonb,
      reply_to_addresses jsonb, subject text, snippet text, language text, internet_message_id text, sent_at timestamptz,
      author_id bigint, is_from_mail_program boolean, customer_id bigint, is_newcomer boolean, is_unverified boolean, sender_grade text,
      sender_check jsonb, placed_by text, placed_by_message_id bigint, placed_by_ref text, defects text[],
      raw_blob_id bigint, reader_version smallint, copy_key text, calendar jsonb, protections jsonb)
    order by id`.execute(tx)
}

/** Inserts the texts of messages. */
export async function insertBodies(
  tx: Tx,
  rows: readonly {
    message_id: number
    text: string
    visible_text: string
    folds: unknown
    words_html: string | null
  }[],
): Promise<void> {
  await sql`${kept}
    insert into message_body (message_id, text, visible_text, folds, words_html)
    select message_id, text, visible_text, folds, words_html
    from json_to_recordset(${storableJson(rows)}::json) as (
      message_id bigint, text text, visible_text text, folds jsonb, words_html text)`.execute(tx)
}

/** Inserts clean HTML with the version of the cleaner that made it. */
export async function insertHtml(
  tx: Tx,
  rows: readonly { message_id: number; version: number; html: string }[],
): Promise<void> {
  await sql`${kept}
    insert into message_html (message_id, version, html)
    select message_id, version, html
    from json_to_recordset(${storableJson(rows)}::json) as (message_id bigint, version smallint, html text)`.execute(
    tx,
  )
}

/** An attachment before it is written; keys are columns. */
export type AttachmentInsert = {
  message_id: number
  part_index: number
  filename: string
  content_type: string
  size_bytes: number
  content_id: string | null
  is_inline: boolean
  is_minor: boolean
  blob_id: number | null
}

/** Inserts what describes attachments; of mail that came in, `blob_id` is null and the bytes stay in the raw mail. */
export async function insertAttachments(tx: Tx, rows: readonly AttachmentInsert[]): Promise<void> {
  await sql`${kept}
    insert into attachment (message_id, part_index, filename, content_type, size_bytes, content_id, is_inline, is_minor,
      blob_id)
    select message_id, part_index, filename, content_type, size_bytes, content_id, is_inline, is_minor, blob_id
    from json_to_recordset(${storableJson(rows)}::json) as (
      message_id bigint, part_index integer, filename text, content_type text, size_bytes bigint, content_id text,
      is_inline boolean, is_minor boolean, blob_id bigint)
    order by message_id, part_index`.execute(tx)
}

/** An entry of the ancestor index; `ref` is `threadRef` of the id. */
export type ThreadRefRow = { mailbox_id: number; ref: string; message_id: number; owned: boolean }

/**
 * Enters ids into the ancestor index, in key order. A message that is the id takes the entry from
 * one that only mentions it; otherwise the first stays. No key may come twice in `rows`.
 */
export async function upsertThreadRefs(tx: Tx, rows: readonly ThreadRefRow[]): Promise<void> {
  await sql`${kept}
    insert into thread_ref (mailbox_id, ref, message_id, owned)
    select mailbox_id, ref, message_id, owned
    from json_to_recordset(${storableJson(rows)}::json) as (mailbox_id bigint, ref uuid, message_id bigint, owned boolean)
    order by mailbox_id, ref
    on conflict (mailbox_id, ref) do update set message_id = excluded.message_id, owned = true
      where excluded.owned and not thread_ref.owned`.execute(tx)
}
