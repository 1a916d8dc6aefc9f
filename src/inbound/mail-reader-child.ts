import { readFrame } from '../blobs/packs.ts'
import { AppError, describeError } from '../lib/app-error.ts'
import type { AttachmentInfo, ParsedMail } from '../mail/mail-types.ts'
import { parseMail, readAttachment } from '../mail/parse-mail.ts'

/** Where a raw mail lies: `blob.place` and `blob.codec`. */
export type BlobPlace = { place: string; codec: string }

/** What the parent asks: the mail, or with `index` one of its attachments. */
export type ReaderRequest = BlobPlace & { blobsRoot: string; index: number | null }

/** What the child answers; `fault` is about the blob store or the code, never about the mail. */
export type ReaderReply =
  | { kind: 'ready' }
  | { kind: 'mail'; mail: ParsedMail }
  | { kind: 'attachment'; attachment: { info: AttachmentInfo; bytes: Buffer } | undefined }
  | { kind: 'fault'; code: string; message: string }

/**
 * The other side of mail-reader-process.ts: reads one mail at a time, in a process without
 * secrets, connections or the right to write files.
 */
function serveParent(): void {
  process.on('message', (request: ReaderRequest) => {
    answer(request).then(send, (error: unknown) => send(toFault(error)))
  })
  process.on('disconnect', () => process.exit(0)) // the parent is gone
  send({ kind: 'ready' })
}

async function answer(request: ReaderRequest): Promise<ReaderReply> {
  const raw = await readFrame(request.blobsRoot, request.place, request.codec)
  if (request.index === null) return { kind: 'mail', mail: await parseMail(raw) }
  return { kind: 'attachment', attachment: await readAttachment(raw, request.index) }
}

function toFault(error: unknown): ReaderReply {
  const code = error instanceof AppError ? error.code : 'mail-reader-fault'
  return { kind: 'fault', code, message: describeError(error) }
}

function send(reply: ReaderReply): void {
  process.send?.(reply)
}

// Started by fork only: nothing happens where a test or a type check merely imports this file.
if (process.send) serveParent()
