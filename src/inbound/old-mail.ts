import type { Db } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { NotFound } from '../lib/app-error.ts'
import { LEAST_OLD_BYTES, mayFetchOld } from './download-budget.ts'
import { selectOldMail, updateOldMailHeld } from './old-mail.queries.ts'

/** How far the old mail of a mailbox has come. `total` 0: none is wanted, or nobody has counted yet. */
export type OldMailProgress = {
  total: number
  /** `fetched` are in the ledger; `settled` of these are filed or have another outcome. */
  fetched: number
  settled: number
  /** Mails that cannot be read or are too large. */
  failed: number
  perSecond: number
  isDone: boolean
  isHeld: boolean
  /** The server lets no more be fetched today: it goes on by itself. */
  isLimited: boolean
}

const rateSeconds = 20

/** How it stands now; it is counted, so that it is right after any restart. @throws NotFound */
export async function getOldMail(db: Db, mailboxId: number): Promise<OldMailProgress> {
  const row = await selectOldMail(db, mailboxId, rateSeconds)
  if (row === undefined) throw new NotFound('mailbox', { mailboxId })
  const { settledLately, latelySeconds, isWhole, isBeginning, ...counts } = row
  const { total, fetched, settled } = counts
  return {
    ...counts,
    perSecond: Math.round(settledLately / Math.max(1, latelySeconds)),
    isDone: !isBeginning && (isWhole || fetched >= total) && settled >= fetched,
    isLimited: fetched < total && !(await mayFetchOld(db, mailboxId, LEAST_OLD_BYTES)),
  }
}

/** Halts the fetching of old mail within a second, or lets it go on; new mail comes as ever. @throws NotFound */
export async function holdOldMail(
  { db, bells }: { db: Db; bells: Pick<Bells, 'ring'> },
  mailboxId: number,
  wish: { isHeld: boolean },
): Promise<void> {
  if (!(await updateOldMailHeld(db, mailboxId, wish))) throw new NotFound('mailbox', { mailboxId })
  bells.ring('mailboxes')
}
