import { createHash } from 'node:crypto'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { addressKey } from '../mail/address.ts'
import { parseAddressList } from '../mail/address-list.ts'
import { arrivalDate } from '../mail/arrival-date.ts'
import { allValues, type HeaderField, readHeaderFields } from '../mail/header-fields.ts'
import { LANES } from '../shared/vocabulary.ts'
import {
  countEntered,
  selectKnownHashes,
  selectMailboxByAddress,
  selectSettledId,
} from './enter-mails.queries.ts'
import { type EnteringMail, enterMails, type OwnFolder, openOwnFolder } from './enter-mails.ts'
import { type FileMail, readMailFiles } from './read-mail-files.ts'

/** What is wished of an import. */
export type ImportWish = {
  address: string
  paths: readonly string[]
  /** Of the tickets that the mails open. */
  state: 'closed' | 'open'
  /** All of it was written by us; else what has an address of the mailbox in From and goes to others. */
  isSent: boolean
  /** Counts, and changes nothing. */
  isDry: boolean
}

/** How far an import has come. `from` and `until` are the dates of the mails read. */
export type ImportCount = {
  read: number
  ours: number
  entered: number
  known: number
  deleted: number
  drafts: number
  faults: number
  from: Date | null
  until: Date | null
}

/** An import whose mails are in the ledger: what filing has made so far of them and of what was left before, by outcome. */
export type EnteredImport = { count: ImportCount; outcomes: () => Promise<Map<string, number>> }

type Context = { db: Db; blobs: BlobStore }
type Sighted = EnteringMail & { isOurs: boolean }

/** Hears how it goes: after each batch, and of each mail that cannot be read. */
export type ImportWatch = {
  onProgress: (count: ImportCount) => void
  onFault: (fault: { where: string; fault: string }) => void
}

const batchMails = 50
const batchBytes = 8 * 1_048_576

/**
 * Enters the mails of files into the ledger of a mailbox, in the folder `letterdesk:import`, and what we wrote in
 * `letterdesk:import/sent`. From there they are filed as any mail, behind all that is new. It may be ended at any moment
 * and done again: what is there already is passed over.
 *
 * @throws NotFound for an address that no mailbox has
 */
export async function importMails(
  context: Context,
  wish: ImportWish,
  watch: ImportWatch,
): Promise<EnteredImport> {
  const { db } = context
  const mailbox = await selectMailboxByAddress(db, wish.address)
  if (mailbox === undefined) throw new NotFound('mailbox', { address: wish.address })
  const folders = wish.isDry ? null : await openFolders(db, mailbox.id)
  const folderIds = folders === null ? [] : [folders.others.id, folders.ours.id]
  const afterId = await selectSettledId(db, folderIds)
  const count: ImportCount = {
    read: 0,
    ours: 0,
    entered: 0,
    known: 0,
    deleted: 0,
    drafts: 0,
    faults: 0,
    from: null,
    until: null,
  }
  const own = new Set([mailbox.address, ...mailbox.aliases].map(addressKey))
  const seen = new Set<string>()
  for await (const batch of inBatches(sight(wish, own, count, watch))) {
    const entered =
      folders === null
        ? await countUnknown(db, mailbox.id, batch, seen)
        : await enterBatch(context, folders, batch)
    count.entered += entered
    count.known += batch.length - entered
    watch.onProgress(count)
  }
  return {
    count,
    outcomes: async () => {
      const rows = await countEntered(db, { folderIds, afterId })
      return new Map(rows.map(row => [row.outcome, row.count]))
    },
  }
}

type Folders = { others: OwnFolder; ours: OwnFolder }

async function openFolders(db: Db, mailboxId: number): Promise<Folders> {
  const path = 'letterdesk:import'
  return {
    others: await openOwnFolder(db, { mailboxId, path, role: 'other' }),
    ours: await openOwnFolder(db, { mailboxId, path: `${path}/sent`, role: 'sent' }),
  }
}

async function enterBatch(context: Context, folders: Folders, batch: readonly Sighted[]): Promise<number> {
  const ours = batch.filter(mail => mail.isOurs)
  const others = batch.filter(mail => !mail.isOurs)
  return (await enterMails(context, folders.others, others)) + (await enterMails(context, folders.ours, ours))
}

/** How many of them entering would find new. */
async function countUnknown(
  db: Db,
  mailboxId: number,
  batch: readonly Sighted[],
  seen: Set<string>,
): Promise<number> {
  const hashes = batch.map(({ source }) => createHash('sha256').update(source).digest('hex'))
  for (const hash of await selectKnownHashes(db, mailboxId, hashes)) seen.add(hash)
  const fresh = new Set(hashes.filter(hash => !seen.has(hash)))
  for (const hash of fresh) seen.add(hash)
  return fresh.size
}

/** Looks at each mail's header: when it came, and whose it is. */
async function* sight(
  wish: ImportWish,
  own: ReadonlySet<string>,
  count: ImportCount,
  watch: ImportWatch,
): AsyncGenerator<Sighted> {
  const lane = wish.state === 'open' ? LANES.backfill : LANES.history
  for await (const mail of readMailFiles(wish.paths)) {
    if (!('raw' in mail)) {
      leaveOut(mail, count, watch)
      continue
    }
    const { fields } = readHeaderFields(mail.raw, 0, mail.raw.length)
    const receivedAt = arrivalDate(fields) ?? mail.deliveredAt ?? new Date()
    const isOurs = wish.isSent || isWrittenBy(own, fields)
    noteSight(count, receivedAt, isOurs)
    yield { source: mail.raw, receivedAt, lane, isOurs }
  }
}

function noteSight(count: ImportCount, receivedAt: Date, isOurs: boolean): void {
  count.read++
  if (isOurs) count.ours++
  if (count.from === null || receivedAt < count.from) count.from = receivedAt
  if (count.until === null || receivedAt > count.until) count.until = receivedAt
}

function leaveOut(mail: Exclude<FileMail, { raw: Buffer }>, count: ImportCount, watch: ImportWatch): void {
  if ('fault' in mail) {
    count.faults++
    watch.onFault(mail)
  } else if (mail.left === 'draft') count.drafts++
  else count.deleted++
}

/** A form on a web page writes from the mailbox to itself: that is a customer's. */
function isWrittenBy(own: ReadonlySet<string>, fields: HeaderField[]): boolean {
  const [from] = addressesOf(fields, 'from')
  if (from === undefined || !own.has(from)) return false
  const recipients = ['to', 'cc', 'bcc'].flatMap(name => addressesOf(fields, name))
  return recipients.some(address => !own.has(address))
}

function addressesOf(fields: HeaderField[], name: string): string[] {
  return allValues(fields, name)
    .flatMap(value => parseAddressList(value, text => text).addresses)
    .map(({ address }) => addressKey(address))
}

async function* inBatches(mails: AsyncIterable<Sighted>): AsyncGenerator<Sighted[]> {
  let batch: Sighted[] = []
  let bytes = 0
  for await (const mail of mails) {
    if (batch.length === batchMails || (batch.length > 0 && bytes + mail.source.length > batchBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(mail)
    bytes += mail.source.length
  }
  if (batch.length > 0) yield batch
}
