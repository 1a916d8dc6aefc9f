import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { type InsistentRow, selectInsistent, sumAutomaticMail } from './automatic-mail.queries.ts'

/** What a mailbox answered by itself within 24 hours, and what it held back and why. */
export type AutomaticMailView = {
  heldUntil: Date | null
  sent: number
  held: { by: 'address' | 'domain' | 'breaker'; count: number }[]
  insistent: InsistentRow[]
}

// I7: who would have got more than three within 24 hours is most likely a machine that answers ours.
const expectedWishes = 3
const shownAddresses = 20

/** The automatic mail of a mailbox as admins see it: nothing is held back silently. @throws NotFound */
export async function getAutomaticMail(db: Db, mailboxId: number): Promise<AutomaticMailView> {
  const sum = await sumAutomaticMail(db, mailboxId)
  if (sum === undefined) throw new NotFound('mailbox', { mailboxId })
  const held = [
    { by: 'address' as const, count: sum.heldByAddress },
    { by: 'domain' as const, count: sum.heldByDomain },
    { by: 'breaker' as const, count: sum.heldByBreaker },
  ]
  return {
    heldUntil: sum.heldUntil,
    sent: sum.sent,
    held: held.filter(one => one.count > 0),
    insistent: await selectInsistent(db, {
      mailboxId,
      overWishes: expectedWishes,
      rowLimit: shownAddresses,
    }),
  }
}
