import type { Db } from '../db/database.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { MAIL_OUTCOMES, type MailOutcome } from '../shared/vocabulary.ts'
import {
  countOutcomes,
  type StoredLedgerRow,
  selectLedgerFolders,
  selectLedgerRows,
  selectMailboxExists,
} from './ledger.queries.ts'

/** A ledger row as it leaves here: its instant is ISO 8601 text. */
export type LedgerRow = Omit<StoredLedgerRow, 'receivedAt'> & { receivedAt: string }

/** The ledger of one mailbox in numbers. `belowUid`: one range row covers all UIDs below it. */
export type Ledger = {
  mailboxId: number
  folders: {
    path: string
    uidValidity: number | null
    cursorUid: number
    belowUid: number
    mailsBelow: number
  }[]
  outcomes: { outcome: MailOutcome; count: number }[]
}

/** A page of ledger rows; `nextCursor` null is the last page. */
export type LedgerPage = { data: LedgerRow[]; nextCursor: string | null }

/**
 * The ledger of one mailbox in numbers: ranges + rows = every UID the server showed. Every outcome is
 * listed, also with 0.
 *
 * @throws NotFound for no such mailbox
 */
export async function getLedger(db: Db, mailboxId: number): Promise<Ledger> {
  if (!(await selectMailboxExists(db, mailboxId))) throw new NotFound('mailbox', { mailboxId })
  const folders = await selectLedgerFolders(db, mailboxId)
  const counts = new Map((await countOutcomes(db, mailboxId)).map(row => [row.outcome, row.count]))
  const outcomes = MAIL_OUTCOMES.map(outcome => ({ outcome, count: counts.get(outcome) ?? 0 }))
  return { mailboxId, folders, outcomes }
}

/**
 * Ledger rows of one mailbox, oldest first. Pages stay complete while mail arrives, since new rows
 * have higher ids.
 *
 * @throws AppError `bad-cursor`
 */
export async function listLedgerRows(
  db: Db,
  query: {
    mailboxId: number
    outcome?: MailOutcome | undefined
    cursor?: string | undefined
    limit: number
  },
): Promise<LedgerPage> {
  const afterId = readIdCursor(query.cursor) ?? 0
  const { mailboxId, outcome, limit } = query
  const rows = await selectLedgerRows(db, { mailboxId, outcome, afterId, limit: limit + 1 })
  return toLedgerPage(rows, limit)
}

/** Cuts a page out of one row more than asked for: that one says there is another page. */
export function toLedgerPage(rows: readonly StoredLedgerRow[], limit: number): LedgerPage {
  const data = rows.slice(0, limit).map(toLedgerRow)
  return { data, nextCursor: rows.length > limit ? String(data.at(-1)?.id) : null }
}

/** A row with its instant as text. */
export function toLedgerRow(row: StoredLedgerRow): LedgerRow {
  return { ...row, receivedAt: row.receivedAt.toISOString() }
}

/** The id in a cursor of a ledger list. @throws AppError `bad-cursor` */
export function readIdCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new AppError('bad-cursor', 'the cursor is not one of ours')
}
