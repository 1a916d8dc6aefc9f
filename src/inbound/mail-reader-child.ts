import { flushCompileCache } from 'node:module'
import { readFrameAtOnce } from '../blobs/packs.ts'
import { AppError, describeError } from '../lib/app-error.ts'
import type { AttachmentInfo, ParsedMail } from '../mail/mail-types.ts'
import { parseMail, readAttachment } from '../mail/parse-mail.ts'
import { type KeyAnswers, type VerifiedSignatures, verifySignatures } from '../mail/verify-signatures.ts'

/** Where a raw mail lies: `blob.place` and `blob.codec`. */
export type BlobPlace = { place: string; codec: string }

/** What the parent asks: the mail, with `index` one of its attachments, with `keys` what its signatures prove. */
export type ReaderRequest = BlobPlace & { blobsRoot: string; index: number | null; keys: KeyAnswers | null }

/**
 * What the child answers. An attachment's bytes go before it in chunks, since one big message would
 * be copied three times on its way. `fault` is about the blob store or the code, never about
 * the mail.
 */
export type ReaderReply =
  | { kind: 'ready' }
  | { kind: 'mail'; mail: ParsedMail }
  | { kind: 'signatures'; signatures: VerifiedSignatures }
  | { kind: 'attachment'; info: AttachmentInfo | undefined }
  | { kind: 'chunk'; bytes: Buffer }
  | { kind: 'fault'; code: string; message: string }

/**
 * The other side of mail-reader-process.ts: reads one mail at a time, in a process without
 * secrets, connections or, from its first mail on, the right to write files.
 */
function serveParent(): void {
  process.on('message', (request: ReaderRequest) => {
    void answer(request)
      .catch(toFault)
      .then(send)
      .catch(() => process.exit(1)) // the parent is gone
  })
  process.on('disconnect', () => process.exit(0)) // the parent is gone
  // Now, and not at its end: from its first mail on it may write no file, and it is killed, never ended.
  flushCompileCache()
  void send({ kind: 'ready' })
}

async function answer(request: ReaderRequest): Promise<ReaderReply> {
  const raw = readFrameAtOnce(request.blobsRoot, request.place, request.codec)
  // V8 sees its own heap only: what unpacking left behind would count against the mail's own memory.
  if (raw.length > BIG_BYTES) globalThis.gc?.()
  if (request.keys !== null)
    return { kind: 'signatures', signatures: await verifySignatures(raw, request.keys) }
  if (request.index === null) return { kind: 'mail', mail: await parseMail(raw) }
  const found = await readAttachment(raw, request.index)
  for (let at = 0; found && at < found.bytes.length; at += BIG_BYTES) {
    await send({ kind: 'chunk', bytes: found.bytes.subarray(at, at + BIG_BYTES) })
  }
  return { kind: 'attachment', info: found?.info }
}

const BIG_BYTES = 1024 * 1024

function toFault(error: unknown): ReaderReply {
  const code = error instanceof AppError ? error.code : 'mail-reader-fault'
  return { kind: 'fault', code, message: describeError(error) }
}

/** Resolves when the reply has been handed to the system, so that chunks do not pile up. */
function send(reply: ReaderReply): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(reply, undefined, undefined, error => (error ? reject(error) : resolve()))
  })
}

// Started by fork only: nothing happens where a test or a type check merely imports this file.
if (process.send) serveParent()
