import type { BlobStore } from '../blobs/blob-store.ts'
import { type Db, inTransaction, type Tx } from '../db/database.ts'
import { passed } from '../lib/transitions.ts'
import { canonicalMessageId } from '../mail/message-id.ts'
import { scanSender } from '../mail/scan-sender.ts'
import { LANES } from '../shared/vocabulary.ts'
import { insertAfterFiling } from './after-filing.queries.ts'
import { addDownload } from './download.queries.ts'
import type { FetchedMail } from './fetch-mails.ts'
import { selectMessagesOf } from './known-mails.queries.ts'
import { effectiveRole } from './known-mails.ts'
import { lockLease } from './leases.queries.ts'
import { isOutOfSpam, leaveSpam } from './leave-spam.ts'
import { type Lease, LeaseLost } from './mailbox-leases.ts'
import type { SyncFolder } from './open-folder.ts'
import { spotFloods } from './sender-flow.ts'
import { insertInstances, moveCursor, type NewInstance } from './sync.queries.ts'
import { takeForSpam } from './take-for-spam.ts'

const scannedHeaderBytes = 64 * 1024
const messageIdChars = 255

/**
 * Makes a batch ours: the bytes in the blob store first, then ledger rows and cursor in one transaction
 * that also proves the lease. A crash before the commit repeats the batch; the rows' key makes that
 * harmless. Nothing is parsed. Ring `ledger` afterwards.
 *
 * @param at.isMetered the server limits how much is fetched in a day: it is counted
 * @returns how many rows are new
 * @throws LeaseLost, also when another node moved the folder to another generation
 */
export async function storeMails(
  { db, blobs }: { db: Db; blobs: BlobStore },
  at: { folder: SyncFolder; lease: Lease; isMetered: boolean },
  mails: readonly FetchedMail[],
): Promise<number> {
  if (mails.length === 0) return 0
  const rows = await withBlobs(blobs, at.folder, mails)
  passed('mail-bytes-kept')
  const cursorUid = Math.max(...mails.map(mail => mail.uid))
  const entered = await inTransaction(db, async tx => {
    const { mailboxId, fence } = at.lease
    if (!(await lockLease(tx, { mailbox_id: mailboxId, fence }))) throw new LeaseLost(mailboxId)
    const placed = await behindOthers(tx, mailboxId, mails, rows)
    const count = await insertInstances(tx, at.folder, placed)
    if (at.folder.isTidied)
      await insertAfterFiling(
        tx,
        at.folder,
        placed.filter(isTidied).map(({ uid }) => uid),
      )
    await followSpam(tx, at.folder, mails)
    const bytes = mails.reduce((sum, { source }) => sum + (source?.length ?? 0), 0)
    if (at.isMetered && bytes > 0) await addDownload(tx, mailboxId, bytes)
    if (!(await moveCursor(tx, at.folder, cursorUid))) throw new LeaseLost(mailboxId)
    passed('mail-rows-entering')
    return count
  })
  passed('mail-rows-entered')
  return entered
}

async function withBlobs(
  blobs: BlobStore,
  folder: SyncFolder,
  mails: readonly FetchedMail[],
): Promise<NewInstance[]> {
  const sources = mails.flatMap(mail => (mail.source === null ? [] : [mail.source]))
  const stored = (await blobs.put(sources)).values()
  return mails.map(mail => ({
    uid: mail.uid,
    serverId: mail.serverId,
    receivedAt: mail.receivedAt,
    sizeBytes: mail.source === null && mail.sizeBytes === 0 ? null : mail.sizeBytes,
    ...(mail.source === null
      ? ofKnown(mail)
      : { internetMessageId: scanMessageId(mail.source), rawBlobId: stored.next().value?.id ?? null }),
    lane: laneOf(folder, mail.receivedAt),
    role: mail.role,
    state: mail.state,
    reason: mail.reason,
  }))
}

/** What a mail without bytes of its own has of the row it is known by; nothing where there is none. */
function ofKnown({ known, state }: FetchedMail) {
  return {
    internetMessageId: known?.internetMessageId ?? null,
    rawBlobId: known?.rawBlobId ?? null,
    sameAsId: state === 'same' || state === 'erased' ? (known?.id ?? null) : null,
  }
}

/** What is known and lies in Junk now, or no longer: filing does not see what it is known by. */
async function followSpam(tx: Tx, folder: SyncFolder, mails: readonly FetchedMail[]): Promise<void> {
  const known = mails.filter(mail => mail.state === 'same')
  const messagesOf = async (those: readonly FetchedMail[]) =>
    await selectMessagesOf(
      tx,
      folder,
      those.map(mail => mail.uid),
    )
  const elsewhere = known.filter(mail => isOutOfSpam(effectiveRole(mail, folder)))
  await leaveSpam(tx, await messagesOf(elsewhere))
  // By the server's own id alone: of two copies of one mail one may be taken for spam, and the other lie in INBOX.
  const inJunk = known.filter(mail => mail.serverId !== null && effectiveRole(mail, folder) === 'junk')
  await takeForSpam(tx, await messagesOf(inJunk))
}

function laneOf({ liveSince, openSince }: SyncFolder, receivedAt: Date): NewInstance['lane'] {
  if (receivedAt >= liveSince) return LANES.live
  return openSince !== null && receivedAt < openSince ? LANES.history : LANES.backfill
}

/** Old mail is never touched on its server, nor what was sent or is spam by its labels, nor what we could not get whole. */
function isTidied({ lane, state, role }: NewInstance): boolean {
  if (role === 'sent' || role === 'junk') return false
  return (state === 'stored' || state === 'same') && (lane === LANES.live || lane === LANES.storm)
}

/** Puts what a sender sends too fast into a lane of its own, so that others do not wait for it. */
export async function behindOthers(
  tx: Tx,
  mailboxId: number,
  mails: readonly Pick<FetchedMail, 'source' | 'receivedAt'>[],
  rows: readonly NewInstance[],
): Promise<NewInstance[]> {
  const flowing = mails.map(({ source, receivedAt }, index) => {
    const isLive = rows[index]?.lane === LANES.live
    const sender = source === null || !isLive ? null : scanSender(source)
    return { sender: sender === null ? null : [isMailSystem(sender) ? MAIL_SYSTEMS : sender], receivedAt }
  })
  const floods = await spotFloods(tx, mailboxId, flowing)
  return rows.map((row, index) => (floods[index] ? { ...row, lane: LANES.storm } : row))
}

// Bounces of mail we never sent come from a thousand servers: they are counted as one sender.
const MAIL_SYSTEMS = 'mail systems'
const isMailSystem = (address: string): boolean => /^(?:mailer-daemon|postmaster)@/.test(address)

/** The Message-ID as far as a look at the first header lines shows it: a hint, cut to 255 characters. */
export function scanMessageId(source: Buffer): string | null {
  const head = source.subarray(0, scannedHeaderBytes)
  const end = head.indexOf('\r\n\r\n')
  const text = head.toString('utf8', 0, end < 0 ? head.length : end + 2)
  const value = /^message-id[ \t]*:((?:.|\r?\n[ \t])*)/im.exec(text)?.[1]
  return value === undefined ? null : (canonicalMessageId(value)?.slice(0, messageIdChars) ?? null)
}
