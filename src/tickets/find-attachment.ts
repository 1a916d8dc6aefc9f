import { type Caller, can } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import {
  type AttachmentPlace,
  selectAttachmentPlace,
  selectRawBlobId,
  selectUploadPlace,
} from './stored-files.queries.ts'

/**
 * Where an attachment's bytes are, for somebody who may use the mailbox its ticket is in now.
 *
 * @throws NotFound when there is none or it is not theirs: the two are not told apart
 */
export async function getAttachmentPlace(
  db: Db,
  caller: Caller,
  attachmentId: number,
): Promise<AttachmentPlace> {
  const place = await selectAttachmentPlace(db, attachmentId)
  if (place === undefined || !can(caller, { wish: 'use-mailbox', mailboxId: place.mailboxId })) {
    throw new NotFound('attachment')
  }
  return place
}

/** Where the bytes of an own upload are. @throws NotFound, also for somebody else's */
export async function getUploadPlace(db: Db, caller: Caller, id: string) {
  const place = await selectUploadPlace(db, caller.agentId, id)
  if (place === undefined) throw new NotFound('upload')
  return place
}

/**
 * The blob with the raw bytes of a message: as they arrived, or as we froze them at the click.
 *
 * @throws NotFound where a message has none
 */
export async function getRawBlobId(db: Db, messageId: number): Promise<number> {
  const blobId = await selectRawBlobId(db, messageId)
  if (blobId === null) throw new NotFound('raw mail', { messageId })
  return blobId
}
