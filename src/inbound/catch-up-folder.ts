import type { BlobStore } from '../blobs/blob-store.ts'
import type { Db } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import type { Clock } from '../lib/clock.ts'
import type { ImapConnection } from '../mailboxes/imap-connection.ts'
import { mayFetchOld } from './download-budget.ts'
import {
  type FetchedBatch,
  type FetchedMail,
  fetchBatch,
  type PlacedFacts,
  SUSPECT_LIMIT,
  type Suspects,
  settleSuspect,
  settleUnfound,
} from './fetch-mails.ts'
import { settleByFacts, settleTooOld } from './known-mails.ts'
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
 * Where the server limits what is fetched in a day, new mail comes first and old mail ends there: `folder.isOldHeld` says so.
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
  const fetching = { ...context, folder, suspects, writer }
  try {
    const plain = uids.filter(uid => !suspects.has(uid))
    for (let at = 0; at < plain.length; at += factsAtOnce) {
      await fetchWindow(fetching, plain.slice(at, at + factsAtOnce))
    }
    for (const uid of uids.filter(each => suspects.has(each))) {
      if ((suspects.get(uid) ?? 0) < SUSPECT_LIMIT) await fetchWindow(fetching, [uid])
      else await writer.write({ mails: [settleSuspect(uid, context.clock.now())], fault: null })
    }
  } finally {
    await writer.end()
  }
  return writer.countStored()
}

/** Enters mails whose bytes nobody has to fetch. @throws LeaseLost */
export async function storeSettled(
  context: CatchUpContext,
  folder: SyncFolder,
  mails: readonly FetchedMail[],
): Promise<void> {
  const writer = makeWriter(context, folder)
  await writer.write({ mails, fault: null })
  await writer.end()
}

type Writer = {
  write: (batch: { mails: readonly FetchedMail[]; fault: FetchedBatch['fault'] }) => Promise<void>
  end: () => Promise<void>
  countStored: () => number
}

/** Stores one batch behind the network: `write` waits for the batch before it. */
function makeWriter(context: CatchUpContext, folder: SyncFolder): Writer {
  let storing: Promise<void> = Promise.resolve()
  let storedCount = 0
  const store = async (mails: readonly FetchedMail[]): Promise<void> => {
    const count = await storeMails(
      context,
      { folder, lease: context.lease, isMetered: context.connection.hasLabels },
      mails,
    )
    storedCount += count
    for (const mail of mails) folder.cursorUid = Math.max(folder.cursorUid, mail.uid)
    if (count > 0) context.bells.ring('ledger')
    if (mails.some(mail => mail.state === 'same')) context.bells.ring('live')
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

type Fetching = CatchUpContext & { folder: SyncFolder; suspects: Suspects; writer: Writer }

/** Ids before bodies: what a row is known of costs its facts alone. */
async function fetchWindow(fetching: Fetching, uids: readonly number[]): Promise<void> {
  const { connection, clock, db, folder, suspects, writer } = fetching
  const facts = await connection.fetchFacts(uids)
  const asked = new Set(uids)
  const found = new Map(facts.filter(mail => asked.has(mail.uid)).map(mail => [mail.uid, mail]))
  const unfound = uids.filter(uid => !found.has(uid))
  const { settled, unknown } = await settleByFacts(
    db,
    folder,
    [...found.values()].sort((a, b) => a.uid - b.uid),
  )
  const { tooOld, wanted } = settleTooOld(folder, unknown)
  if (settled.length + tooOld.length > 0) await writer.write({ mails: [...settled, ...tooOld], fault: null })
  const isOld = ({ uid, receivedAt }: PlacedFacts) =>
    uid < folder.oldBelowUid && receivedAt < folder.liveSince
  const old = splitBySize(wanted.filter(isOld))
  for (const batch of splitBySize(wanted.filter(mail => !isOld(mail)))) {
    await writer.write(await fetchBatch(connection, batch, suspects))
  }
  for (const batch of old) {
    if (!(await fitsToday(fetching, batch))) break
    await writer.write(await fetchBatch(connection, batch, suspects))
  }
  for (const uid of unfound) {
    await writer.write({ mails: [await settleUnfound(connection, uid, clock.now())], fault: null })
  }
}

/** Whether a batch of old mail may be fetched now. The day it may not, old mail is halted by itself until the next look. */
async function fitsToday(
  { connection, db, folder, writer }: Fetching,
  batch: readonly PlacedFacts[],
): Promise<boolean> {
  if (!connection.hasLabels) return true
  await writer.end()
  const bytes = batch.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const fits = await mayFetchOld(db, folder.mailboxId, bytes)
  if (!fits) folder.isOldHeld = true
  return fits
}

function splitBySize(mails: readonly PlacedFacts[]): PlacedFacts[][] {
  const batches: PlacedFacts[][] = []
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
