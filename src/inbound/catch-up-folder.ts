import type { BlobStore } from '../blobs/blob-store.ts'
import type { Db } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import type { Clock } from '../lib/clock.ts'
import type { ImapConnection, MailFacts } from '../mailboxes/imap-connection.ts'
import {
  type FetchedBatch,
  type FetchedMail,
  fetchBatch,
  SUSPECT_LIMIT,
  type Suspects,
  settleSuspect,
  settleUnfound,
} from './fetch-mails.ts'
import { type Lease, LeaseLost } from './mailbox-leases.ts'
import type { SyncFolder } from './open-folder.ts'
import { storeMails } from './store-mails.ts'

/** What fetching into the ledger needs. */
export type CatchUpContext = {
  db: Db
  blobs: BlobStore
  bells: Pick<Bells, 'ring'>
  clock: Clock
  connection: ImapConnection
  lease: Lease
  isBelieved: (lease: Lease) => boolean
}

const batchMails = 50
const batchBytes = 8 * 1_048_576 // two batches are in memory at once; a larger mail comes alone
const factsAtOnce = 500

/**
 * Fetches these UIDs into the ledger in batches of at most 50, the next batch on its way while one is
 * stored. Suspects come last and one by one, so that a mail that breaks connections delays no other.
 *
 * @returns how many ledger rows are new
 * @throws RemoteFault when the connection broke; what came before is stored
 * @throws LeaseLost
 */
export async function catchUpFolder(
  context: CatchUpContext,
  folder: SyncFolder,
  uids: readonly number[],
  suspects: Suspects,
): Promise<number> {
  const writer = makeWriter(context, folder)
  try {
    const plain = uids.filter(uid => !suspects.has(uid))
    for (let at = 0; at < plain.length; at += factsAtOnce) {
      await fetchWindow(context, plain.slice(at, at + factsAtOnce), suspects, writer)
    }
    for (const uid of uids.filter(each => suspects.has(each))) {
      if ((suspects.get(uid) ?? 0) < SUSPECT_LIMIT) await fetchWindow(context, [uid], suspects, writer)
      else await writer.write({ mails: [settleSuspect(uid, context.clock.now())], fault: null })
    }
  } finally {
    await writer.end()
  }
  return writer.countStored()
}

type Writer = {
  write: (batch: FetchedBatch) => Promise<void>
  end: () => Promise<void>
  countStored: () => number
}

/** Stores one batch behind the network: `write` waits for the batch before it. */
function makeWriter(context: CatchUpContext, folder: SyncFolder): Writer {
  let storing: Promise<void> = Promise.resolve()
  let storedCount = 0
  const store = async (mails: readonly FetchedMail[]): Promise<void> => {
    const count = await storeMails(context, { folder, lease: context.lease }, mails)
    storedCount += count
    for (const mail of mails) folder.cursorUid = Math.max(folder.cursorUid, mail.uid)
    if (count > 0) context.bells.ring('ledger')
  }
  return {
    write: async batch => {
      await storing
      if (!context.isBelieved(context.lease)) throw new LeaseLost(context.lease.mailboxId)
      storing = store(batch.mails)
      storing.catch(() => undefined) // raised by the next write or by end
      if (batch.fault === null) return
      await storing
      throw batch.fault
    },
    end: () => storing,
    countStored: () => storedCount,
  }
}

async function fetchWindow(
  context: CatchUpContext,
  uids: readonly number[],
  suspects: Suspects,
  writer: Writer,
): Promise<void> {
  const { connection, clock } = context
  const facts = await connection.fetchFacts(uids)
  const asked = new Set(uids)
  const known = new Map(facts.filter(mail => asked.has(mail.uid)).map(mail => [mail.uid, mail]))
  const unfound = uids.filter(uid => !known.has(uid))
  for (const batch of splitBySize([...known.values()].sort((a, b) => a.uid - b.uid))) {
    await writer.write(await fetchBatch(connection, batch, suspects))
  }
  for (const uid of unfound) {
    await writer.write({ mails: [await settleUnfound(connection, uid, clock.now())], fault: null })
  }
}

function splitBySize(mails: readonly MailFacts[]): MailFacts[][] {
  const batches: MailFacts[][] = []
  let bytes = 0
  for (const mail of mails) {
    const batch = batches.at(-1)
    if (batch !== undefined && batch.length < batchMails && bytes + mail.sizeBytes <= batchBytes) {
      batch.push(mail)
      bytes += mail.sizeBytes
    } else {
      batches.push([mail])
      bytes = mail.sizeBytes
    }
  }
  return batches
}
