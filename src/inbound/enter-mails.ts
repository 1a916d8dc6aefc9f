import type { BlobStore } from '../blobs/blob-store.ts'
import { type Db, inTransaction } from '../db/database.ts'
import { findOrAddOwnFolder, lockCursor, selectKnownBlobs } from './enter-mails.queries.ts'
import { behindOthers, scanMessageId } from './store-mails.ts'
import { insertInstances, moveCursor, type NewInstance } from './sync.queries.ts'

/** A folder of a mailbox that no server has: mail comes into it by other ways, under UIDs of our own. */
export type OwnFolder = { id: number; mailboxId: number; generation: number }

/** A mail on its way into the ledger. */
export type EnteringMail = { source: Buffer; receivedAt: Date; lane: NewInstance['lane'] }

/** Opens such a folder, made when it is new. @param folder.role `sent`: what it holds was written by us */
export async function openOwnFolder(
  db: Db,
  folder: { mailboxId: number; path: string; role: 'sent' | 'other' },
): Promise<OwnFolder> {
  return { id: await findOrAddOwnFolder(db, folder), mailboxId: folder.mailboxId, generation: 1 }
}

/**
 * Enters mails into the ledger: the bytes in the blob store first, then their rows in one transaction. A mail whose very
 * bytes the mailbox has is left out, so that entering again what was entered before a crash doubles nothing. Ring `ledger`
 * afterwards.
 *
 * @returns how many are new
 */
export async function enterMails(
  { db, blobs }: { db: Db; blobs: BlobStore },
  folder: OwnFolder,
  mails: readonly EnteringMail[],
): Promise<number> {
  if (mails.length === 0) return 0
  const stored = await blobs.put(mails.map(mail => mail.source))
  const byBlob = new Map(mails.map((mail, n) => [stored[n]?.id ?? 0, mail]))
  return await inTransaction(db, async tx => {
    const cursor = await lockCursor(tx, folder.id)
    const known = new Set(await selectKnownBlobs(tx, folder.mailboxId, [...byBlob.keys()]))
    const fresh = [...byBlob].filter(([blobId]) => !known.has(blobId))
    if (fresh.length === 0) return 0
    const rows = fresh.map(([rawBlobId, mail], n) => toRow(mail, rawBlobId, cursor + 1 + n))
    const entering = fresh.map(([, mail]) => mail)
    const count = await insertInstances(tx, folder, await behindOthers(tx, folder.mailboxId, entering, rows))
    await moveCursor(tx, folder, cursor + fresh.length)
    return count
  })
}

function toRow({ source, receivedAt, lane }: EnteringMail, rawBlobId: number, uid: number): NewInstance {
  return {
    uid,
    internetMessageId: scanMessageId(source),
    serverId: null,
    receivedAt,
    sizeBytes: source.length,
    rawBlobId,
    lane,
    state: 'stored',
    reason: null,
  }
}
