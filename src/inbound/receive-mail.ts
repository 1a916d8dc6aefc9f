import { type Db, inTransaction } from '../db/database.ts'
import { isDatabaseTrouble } from '../db/faults.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { AppError, describeError, RemoteFault } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Dns } from '../lib/dns.ts'
import type { Log } from '../lib/log.ts'
import { createTally } from '../lib/tally.ts'
import { passed } from '../lib/transitions.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import {
  type ClaimedMail,
  claimMails,
  endFailedAttempt,
  giveBackMails,
  type RawPlace,
} from './claim-mails.ts'
import { type FiledMail, fileMails } from './file-mails.ts'
import { judgeSenders, type SenderParts } from './judge-senders.ts'
import type { ReadMail } from './sort-mails.ts'
import { tokenKeysFor } from './token-keys.ts'

/** What filing uses. `reader` reads in processes of their own (mail-reader.ts). */
export type FilingParts = {
  db: Db
  reader: {
    read: (raw: RawPlace) => Promise<{ ok: true; mail: ParsedMail } | { ok: false; reason: string }>
  } & SenderParts['reader']
  /** Null where senders are not checked by DNS. */
  dns: Dns | null
  clock: Clock
  keys: Pick<KeyRing, 'all' | 'refresh'>
  log: Log
  /** Our row of `instance`: its heartbeat keeps our claims. */
  instanceId: number
  /** Claims that could not be given back while the database was away; the next round begins with them. */
  owed: ClaimedMail[]
}

/** What one round did. Nothing claimed means: nothing is due. */
export type ReceivedBatch = { claimed: number; filed: FiledMail[]; quarantined: number[] }

/**
 * Receives one batch of stored mails, in three steps: claim (its own transaction, counts the
 * attempt), read (in the reader's processes, with a look at who sent it, no transaction open), file (one
 * transaction).
 *
 * When the batch cannot be filed as a whole it is filed mail by mail, so that a bad one hurts only
 * itself: that one is tried three times, then quarantined with its reason. When the database is the
 * trouble, the batch is given back uncounted; so is what could not be begun within a second of reading.
 *
 * @throws whatever kept the database from taking the batch; the ledger still holds every mail
 * @see docs/decisions/0006
 */
export async function receiveMails(parts: FilingParts): Promise<ReceivedBatch> {
  await giveBackMails(parts.db, parts.owed)
  parts.owed.length = 0
  const claimed = await claimMails(parts.db, parts.instanceId)
  if (claimed.mails.length > 0) passed('mail-claimed')
  for (const id of claimed.quarantined) {
    parts.log.error({ ledgerRowId: id }, 'mail ended its worker too often, quarantined')
    filedTally.count('quarantined')
  }
  try {
    const { read, unread, unbegun } = await readMails(parts, claimed.mails)
    if (read.length > 0) passed('mail-read')
    await giveBackMails(parts.db, unbegun)
    const { filed, failed } = await fileBatch(parts, claimed.mails, read)
    const quarantined = await endAttempts(parts, [...unread, ...failed])
    logFiled(parts.log, filed)
    const count = claimed.mails.length + claimed.quarantined.length
    return { claimed: count, filed, quarantined: [...claimed.quarantined, ...quarantined] }
  } catch (cause) {
    await giveBack(parts, claimed.mails)
    throw cause
  }
}

type FailedMail = { mail: ClaimedMail; reason: string }

// Mails that are slow to read end the turn of their mailbox: the rest is claimed anew after the other mailboxes.
const TURN_MS = 1_000
const READ_AT_ONCE = 2 // of a batch: all at once would queue up before the mail of others

async function readMails(
  parts: FilingParts,
  mails: readonly ClaimedMail[],
): Promise<{ read: ReadMail[]; unread: FailedMail[]; unbegun: ClaimedMail[] }> {
  const results: ReadAttempt[] = []
  const waiting = [...mails]
  const endsAtMs = parts.clock.monotonicMs() + TURN_MS
  const readOn = async () => {
    while (results.length === 0 || parts.clock.monotonicMs() < endsAtMs) {
      const mail = waiting.shift()
      if (mail === undefined) return
      results.push(await readMail(parts, mail))
    }
  }
  await Promise.all(Array.from({ length: READ_AT_ONCE }, readOn))
  const read = results.flatMap(result => (result.mail === undefined ? [] : [result.mail]))
  const unread = results.flatMap(result => (result.failed === undefined ? [] : [result.failed]))
  return { read: await judgeSenders(parts, read), unread, unbegun: waiting }
}

type ReadAttempt =
  | { mail: Omit<ReadMail, 'sender'>; failed?: undefined }
  | { mail?: undefined; failed: FailedMail }

async function readMail(parts: FilingParts, claimed: ClaimedMail): Promise<ReadAttempt> {
  if (claimed.raw === null) return { failed: { mail: claimed, reason: 'no-raw-bytes' } }
  try {
    const answer = await parts.reader.read(claimed.raw)
    if (answer.ok) return { mail: { ...claimed, mail: answer.mail } }
    return { failed: { mail: claimed, reason: `reader-${answer.reason}` } }
  } catch (error) {
    // Bytes that are lost or damaged are this mail's trouble; no reader at all is nobody's.
    if (!(error instanceof AppError) || error instanceof RemoteFault) throw error
    return { failed: { mail: claimed, reason: error.code } }
  }
}

async function fileBatch(
  parts: FilingParts,
  claimed: readonly ClaimedMail[],
  mails: readonly ReadMail[],
): Promise<{ filed: FiledMail[]; failed: FailedMail[] }> {
  const [claim] = claimed
  if (claim === undefined) return { filed: [], failed: [] }
  try {
    return { filed: await fileTogether(parts, claim, mails), failed: [] }
  } catch (error) {
    if (isDatabaseTrouble(error)) throw error
    parts.log.warn({ count: mails.length, err: faultOf(error) }, 'batch not filed, filing mail by mail')
  }
  const filed: FiledMail[] = []
  const failed: FailedMail[] = []
  for (const mail of mails) {
    try {
      filed.push(...(await fileTogether(parts, claim, [mail])))
    } catch (error) {
      if (isDatabaseTrouble(error)) throw error
      parts.log.error({ ledgerRowId: mail.id, err: faultOf(error) }, 'mail not filed')
      failed.push({ mail, reason: 'filing-failed' })
    }
  }
  return { filed, failed }
}

/** Also with no mail at all: the mailbox has had its turn, though none of its mails could be read. */
async function fileTogether(
  parts: FilingParts,
  claim: { mailboxId: number; claimNo: number },
  mails: readonly ReadMail[],
): Promise<FiledMail[]> {
  const { mailboxId, claimNo } = claim
  const tokenKeys = await tokenKeysFor(parts.keys, mails)
  const filed = await inTransaction(parts.db, async tx => {
    const outcomes = await fileMails(tx, { mailboxId, claimNo, mails, tokenKeys })
    if (outcomes.length > 0) passed('mail-filing')
    return outcomes
  })
  if (filed.length > 0) passed('mail-filed')
  return filed
}

async function endAttempts(parts: FilingParts, failed: readonly FailedMail[]): Promise<number[]> {
  const quarantined: number[] = []
  for (const { mail, reason } of failed) {
    const isQuarantined = await endFailedAttempt(parts.db, { mail, reason })
    passed(isQuarantined ? 'mail-quarantined' : 'mail-attempt-failed')
    parts.log.warn({ ledgerRowId: mail.id, reason, isQuarantined }, 'attempt to file a mail failed')
    if (isQuarantined) {
      quarantined.push(mail.id)
      filedTally.count('quarantined')
    }
  }
  return quarantined
}

/** What was filed meanwhile is no longer `stored`, so giving back the whole batch is safe. */
async function giveBack(parts: FilingParts, mails: readonly ClaimedMail[]): Promise<void> {
  try {
    await giveBackMails(parts.db, mails)
    if (mails.length > 0) passed('mail-given-back')
  } catch (error) {
    parts.owed.push(...mails)
    parts.log.warn({ err: faultOf(error), count: mails.length }, 'claimed mails will be given back later')
  }
}

/** What became of the mails this process filed, by outcome. */
export const filedTally = createTally()

function logFiled(log: Log, filed: readonly FiledMail[]): void {
  for (const { id, outcome, messageId, ticketId } of filed) {
    log.info({ ledgerRowId: id, outcome, messageId, ticketId }, 'filed mail')
    filedTally.count(outcome)
  }
}

/** Postgres repeats values in its messages: the log gets the code alone. */
function faultOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string')
    return `${error.name} ${error.code}`
  return describeError(error)
}
