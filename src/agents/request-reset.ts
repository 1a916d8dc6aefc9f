import { type Db, inTransaction, type Tx } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { findAccount } from './agents.queries.ts'
import { mailLimits, spendAttempt } from './attempts.ts'
import { makeLink } from './links.ts'
import { normalEmail } from './normal-email.ts'

/**
 * Makes a reset link for an address and hands it to `mail` in the same transaction. An unknown address
 * answers the same and mails nobody.
 *
 * @throws AppError `too-many-attempts`
 */
export async function requestReset(
  { db, keys }: { db: Db; keys: KeyRing },
  given: { email: string; address: string },
  mail: (tx: Tx, link: { linkId: number }) => Promise<unknown>,
): Promise<void> {
  const email = normalEmail(given.email)
  await spendAttempt(db, mailLimits(email, given.address))
  const account = await findAccount(db, email)
  if (account?.state !== 'active') return
  await inTransaction(db, async tx => {
    const link = await makeLink(tx, keys, { purpose: 'password-reset', agentId: account.id })
    await mail(tx, { linkId: link.id })
  })
}
