import type { BlobStore } from '../blobs/blob-store.ts'
import type { Db } from '../db/database.ts'
import { readAtMost } from '../lib/read-at-most.ts'
import { cleanFilename } from '../mail/clean-line.ts'
import { largestFileBytes } from '../shared/encoded-size.ts'
import { attachmentTooLarge } from './attachment-limit.ts'
import { contentTypeOf } from './file-type.ts'
import { deleteLooseUploads, insertUpload } from './stored-files.queries.ts'

/** A file an agent chose, before it is sent. */
export type StoredUpload = { id: string; filename: string; contentType: string; sizeBytes: number }

const keptHours = 24 // a page that is open without a draft names them no longer than that

/**
 * Stores one file for a later reply of this agent. It is counted while it arrives and refused at the
 * first byte beyond the limit, so that no more than that is ever held.
 *
 * @param file `filename` as given: cleaned of paths, controls and bidi marks before it is kept
 * @param maxEncodedBytes of a whole mail as sent (MAX_ATTACHMENT_MB)
 * @throws AppError `attachment-too-large` with the limit in its details
 */
export async function storeUpload(
  from: { db: Db; blobs: Pick<BlobStore, 'put'>; maxEncodedBytes: number },
  file: { agentId: number; filename: string; content: AsyncIterable<Uint8Array> },
): Promise<StoredUpload> {
  const { maxEncodedBytes } = from
  const tooLarge = () => attachmentTooLarge(maxEncodedBytes)
  const bytes = await readAtMost(file.content, largestFileBytes(maxEncodedBytes), tooLarge)
  const [blob] = await from.blobs.put([bytes])
  if (blob === undefined) throw new RangeError('the blob store gave back no blob')
  const filename = cleanFilename(file.filename) || 'file'
  const upload = { filename, contentType: contentTypeOf(filename), sizeBytes: bytes.length }
  const id = await insertUpload(from.db, { ...upload, agentId: file.agentId, blobId: blob.id })
  return { id, ...upload }
}

/** Deletes uploads that were not sent within a day and are in no draft. Their bytes go with `free_blobs`. @returns how many */
export async function deleteExpiredUploads(db: Db): Promise<number> {
  return await deleteLooseUploads(db, keptHours)
}
