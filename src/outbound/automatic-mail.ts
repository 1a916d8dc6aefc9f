import type { Db, Tx } from '../db/database.ts'
import { domainOf, withoutTag } from '../mail/address.ts'
import {
  type AutomaticCounts,
  countAutomatic,
  deleteDecisions,
  findDecision,
  type HeldBy,
  holdAutomaticMail,
  insertDecision,
  lockAutomaticMail,
} from './automatic-mail.queries.ts'

/** Whom a ticket's automatic mail would go to. */
export type AutomaticWish = { ticketId: number; mailboxId: number; address: string }

// RFC 3834 §2: no more than one to the same sender within days. There is no other kind of automatic
// mail; the next one must be counted in the same table.
const maxPerAddress = 1
// One company under fire is one domain, while at a provider of millions of mailboxes few of our customers write
// for the first time within one hour.
const maxPerDomainAndHour = 200
// Eight hours of tickets for a desk of twenty: within a minute these are forged senders.
const maxPerMinute = 50
// The budgets look back for a day; a job that asks again has given up before.
const keptDays = 7

/**
 * Whether a ticket's automatic mail may go out, decided once for each ticket: whoever asks again, also
 * after a crash, gets the same answer.
 *
 * One mail per address in 24 hours; then the breaker of the mailbox, which opens at the 51st wish of a
 * minute, stays open for ten and opens again at once while the flood goes on; then 200 per domain in an hour.
 * An address that had its mail counts for nothing more, so that one machine cannot silence a mailbox. Counted
 * in the database under one lock: it holds whatever number of nodes ask at once. Refusals are kept for
 * the admins (automatic-mail-view.ts).
 *
 * @param wish.address normal form (`addressKey`)
 * @returns null when it may go
 */
export async function decideAutomaticMail(tx: Tx, wish: AutomaticWish): Promise<HeldBy | null> {
  const domain = domainOf(wish.address)
  await lockAutomaticMail(tx)
  const known = await findDecision(tx, wish.ticketId)
  if (known !== undefined) return known.heldBy
  // Whoever tags its address (`robot+17@`) at each round is one sender still.
  const sender = { ...wish, address: withoutTag(wish.address), domain }
  const heldBy = judge(await countAutomatic(tx, sender))
  await insertDecision(tx, { ...sender, heldBy })
  if (heldBy === 'breaker') await holdAutomaticMail(tx, wish.mailboxId)
  return heldBy
}

/** Deletes decisions that no budget counts and nobody asks for any more. @returns how many */
export async function deleteExpiredDecisions(db: Db): Promise<number> {
  return await deleteDecisions(db, keptDays)
}

function judge(counts: AutomaticCounts): HeldBy | null {
  if (counts.sentToAddress >= maxPerAddress) return 'address'
  if (counts.isHeld || counts.wishesOfMinute >= maxPerMinute) return 'breaker'
  return counts.sentToDomain >= maxPerDomainAndHour ? 'domain' : null
}
