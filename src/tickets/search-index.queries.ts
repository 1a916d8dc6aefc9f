import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import { storableText } from '../lib/storable-text.ts'
import type { Address } from '../mail/mail-types.ts'

/** A message or a note whose words are to be made. */
export type SearchKey = { messageId: number } | { noteId: number }

/** What of a message or a note can be found, as it is stored. */
export type SearchSource = {
  messageId: number | null
  noteId: number | null
  ticketId: number
  mailboxId: number
  /** RFC 3339 with microseconds. */
  receivedAt: string
  direction: 'inbound' | 'outbound' | null
  language: string | null
  subject: string
  text: string
  fromName: string | null
  fromAddress: string | null
  forwardedName: string | null
  forwardedAddress: string | null
  to: Address[]
  cc: Address[]
  bcc: Address[]
  files: { name: string; contentType: string }[]
  fields: { name: string; value: string }[]
}

type SourceKeys = { messageIds: readonly number[]; noteIds: readonly number[] }

/** A row of the index before it is written. */
export type SearchRowInsert = {
  received_at: string
  message_id: number | null
  note_id: number | null
  ticket_id: number
  /** As the text of a tsvector. */
  words: string
  /** Whether the words say where they stand, all of them. */
  has_places: boolean
}

const indexingLock = 7_236_118_043 // any number: what two indexers of ours agree on
const maxText = 262_144 // characters, as many as search-words.ts takes

/** Takes the turn of making words until the transaction ends; false where another node has it. */
export async function tryIndexingLock(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(${indexingLock}) as taken`.execute(tx)
  return rows[0]?.taken === true
}

/** Takes the oldest entries off the list of what is due. */
export async function takeDue(tx: Tx, rowLimit: number): Promise<SearchKey[]> {
  const { rows } = await sql<{ messageId: number | null; noteId: number | null }>`
    delete from search_due where id in (select id from search_due order by id limit ${rowLimit})
    returning message_id as "messageId", note_id as "noteId"`.execute(tx)
  return rows.map(({ messageId, noteId }) => (messageId !== null ? { messageId } : { noteId: noteId ?? 0 }))
}

// With the first message of a ticket: a customer is found once for each of their tickets.
const fieldsOfCustomer = sql`case when t.customer_id is null or exists (
    select from message o where o.ticket_id = m.ticket_id and (o.received_at, o.id) < (m.received_at, m.id))
  then '[]' else coalesce((
    select json_agg(json_build_object('name', f.name,
      'value', coalesce(v.text_value, v.number_value::text, v.date_value::text, choice.name)) order by f.place, f.id)
    from customer_field_value v join customer_field f on f.id = v.field_id and f.removed_at is null
      left join customer_field_option choice on choice.id = v.option_id
    where v.customer_id = t.customer_id and v.is_yes is null), '[]') end`

/**
 * Reads what can be found of messages and notes; those that are gone are left out. The text is the message's
 * own words; of one that opens its ticket all of it, as what it quotes stands nowhere else.
 */
export async function selectSources(db: Db, keys: SourceKeys): Promise<SearchSource[]> {
  return await readSources(db, keys, sql``)
}

/**
 * As `selectSources`, of rows a search found: planned once a connection. Not for making words: a plan kept from when
 * tables were small would read them whole while old mail comes in.
 */
export async function selectFoundSources(db: Db, keys: SourceKeys): Promise<SearchSource[]> {
  return await readSources(db, keys, kept)
}

async function readSources(db: Db, keys: SourceKeys, mark: RawBuilder<unknown>): Promise<SearchSource[]> {
  const { rows } = await sql<SearchSource>`${mark}
    select m.id as "messageId", null::bigint as "noteId", m.ticket_id as "ticketId", t.mailbox_id as "mailboxId",
      to_json(m.received_at) #>> '{}' as "receivedAt", m.direction, m.language, m.subject,
      left(case when b.visible_text = '' or not exists (
          select from message o where o.ticket_id = m.ticket_id and o.received_at < m.received_at)
        then coalesce(b.text, '') else b.visible_text end, ${maxText}) as text,
      m.from_name as "fromName", m.from_address as "fromAddress", m.forwarded_name as "forwardedName",
      m.forwarded_address as "forwardedAddress", m.to_addresses as "to", m.cc_addresses as "cc",
      m.bcc_addresses as "bcc",
      coalesce((select json_agg(json_build_object('name', a.filename, 'contentType', a.content_type) order by a.id)
        from attachment a where a.message_id = m.id and not (a.is_inline and a.filename = '')), '[]') as files,
      ${fieldsOfCustomer} as fields
    from message m join ticket t on t.id = m.ticket_id left join message_body b on b.message_id = m.id
    where m.id = any(${[...keys.messageIds]}::bigint[])
    union all
    select null, n.id, n.ticket_id, t.mailbox_id, to_json(n.created_at) #>> '{}', null, null, '', left(n.text, ${maxText}),
      null, null, null, null, '[]', '[]', '[]', '[]', '[]'
    from note n join ticket t on t.id = n.ticket_id where n.id = any(${[...keys.noteIds]}::bigint[])`.execute(
    db,
  )
  return rows
}

/** Lets nobody delete messages and notes until the transaction ends. @returns those that are there */
export async function lockSources(
  tx: Tx,
  keys: { messageIds: readonly number[]; noteIds: readonly number[] },
): Promise<{ messages: Set<number>; notes: Set<number> }> {
  const messages = await sql<{ id: number }>`
    select id from message where id = any(${[...keys.messageIds]}::bigint[]) order by id for key share`.execute(
    tx,
  )
  const notes = await sql<{ id: number }>`
    select id from note where id = any(${[...keys.noteIds]}::bigint[]) order by id for key share`.execute(tx)
  return {
    messages: new Set(messages.rows.map(row => row.id)),
    notes: new Set(notes.rows.map(row => row.id)),
  }
}

/** Puts rows in the place of those their messages and notes had. Their partitions must be there. */
export async function replaceRows(tx: Tx, rows: readonly SearchRowInsert[], version: number): Promise<void> {
  const messageIds = rows.flatMap(row => row.message_id ?? [])
  const noteIds = rows.flatMap(row => row.note_id ?? [])
  await sql`delete from search_row where message_id = any(${messageIds}::bigint[])`.execute(tx)
  await sql`delete from search_row where note_id = any(${noteIds}::bigint[])`.execute(tx)
  await sql`
    insert into search_row (received_at, message_id, note_id, ticket_id, version, words, has_places)
    select received_at, message_id, note_id, ticket_id, ${version}, words::tsvector, has_places
    from json_to_recordset(${storableText(JSON.stringify(rows))}::json) as (
      received_at timestamptz, message_id bigint, note_id bigint, ticket_id bigint, words text, has_places boolean)`.execute(
    tx,
  )
}

/** The walk over what was there before: how far it has come with words of this version. */
export async function lockProgress(tx: Tx, version: number) {
  await sql`insert into search_progress (version) values (${version}) on conflict do nothing`.execute(tx)
  const { rows } = await sql<{ messageBelow: number | null; noteBelow: number | null }>`
    select message_below as "messageBelow", note_below as "noteBelow" from search_progress
    where version = ${version} for update`.execute(tx)
  return rows[0] ?? { messageBelow: 0, noteBelow: 0 }
}

/** Writes how far the walk has come. */
export async function writeProgress(
  tx: Tx,
  version: number,
  place: { messageBelow: number; noteBelow: number | null },
): Promise<void> {
  await sql`update search_progress set message_below = ${place.messageBelow}, note_below = ${place.noteBelow}
    where version = ${version}`.execute(tx)
}

/** The next keys of the walk, highest first; those with words of this version are passed over by the caller. */
export async function selectBelow(
  db: Db,
  table: 'message' | 'note',
  below: number | null,
  rowLimit: number,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from ${sql.table(table)} where ${below}::bigint is null or id < ${below}::bigint
    order by id desc limit ${rowLimit}`.execute(db)
  return rows.map(row => row.id)
}

/** The partitions there are: the first moment of each, newest first; null is the one of all before 2000. */
export async function selectPartitions(db: Db): Promise<(string | null)[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'search_row'::regclass order by c.relname desc`.execute(db)
  const quarters = rows.flatMap(({ name }) => firstMoment(name) ?? [])
  return rows.length > quarters.length ? [...quarters, null] : quarters
}

/**
 * Makes a partition. Attached rather than made in place, so that searches go on.
 *
 * @param quarter its name, and its borders as ISO instants; null is no border
 */
export async function addPartition(
  tx: Tx,
  quarter: { name: string; from: string | null; to: string },
): Promise<void> {
  await sql`set local lock_timeout = '5s'`.execute(tx)
  await sql`create table ${sql.table(quarter.name)}
    (like search_row including defaults including constraints including indexes including storage)`.execute(
    tx,
  )
  const from = quarter.from === null ? sql`minvalue` : sql.lit(quarter.from)
  await sql`alter table search_row attach partition ${sql.table(quarter.name)}
    for values from (${from}) to (${sql.lit(quarter.to)})`.execute(tx)
}

function firstMoment(name: string): string | undefined {
  const match = /^search_row_(\d{4})q([1-4])$/.exec(name)
  if (match === null) return undefined
  return `${match[1]}-${String(Number(match[2]) * 3 - 2).padStart(2, '0')}-01T00:00:00.000Z`
}
