import { type Db, inTransaction } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { AppError } from '../lib/app-error.ts'
import { findAccount } from './agents.queries.ts'
import { returnAttempt, signInLimits, spendAttempt } from './attempts.ts'
import { normalEmail } from './normal-email.ts'
import { isPasswordOf } from './passwords.ts'
import { type NewSession, startSession } from './sessions.ts'

/** Where a request came from, as the session list shows it. */
export type Origin = { userAgent: string; address: string }

/**
 * Signs in with a password. Unknown, invited and deactivated accounts answer like a wrong
 * password, in the same time.
 *
 * @throws AppError `wrong-credentials`, or `too-many-attempts` with `retryAfterS`
 */
export async function signInWithPassword(
  { db, keys }: { db: Db; keys: KeyRing },
  given: { email: string; password: string },
  origin: Origin,
): Promise<NewSession & { agentId: number }> {
  const email = normalEmail(given.email)
  const limits = signInLimits(email, origin.address)
  await spendAttempt(db, limits)
  const account = await findAccount(db, email)
  const usable = account?.state === 'active' ? account : undefined
  const fits = await isPasswordOf(usable?.password_hash ?? null, given.password)
  if (!usable || !fits) throw new AppError('wrong-credentials', 'address or password is wrong')
  await returnAttempt(db, limits)
  const session = await inTransaction(db, tx => startSession(tx, keys, { agentId: usable.id, ...origin }))
  return { ...session, agentId: usable.id }
}
