import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import { storableJson } from '../lib/storable-text.ts'

/** Whose draft on which ticket. */
export type DraftPlace = { ticketId: number; agentId: number }

export type DraftMode = 'reply' | 'note' | 'forward'

/** What is kept of a draft; its shape is the contract's (shared/drafts.ts). */
export type DraftText = {
  mode: DraftMode
  text: string
  /** The words of `text` with their looks; absent or null where they are lines of text alone. */
  html?: string | null
  to: string[] | null
  cc: string[] | null
  bcc: string[]
  uploadIds: string[]
  withHistory: boolean
  answeredMessageId?: number | null
  forwardedMessageId?: number | null
  fileIds?: number[]
  insteadOf?: number | null
  seenEventId: number | null
}

/** A file of a draft that is still there. */
export type DraftUpload = { id: string; filename: string; contentType: string; sizeBytes: number }

/** A draft as kept. */
export type DraftRow = { content: DraftText; revision: number; savedAt: Date; uploads: DraftUpload[] }

// A ticket may have been merged since it was looked up: its drafts are those of the one that has its messages.
const standing = (ticketId: number) =>
  sql`select coalesce(merged_into_id, id) as id from ticket where id = ${ticketId}`

/** The draft of one agent on one ticket, with its files in the order they were added. */
export async function selectDraft(db: Db, place: DraftPlace): Promise<DraftRow | undefined> {
  const { rows } = await sql<DraftRow>`
    select d.content, d.revision, d.saved_at as "savedAt", coalesce((
      select json_agg(json_build_object('id', u.id, 'filename', u.filename,
        'contentType', u.content_type, 'sizeBytes', u.size_bytes) order by file.n)
      from jsonb_array_elements_text(d.content -> 'uploadIds') with ordinality as file (id, n)
        join upload u on u.id = file.id::uuid and u.agent_id = d.agent_id), '[]') as uploads
    from draft d where d.ticket_id = (${standing(place.ticketId)}) and d.agent_id = ${place.agentId}`.execute(
    db,
  )
  return rows[0]
}

/**
 * Writes a draft that continues `revision`, or a first one. No row where another device has saved since. Waits for a
 * merge of the ticket that is under way, and then writes where its drafts went.
 */
export async function upsertDraft(
  db: Db,
  { ticketId, agentId, content, revision }: DraftPlace & { content: DraftText; revision: number },
): Promise<{ revision: number; savedAt: Date } | undefined> {
  const { rows } = await sql<{ revision: number; savedAt: Date }>`
    with place as materialized (${standing(ticketId)} for share)
    insert into draft as d (ticket_id, agent_id, content)
    select id, ${agentId}, ${storableJson(content)}::jsonb from place
    on conflict (ticket_id, agent_id) do update
      set content = excluded.content, revision = d.revision + 1, saved_at = excluded.saved_at
      where d.revision = ${revision}
    returning d.revision, d.saved_at as "savedAt"`.execute(db)
  return rows[0]
}

/** Deletes a draft; with `mode` only one of that mode. */
export async function deleteDraft(tx: Tx | Db, place: DraftPlace, mode?: DraftMode): Promise<void> {
  const isOfMode = mode === undefined ? sql`true` : sql`content ->> 'mode' = ${mode}`
  await sql`${kept} delete from draft
    where ticket_id = ${place.ticketId} and agent_id = ${place.agentId} and ${isOfMode}`.execute(tx)
}

/** The words of a draft as HTML, also where they are lines of text. */
const htmlOf = (content: RawBuilder<unknown>) => sql`case when ${content} ->> 'text' = '' then ''
  else coalesce(${content} ->> 'html', '<p>' || replace(replace(replace(replace(${content} ->> 'text',
    '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), E'\n', '</p><p>') || '</p>') end`

/** The words of two drafts below each other; they have looks where one of them has. */
const joinedHtml = sql`case when coalesce(d.content ->> 'html', excluded.content ->> 'html') is not null
  then concat_ws('<p></p>', nullif(${htmlOf(sql`d.content`)}, ''), nullif(${htmlOf(sql`excluded.content`)}, '')) end`

// Not said in a draft of before there was a choice.
const isOneAudience = sql`(coalesce(d.content -> 'answeredMessageId', 'null'), coalesce(d.content -> 'forwardedMessageId', 'null'))
  = (coalesce(excluded.content -> 'answeredMessageId', 'null'), coalesce(excluded.content -> 'forwardedMessageId', 'null'))`

/** What two drafts together are: a note, where one is or where they are for different people. */
const joinedMode = sql`case when ${isOneAudience} and d.content ->> 'mode' = excluded.content ->> 'mode'
  then d.content ->> 'mode' else 'note' end`

/**
 * Makes a draft of a reply that was not sent: its words, recipients, the message its agent chose to answer, and its
 * files, under uploads of their own. Words that are in the agent's draft already stay before them, and their recipients;
 * a note stays a note, and words that answer different messages together are one.
 */
export async function putBackReply(
  tx: Tx,
  reply: DraftPlace & {
    messageId: number
    seenEventId: number | null
    html: string | null
    files: readonly { attachmentId: number; newUploadId: string }[]
  },
): Promise<void> {
  const { ticketId, agentId, messageId, seenEventId, html, files } = reply
  const addresses = (
    column: 'to' | 'cc' | 'bcc',
  ) => sql`coalesce((select jsonb_agg(one -> 'address' order by n)
    from jsonb_array_elements(m.${sql.ref(`${column}_addresses`)}) with ordinality as each (one, n)), '[]')`
  await sql`
    with file as materialized (
      select f."newUploadId" as id, a.part_index, a.filename, a.content_type, a.size_bytes, a.blob_id
      from json_to_recordset(${JSON.stringify(files)}::json) as f ("attachmentId" bigint, "newUploadId" uuid)
        join attachment a on a.id = f."attachmentId" and a.message_id = ${messageId}),
    kept as (
      insert into upload (id, agent_id, filename, content_type, size_bytes, blob_id)
      select id, ${agentId}, filename, content_type, size_bytes, blob_id from file)
    insert into draft as d (ticket_id, agent_id, content)
    select ${ticketId}, ${agentId}, jsonb_build_object('mode', 'reply', 'text', b.visible_text, 'html', ${html}::text,
      'to', ${addresses('to')}, 'cc', ${addresses('cc')}, 'bcc', ${addresses('bcc')},
      'uploadIds', coalesce((select jsonb_agg(id order by part_index) from file), '[]'),
      'withHistory', coalesce((select (e.data ->> 'withHistory')::boolean from ticket_event e
        where e.message_id = m.id and e.kind = 'reply_queued' order by e.id limit 1), false),
      'answeredMessageId', o.answered_message_id, 'seenEventId', ${seenEventId}::bigint)
    from message m join message_body b on b.message_id = m.id left join outbox o on o.message_id = m.id where m.id = ${messageId}
    on conflict (ticket_id, agent_id) do update set
      content = case when d.content ->> 'text' = '' and d.content -> 'uploadIds' = '[]' then excluded.content
        else d.content || jsonb_build_object(
          'mode', ${joinedMode},
          'text', concat_ws(E'\n\n', nullif(d.content ->> 'text', ''), excluded.content ->> 'text'),
          'html', ${joinedHtml},
          'uploadIds', (d.content -> 'uploadIds') || (excluded.content -> 'uploadIds')) end,
      revision = d.revision + 1, saved_at = excluded.saved_at`.execute(tx)
}

/**
 * Moves the drafts of one ticket to another. Where an agent has one on each, the words are joined; a note
 * and a reply together are a note, so that nothing meant for the team can be sent. Who was chosen to get it
 * was chosen for another exchange, and is not taken along; the message that it answers comes along itself. Words that answer
 * different messages together are a note. Revisions rise, so that a browser takes what came.
 */
export async function moveDrafts(tx: Tx, fromTicketId: number, toTicketId: number): Promise<void> {
  await sql`
    with gone as (delete from draft where ticket_id = ${fromTicketId} returning agent_id, content, revision)
    insert into draft as d (ticket_id, agent_id, content, revision)
    select ${toTicketId}, agent_id, content || '{"to": null, "cc": null, "bcc": []}', revision + 1
    from gone order by agent_id
    on conflict (ticket_id, agent_id) do update set
      content = d.content || jsonb_build_object(
        'mode', ${joinedMode},
        'text', concat_ws(E'\n\n', nullif(d.content ->> 'text', ''), nullif(excluded.content ->> 'text', '')),
        'html', ${joinedHtml},
        'uploadIds', (d.content -> 'uploadIds') || (excluded.content -> 'uploadIds')),
      revision = greatest(d.revision + 1, excluded.revision), saved_at = excluded.saved_at`.execute(tx)
}
