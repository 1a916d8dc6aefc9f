import { Readable } from 'node:stream'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { Db } from '../db/database.ts'
import type { MailReader } from '../inbound/mail-reader.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import type { Trust } from '../mailboxes/host-guard.ts'
import { largestFileBytes } from '../shared/encoded-size.ts'
import { getLimits } from '../shared/limits.ts'
import { getRemoteImage } from '../shared/remote-images.ts'
import { createUpload, downloadAttachment, getMessageHtml, getMessageRaw } from '../shared/tickets.ts'
import { getMessageWords as getMessageWordsRoute, getUpload } from '../shared/words.ts'
import { fetchImage } from '../tickets/fetch-image.ts'
import { getAttachmentPlace, getRawBlobId, getUploadPlace } from '../tickets/find-attachment.ts'
import { getMessagePlace } from '../tickets/get-ticket-place.ts'
import { getRemoteImage as findRemoteImage, getHtmlDocument } from '../tickets/message-html.ts'
import { getMessageWords } from '../tickets/message-words.ts'
import { type StoredUpload, storeUpload } from '../tickets/store-upload.ts'
import { attachmentReply, downloadReply, htmlReply, imageReply } from './bytes-reply.ts'
import { type ApiServer, handle } from './handle.ts'

/** What the routes of bytes work with. `maxMailBytes` is of a whole mail as sent. */
export type MessageNeeds = {
  db: Db
  blobs: Pick<BlobStore, 'put' | 'find' | 'read'>
  reader: Pick<MailReader, 'read' | 'readAttachment'>
  maxMailBytes: number
  /** Whose networks pictures of mails may come from. */
  imageTrust: Trust
}

/** Registers what of messages is bytes: their HTML, raw mail, attachments, and uploads for replies with their limits. */
export function registerMessages(server: ApiServer, needs: MessageNeeds): void {
  const { db, blobs } = needs
  const readHtml = (rawBlobId: number) => readCleanHtml(needs, rawBlobId)
  handle(server, getMessageHtml, async ({ caller, params }) => {
    await getMessagePlace(db, caller, params.id)
    return htmlReply(await getHtmlDocument({ db, readHtml }, params.id))
  })
  handle(server, getMessageWordsRoute, async ({ caller, params }) => {
    await getMessagePlace(db, caller, params.id)
    return await getMessageWords(db, params.id)
  })
  handle(server, getUpload, async ({ caller, params }) => {
    const place = await getUploadPlace(db, caller, params.id)
    return attachmentReply(await blobs.read(place.blobId), place.filename)
  })
  handle(server, getMessageRaw, async ({ caller, params }) => {
    await getMessagePlace(db, caller, params.id)
    const bytes = await blobs.read(await getRawBlobId(db, params.id))
    return downloadReply(bytes, `message-${params.id}.eml`)
  })
  handle(server, getRemoteImage, async ({ caller, params }) => {
    await getMessagePlace(db, caller, params.id)
    const url = await findRemoteImage({ db, readHtml }, params.id, params.index)
    return imageReply(await fetchImage(url, needs.imageTrust))
  })
  handle(server, downloadAttachment, async ({ caller, params }) => {
    const place = await getAttachmentPlace(db, caller, params.id)
    return attachmentReply(await readBytes(needs, place), place.filename)
  })
  handle(server, getLimits, async () => {
    const { maxMailBytes } = needs
    return { maxMailBytes, maxFileBytes: largestFileBytes(maxMailBytes) }
  })
  handle(server, createUpload, async ({ caller, query, request }) => {
    return await receiveUpload(needs, { agentId: caller.agentId, filename: query.filename }, request.body)
  })
}

/** The parser hands the body on unread (server.ts), so that the limit is counted while it arrives. */
async function receiveUpload(
  { db, blobs, maxMailBytes }: MessageNeeds,
  file: { agentId: number; filename: string },
  body: unknown,
): Promise<StoredUpload> {
  const stream = body ?? Readable.from([]) // no body at all is an empty file
  if (!(stream instanceof Readable)) {
    throw new AppError('not-bytes', 'an upload is sent as application/octet-stream')
  }
  try {
    const content = stream.iterator({ destroyOnReturn: false })
    return await storeUpload({ db, blobs, maxEncodedBytes: maxMailBytes }, { ...file, content })
  } catch (error) {
    stream.resume() // what still comes is dropped: a cut connection would hide the refusal from the browser
    throw error
  }
}

/** Uploads and our own files are blobs; what came in is decoded from the raw mail, in a process of its own. */
async function readBytes(
  { blobs, reader }: MessageNeeds,
  place: { blobId: number | null; rawBlobId: number | null; partIndex: number },
): Promise<Buffer> {
  if (place.blobId !== null) return await blobs.read(place.blobId)
  if (place.rawBlobId === null) throw new NotFound('attachment')
  const found = await reader.readAttachment(await blobs.find(place.rawBlobId), place.partIndex)
  if (found === undefined) throw new NotFound('attachment')
  return Buffer.from(found.bytes)
}

async function readCleanHtml({ blobs, reader }: MessageNeeds, rawBlobId: number): Promise<string | null> {
  const read = await reader.read(await blobs.find(rawBlobId))
  return read.ok ? read.mail.html : null
}
