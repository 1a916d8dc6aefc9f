import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** A file of a message of ours; `newUploadId` is free for an upload that it becomes again. */
export type OwnFile = { attachmentId: number; contentId: string | null; newUploadId: string }

/** What an agent wrote of a message; undefined for one that no agent wrote. */
export async function selectOwnWords(
  db: Db,
  messageId: number,
): Promise<{ text: string; html: string | null } | undefined> {
  const { rows } = await sql<{ text: string; html: string | null }>`
    select b.visible_text as text, b.words_html as html
    from message m join message_body b on b.message_id = m.id
    where m.id = ${messageId} and m.direction = 'outbound'`.execute(db)
  return rows[0]
}

/** The files that were sent with a message, in order. */
export async function selectOwnFiles(db: Db, messageId: number): Promise<OwnFile[]> {
  const { rows } = await sql<OwnFile>`
    select id as "attachmentId", content_id as "contentId", gen_random_uuid() as "newUploadId"
    from attachment where message_id = ${messageId} and blob_id is not null order by part_index`.execute(db)
  return rows
}
