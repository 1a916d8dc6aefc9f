import type { BlobStore } from '../blobs/blob-store.ts'
import type { Db } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { AppError, describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { passed } from '../lib/transitions.ts'
import { loadImapAccount, type PracticeServers } from '../mailboxes/account.ts'
import type { Trust } from '../mailboxes/host-guard.ts'
import { type ImapConnection, openImap } from '../mailboxes/imap-connection.ts'
import { claimSentCopies, type DueSentCopy, writeSentCopy } from './after-sending.queries.ts'
import { getSentFolder, isInSentFolder } from './sent-folder.ts'

/** What copying uses. */
export type SentCopyContext = {
  db: Db
  blobs: BlobStore
  keys: KeyRing
  log: Log
  trust: Trust
  practice: () => PracticeServers | null
}

const leaseMs = 5 * 60_000
const delaysMs = [60_000, 5 * 60_000, 30 * 60_000, 2 * 3_600_000, 6 * 3_600_000]

/**
 * Copies accepted mail of one mailbox to its Sent folder: the same bytes by APPEND, after a search that
 * they are not there already, since some servers file them by themselves. Given up after six tries over
 * nine hours; whatever happens here never sends anything.
 *
 * @returns how many copies were looked after; 0 when none is due
 */
export async function copyToSent(context: SentCopyContext): Promise<number> {
  const { db, keys, log, trust } = context
  const practice = context.practice()
  const due = await claimSentCopies(db, { leaseMs, withPractice: practice !== null })
  const [first] = due
  if (first === undefined) return 0
  passed('copy-claimed')
  const left = new Set(due)
  let imap: ImapConnection | undefined
  try {
    const account = await loadImapAccount({ db, keys, practice }, first.mailboxId)
    imap = await openImap(account, { log, trust })
    for (const copy of due) {
      await placeCopy(context, imap, copy)
      left.delete(copy)
    }
  } catch (error) {
    log.warn({ mailboxId: first.mailboxId, err: describeError(error) }, 'copies to Sent not made')
    for (const copy of left) await putOff(db, copy, error)
  } finally {
    imap?.close()
  }
  return due.length
}

async function placeCopy(context: SentCopyContext, imap: ImapConnection, copy: DueSentCopy): Promise<void> {
  const { db, blobs } = context
  if (await isInSentFolder(imap, copy)) {
    // On a later try it may be our own, whose answer was lost.
    const state = copy.attempts === 1 ? 'by_server' : 'done'
    return await writeSentCopy(db, copy.messageId, { state, delayMs: 0 })
  }
  const bytes = await blobs.read(copy.bytesBlobId)
  await imap.append(await getSentFolder(imap), bytes, ['\\Seen'], copy.acceptedAt)
  passed('copy-appended')
  await writeSentCopy(db, copy.messageId, { state: 'done', delayMs: 0 })
  passed('copy-noted')
}

async function putOff(db: Db, copy: DueSentCopy, error: unknown): Promise<void> {
  const isHopeless = error instanceof AppError && ['no-sent-folder', 'blob-lost'].includes(error.code)
  const delayMs = isHopeless ? undefined : delaysMs[copy.attempts - 1]
  const state = delayMs === undefined ? 'failed' : 'due'
  await writeSentCopy(db, copy.messageId, { state, delayMs: delayMs ?? 0 })
}
