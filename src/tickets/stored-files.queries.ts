import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** Where an attachment's bytes are: a blob of its own, or part `partIndex` of the raw mail. */
export type AttachmentPlace = {
  mailboxId: number
  filename: string
  partIndex: number
  blobId: number | null
  rawBlobId: number | null
}

/** The cached clean HTML of a message, if any, and the raw bytes it can be made from again. */
export type HtmlPlace = {
  html: string | null
  version: number | null
  rawBlobId: number | null
  language: string | null
}

/** An inline part of a message, by its Content-ID without `<>`. */
export type InlinePart = { id: number; contentId: string }

/** One attachment with the mailbox its ticket is in now. */
export async function selectAttachmentPlace(
  db: Db,
  attachmentId: number,
): Promise<AttachmentPlace | undefined> {
  const { rows } = await sql<AttachmentPlace>`
    select t.mailbox_id as "mailboxId", a.filename, a.part_index as "partIndex", a.blob_id as "blobId",
      m.raw_blob_id as "rawBlobId"
    from attachment a join message m on m.id = a.message_id join ticket t on t.id = m.ticket_id
    where a.id = ${attachmentId}`.execute(db)
  return rows[0]
}

/** The raw bytes of a message: as they came, or as we froze them. */
export async function selectRawBlobId(db: Db, messageId: number): Promise<number | null> {
  const { rows } = await sql<{ blobId: number | null }>`
    select coalesce(m.raw_blob_id, o.bytes_blob_id) as "blobId"
    from message m left join outbox o on o.message_id = m.id where m.id = ${messageId}`.execute(db)
  return rows[0]?.blobId ?? null
}

/** What is cached of a message's HTML, in whatever version. */
export async function selectHtmlPlace(db: Db, messageId: number): Promise<HtmlPlace | undefined> {
  const { rows } = await sql<HtmlPlace>`
    select h.html, h.version, coalesce(m.raw_blob_id, o.bytes_blob_id) as "rawBlobId", m.language
    from message m left join message_html h on h.message_id = m.id
      left join outbox o on o.message_id = m.id
    where m.id = ${messageId}`.execute(db)
  return rows[0]
}

/** Keeps clean HTML made anew. */
export async function upsertHtml(
  db: Db,
  made: { messageId: number; version: number; html: string },
): Promise<void> {
  await sql`insert into message_html (message_id, version, html)
    values (${made.messageId}, ${made.version}, ${made.html})
    on conflict (message_id) do update set version = excluded.version, html = excluded.html`.execute(db)
}

/** The parts of one message that its HTML may show. */
export async function selectInlineParts(db: Db, messageId: number): Promise<InlinePart[]> {
  const { rows } = await sql<InlinePart>`
    select id, content_id as "contentId" from attachment
    where message_id = ${messageId} and content_id is not null order by part_index desc`.execute(db)
  return rows
}

/** Where an agent's own upload is; undefined for any other. */
export async function selectUploadPlace(
  db: Db,
  agentId: number,
  id: string,
): Promise<{ filename: string; blobId: number } | undefined> {
  const { rows } = await sql<{ filename: string; blobId: number }>`
    select filename, blob_id as "blobId" from upload
    where id = ${id}::uuid and agent_id = ${agentId}`.execute(db)
  return rows[0]
}

/** Enters a stored file as an agent's upload. */
export async function insertUpload(
  db: Db,
  upload: { agentId: number; filename: string; contentType: string; sizeBytes: number; blobId: number },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into upload (agent_id, filename, content_type, size_bytes, blob_id)
    values (${upload.agentId}, ${upload.filename}, ${upload.contentType}, ${upload.sizeBytes}, ${upload.blobId})
    returning id`.execute(db)
  return rows[0]?.id ?? ''
}

/** Deletes the uploads that are so old and in no draft of their agent. @returns how many */
export async function deleteLooseUploads(db: Db, hours: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from upload u where created_at < clock_timestamp() - make_interval(hours => ${hours}) and not exists (
      select 1 from draft d where d.agent_id = u.agent_id and d.content -> 'uploadIds' ? u.id::text)
      and not exists (select 1 from new_ticket_draft d
        where d.agent_id = u.agent_id and d.content -> 'uploadIds' ? u.id::text)`.execute(db)
  return Number(numAffectedRows ?? 0n)
}
