import type { Db } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { passed } from '../lib/transitions.ts'
import {
  selectLedgerRow,
  selectQuarantine,
  selectRawBlob,
  updateAllToStored,
  updateToStored,
} from './ledger.queries.ts'
import { type LedgerPage, type LedgerRow, readIdCursor, toLedgerPage, toLedgerRow } from './read-ledger.ts'

/**
 * Mail that could not be filed or was too large to fetch, newest first, over all mailboxes.
 *
 * @throws AppError `bad-cursor`
 */
export async function listQuarantine(
  db: Db,
  query: { cursor?: string | undefined; limit: number },
): Promise<LedgerPage> {
  const beforeId = readIdCursor(query.cursor) ?? Number.MAX_SAFE_INTEGER
  return toLedgerPage(await selectQuarantine(db, { beforeId, limit: query.limit + 1 }), query.limit)
}

/**
 * Puts a quarantined mail back to be filed, with three new attempts, and rings for it.
 *
 * @returns its row, now `stored`
 * @throws NotFound; AppError `not-quarantined` when it is not in quarantine or its bytes were never fetched
 */
export async function retryQuarantined(
  { db, bells }: { db: Db; bells: Pick<Bells, 'ring'> },
  id: number,
): Promise<LedgerRow> {
  const isStored = await updateToStored(db, id)
  const row = await getLedgerRow(db, id)
  if (!isStored) throw new AppError('not-quarantined', 'only a quarantined mail can be retried', { id })
  passed('mail-retried')
  bells.ring('ledger')
  return row
}

/**
 * Puts all quarantined mail back to be filed, as after an upgrade that mends what kept it out. No bell:
 * filing finds it with its next poll.
 *
 * @returns how many mails; those whose bytes were never fetched stay
 */
export async function retryAllQuarantined(db: Db): Promise<number> {
  return await updateAllToStored(db)
}

/** One row of the ledger. @throws NotFound */
export async function getLedgerRow(db: Db, id: number): Promise<LedgerRow> {
  const row = await selectLedgerRow(db, id)
  if (row === undefined) throw new NotFound('ledger row', { id })
  return toLedgerRow(row)
}

/**
 * The blob with the raw bytes of a mail in quarantine.
 *
 * @throws NotFound for no such row, one that is not in quarantine, and one without bytes
 */
export async function getQuarantinedBlobId(db: Db, id: number): Promise<number> {
  const row = await selectRawBlob(db, id)
  if (row?.state !== 'quarantined' || row.raw_blob_id === null) throw new NotFound('quarantined mail', { id })
  return row.raw_blob_id
}
