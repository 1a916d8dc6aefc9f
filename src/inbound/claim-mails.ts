import type { Db } from '../db/database.ts'
import { instanceSilenceMs } from '../db/instances.ts'
import type { FolderRole, MailRole } from '../shared/vocabulary.ts'
import { type ClaimRow, claimDueRows, failClaim, uncountClaims } from './claim.queries.ts'

/** Begun this often without an end, a mail is quarantined: it may be what ends its workers. */
export const ATTEMPT_LIMIT = 3

const BATCH_ROWS = 50 // filing set-wise: 403 mails/s against 173/s one by one, as measured
// Raw bytes of a batch: bounds what is in memory at once, and how long mail of other mailboxes waits for its turn.
const BATCH_BYTES = 8 * 1024 * 1024

/** Where the reader finds the raw bytes. */
export type RawPlace = { place: string; codec: string; sizeBytes: number }

/** A ledger row this instance may file as long as `claimNo` stands in it. */
export type ClaimedMail = {
  id: number
  mailboxId: number
  claimNo: number
  lane: number
  receivedAt: Date
  /** By its labels, else of the folder it lies in: what lies in Sent was written by us, whoever From names. */
  role: FolderRole | MailRole
  rawBlobId: number | null
  /** Null where the ledger row has no bytes: such a mail cannot be filed. */
  raw: RawPlace | null
}

/** A batch of one mailbox under one claim number; `quarantined` were begun too often and are settled. */
export type ClaimedBatch = { mails: ClaimedMail[]; quarantined: number[] }

/**
 * Claims up to 50 `stored` mails of the mailbox whose turn is oldest, new mail before old mail, in a
 * transaction of its own: the attempt counts even if this process dies next.
 *
 * Claims of an instance whose heartbeat is 15 s old (database clock) are free again. Both lists
 * empty means: nothing is due.
 *
 * @see docs/decisions/0006
 */
export async function claimMails(db: Db, instanceId: number): Promise<ClaimedBatch> {
  const rows = await claimDueRows(db, {
    instanceId,
    rowLimit: BATCH_ROWS,
    bytesLimit: BATCH_BYTES,
    attemptLimit: ATTEMPT_LIMIT,
    silenceMs: instanceSilenceMs,
  })
  return {
    mails: rows.filter(row => !row.was_exhausted).map(toClaimedMail),
    quarantined: rows.filter(row => row.was_exhausted).map(row => row.id),
  }
}

/** Gives mails back uncounted, when not they but the database or our own stop kept them from being filed. */
export async function giveBackMails(db: Db, mails: readonly ClaimedMail[]): Promise<void> {
  const byClaim = Map.groupBy(mails, mail => mail.claimNo)
  for (const [claimNo, rows] of byClaim) await uncountClaims(db, { claimNo, ids: rows.map(row => row.id) })
}

/**
 * Ends an attempt that failed through the mail itself. It is tried again until the third attempt,
 * then quarantined with the reason.
 *
 * @param failed.reason a stable kebab-case word
 * @returns whether it is in quarantine now
 */
export async function endFailedAttempt(
  db: Db,
  failed: { mail: ClaimedMail; reason: string },
): Promise<boolean> {
  const { id, claimNo } = failed.mail
  const row = await failClaim(db, { id, claimNo, reason: failed.reason, attemptLimit: ATTEMPT_LIMIT })
  return row?.state === 'quarantined'
}

function toClaimedMail(row: ClaimRow): ClaimedMail {
  const { place, codec, size_bytes: sizeBytes } = row
  return {
    id: row.id,
    mailboxId: row.mailbox_id,
    claimNo: row.claim_no,
    lane: row.lane,
    receivedAt: row.received_at,
    role: row.role,
    rawBlobId: row.raw_blob_id,
    raw: place !== null && codec !== null && sizeBytes !== null ? { place, codec, sizeBytes } : null,
  }
}
