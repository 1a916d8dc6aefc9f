import type { Db } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import type { Address } from '../mail/mail-types.ts'
import { selectConnectedAddresses } from './new-ticket.queries.ts'
import { withoutOurs } from './reply-defaults.ts'

/** Which of these are addresses of our mailboxes, their aliases or plus parts of them. */
export async function findOwnAddresses(db: Db, people: readonly Address[]): Promise<Address[]> {
  const ownAddresses = await selectConnectedAddresses(db)
  const others = new Set(withoutOurs(people, { ownAddresses }))
  return people.filter(one => !others.has(one))
}

/**
 * Refuses to begin an exchange with ourselves: what one of our mailboxes sends another comes back as our own and
 * opens nothing there, so nobody would see it.
 *
 * @throws AppError `own-address` with the first `address`
 */
export async function refuseOwnAddresses(db: Db, people: readonly Address[]): Promise<void> {
  const [own] = await findOwnAddresses(db, people)
  if (own === undefined) return
  throw new AppError('own-address', 'a mailbox of ours is not a customer', { address: own.address })
}
