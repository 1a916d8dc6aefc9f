import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { type OwnFile, selectOwnFiles, selectOwnWords } from './message-words.queries.ts'

/** What an agent wrote; `pictures` tells which attachment each upload that stands in `html` has become. */
export type MessageWords = {
  text: string
  html: string | null
  pictures: { uploadId: string; attachmentId: number }[]
}

/** The words of a message of ours, without signature and history. @throws NotFound for a customer's */
export async function getMessageWords(db: Db, messageId: number): Promise<MessageWords> {
  const words = await selectOwnWords(db, messageId)
  if (words === undefined) throw new NotFound('words', { messageId })
  const files = words.html === null ? [] : await selectOwnFiles(db, messageId)
  const pictures = files.flatMap(file => {
    const uploadId = uploadOf(file)
    return uploadId === undefined ? [] : { uploadId, attachmentId: file.attachmentId }
  })
  return { ...words, pictures }
}

/** A message of ours as it goes into a draft: its files under uploads to be made, its pictures by their new names. */
export async function wordsToKeep(
  db: Db,
  messageId: number,
): Promise<{ html: string | null; files: OwnFile[] }> {
  const words = await selectOwnWords(db, messageId)
  const files = await selectOwnFiles(db, messageId)
  const names = new Map(files.map(file => [uploadOf(file), file.newUploadId]))
  const html = words?.html?.replace(
    / data-upload="([0-9a-f-]{36})"/g,
    (_whole, id: string) => ` data-upload="${names.get(id) ?? id}"`,
  )
  return { html: html ?? null, files }
}

/** The upload a picture was, by its Content-ID (draft-mail.ts). */
function uploadOf({ contentId }: OwnFile): string | undefined {
  return contentId?.split('@')[0]
}
